use std::fmt;

use serde_json::Value as Json;

/// The vendor's own form of an object, kept as text until somebody needs it.
///
/// Only what is written over needs it, and a text is far smaller than the tree that it stands for.
#[derive(Clone, PartialEq, Eq)]
pub struct Raw(Box<str>);

impl From<Json> for Raw {
    fn from(json: Json) -> Self {
        if json.is_null() {
            return Self("".into());
        }
        let text = serde_json::to_string(&json).expect("a tree has only texts for keys");
        Self(text.into())
    }
}

impl Raw {
    /// Reads it again.
    ///
    /// # Panics
    ///
    /// Never: it was written from a tree, as deep as one may be.
    pub fn json(&self) -> Json {
        if self.0.is_empty() {
            return Json::Null;
        }
        serde_json::from_str(&self.0).expect("it was written from a tree")
    }
}

impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Raw;

    #[test]
    fn what_is_kept_is_read_again_in_its_order() {
        let sent = json!({ "z": [1, 2.5, null], "a": { "text": "\u{1f}\"ä" }, "m": true });
        let read = Raw::from(sent.clone()).json();
        assert_eq!(read, sent);
        assert_eq!(read.to_string(), sent.to_string());
        assert!(Raw::from(serde_json::Value::Null).json().is_null());
    }
}
