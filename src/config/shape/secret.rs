//! Where a secret belongs, only a reference may stand.

use serde_json::Value as Json;

use super::{Place, Shape, words};
use crate::base::{Data, Diagnostic, Node};

impl<'a> Shape<'a> {
    /// Holds a node to a schema marked `x-secret`; whatever stands there is never shown.
    pub(super) fn secret(&mut self, schema: &'a Json, node: &Node, place: &Place) {
        let Some(object) = schema.as_object() else {
            return;
        };
        match &node.data {
            Data::Bool(_) | Data::Int(_) | Data::Float(_) | Data::Text(_) | Data::List(_) => {
                let name = words::tick(&place.name);
                let field = if place.name.contains(' ') {
                    ""
                } else {
                    &place.name
                };
                let colon = if field.is_empty() { "" } else { ": " };
                self.push(
                    Diagnostic::error(
                        "literal-secret",
                        format!("{name} must be a reference to a secret, not the secret itself"),
                    )
                    .label(node.span, "a secret in plain sight")
                    .mask(node.span)
                    .help(format!(
                        "move it into a file of `secrets.files` and write `{field}{colon}{{ sops: path }}`"
                    ))
                    .help("or name where it is to be had: `{ env: NAME }`, `{ file: path }`")
                    .help("if this file was ever shared, the secret is known: replace it"),
                );
            }
            Data::Null => self.keywords(schema, object, node, place),
            Data::Map(entries) => {
                let before = self.masked.len();
                for (key, value) in entries {
                    let known = matches!(key.value.as_str(), "sops" | "env" | "file");
                    if !(known && value.as_text().is_some()) {
                        self.masked.push(value.span);
                    }
                }
                self.keywords(schema, object, node, place);
                self.masked.truncate(before);
            }
        }
    }
}
