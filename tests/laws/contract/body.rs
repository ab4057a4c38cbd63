//! The body that an operation takes.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};
use url::form_urlencoded;

use super::book::{Book, SheetId};
use super::hearing::Sent;
use super::operation::typed;
use super::schema::resolved;

/// What may be sent to an operation.
pub(super) struct Body {
    required: bool,
    /// By media type.
    shapes: BTreeMap<String, Shape>,
}

struct Shape {
    sheet: SheetId,
    /// The member whose value says which schema is meant, and these.
    by: Option<(String, BTreeMap<String, SheetId>)>,
}

impl Body {
    pub(super) fn read(
        contract: &Json,
        json: &Json,
        sheet: &mut impl FnMut(&Json) -> SheetId,
    ) -> Self {
        let content = json["content"].as_object().unwrap();
        let shapes = content.iter().map(|(media, content)| {
            let shape = Shape::read(contract, &content["schema"], sheet);
            (media.clone(), shape)
        });
        Self {
            shapes: shapes.collect(),
            required: json["required"] == true,
        }
    }

    pub(super) fn faults(&self, sent: &Sent, book: &Book) -> Vec<String> {
        let Some(stated) = &sent.content_type else {
            return match (sent.body.is_empty(), self.required) {
                (true, false) => Vec::new(),
                (true, true) => vec!["the body is missing".to_owned()],
                (false, _) => vec!["the body has no content type".to_owned()],
            };
        };
        let media = stated.split(';').next().unwrap().trim();
        let Some(shape) = self.shapes.get(media) else {
            return vec![format!("a body of the type `{media}` is not taken")];
        };
        let value = if media == "application/x-www-form-urlencoded" {
            form(&sent.body)
        } else {
            match serde_json::from_slice(&sent.body) {
                Ok(value) => value,
                Err(error) => return vec![format!("the body is no JSON: {error}")],
            }
        };
        shape.faults(&value, book)
    }
}

impl Shape {
    fn read(contract: &Json, schema: &Json, sheet: &mut impl FnMut(&Json) -> SheetId) -> Self {
        let whole = resolved(contract, schema);
        let choice = &whole["discriminator"];
        let by = choice["mapping"].as_object().map(|mapping| {
            let member = choice["propertyName"].as_str().unwrap().to_owned();
            let sheets = mapping.iter().map(|(value, target)| {
                let target = serde_json::json!({ "$ref": target });
                (value.clone(), sheet(&target))
            });
            (member, sheets.collect())
        });
        Self {
            sheet: sheet(schema),
            by,
        }
    }

    fn faults(&self, value: &Json, book: &Book) -> Vec<String> {
        let mut sheet = self.sheet;
        if let Some((member, by)) = &self.by {
            let choice = value[member].as_str().unwrap_or_default();
            // it alone counts: of a list of choices, several may happen to fit
            match by.get(choice) {
                Some(chosen) => sheet = *chosen,
                None => return vec![format!("`{member}` is `{choice}`, which is no choice")],
            }
        }
        let mut faults: Vec<String> = book.check(sheet, value).err().into_iter().collect();
        faults.extend(book.strangers(sheet, value));
        faults
    }
}

fn form(body: &[u8]) -> Json {
    let pairs = form_urlencoded::parse(body);
    let members = pairs.map(|(name, value)| (name.into_owned(), Json::from(value.into_owned())));
    typed(&Json::Object(members.collect::<Map<_, _>>()))
}
