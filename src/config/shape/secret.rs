//! Where a secret belongs, only a reference may stand.

use serde_json::Value as Json;

use super::rule::Rule;
use super::{Place, Shape};
use crate::base::{Data, Diagnostic, Node, Spanned};

impl<'a> Shape<'a> {
    /// Holds a node to a schema marked `x-secret`; whatever stands there is never shown.
    pub(super) fn secret(
        &mut self,
        schema: &'a Json,
        rule: &Rule<'a>,
        node: &Node,
        place: &Place<'_>,
    ) {
        match &node.data {
            Data::Bool(_) | Data::Int(_) | Data::Float(_) | Data::Text(_) | Data::List(_) => {
                self.literal(node, place);
            }
            Data::Null => self.keywords(schema, rule, node, place),
            Data::Map(entries) => {
                if entries
                    .iter()
                    .any(|(key, value)| is_secret_itself(key, value))
                {
                    return self.literal(node, place);
                }
                let before = self.masked.len();
                for (key, value) in entries {
                    let known = FORMS.contains(&key.value.as_str());
                    if !(known && value.as_text().is_some()) {
                        self.masked.push(value.span);
                    }
                }
                self.keywords(schema, rule, node, place);
                self.masked.truncate(before);
            }
        }
    }

    fn literal(&mut self, node: &Node, place: &Place<'_>) {
        if self.fails() {
            return;
        }
        let name = place.name.to_string();
        let field = if name.contains(' ') {
            String::new()
        } else {
            format!("{name}: ")
        };
        let name = place.tick();
        self.push(
            Diagnostic::error(
                "literal-secret",
                format!("{name} must be a reference to a secret, not the secret itself"),
            )
            .label(node.span, "a secret in plain sight")
            .mask(node.span)
            .help(format!(
                "move it into a file of `secrets.files` and write `{field}{{ sops: path }}`"
            ))
            .help("or name where it is to be had: `{ env: NAME }`, `{ file: path }`")
            .help("if this file was ever shared, the secret is known: replace it"),
        );
    }
}

/// The forms of a reference.
const FORMS: [&str; 3] = ["sops", "env", "file"];

/// Tells whether a key is no misspelt form but the secret: `{ hunter2 }` is a mapping to YAML.
fn is_secret_itself(key: &Spanned<String>, value: &Node) -> bool {
    let is_word = key.value.len() <= 16
        && key
            .value
            .chars()
            .all(|letter| letter.is_ascii_lowercase() || letter == '_');
    !FORMS.contains(&key.value.as_str()) && (value.data == Data::Null || !is_word)
}
