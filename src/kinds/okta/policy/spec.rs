use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, SeqAccess, Visitor};

/// An access policy of an authorization server.
#[derive(Debug, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// What it is for; its name when it is made without.
    #[schemars(length(min = 1, max = 255), example = &"Apps of the developer portal")]
    pub description: Option<String>,
    /// The clients that its rules are for: `all`, or a list of client ids.
    #[schemars(required)]
    pub clients: Option<Clients>,
    /// Its place among the policies of the server; the lowest is asked first.
    #[schemars(range(min = 1))]
    pub priority: Option<u32>,
    /// Whether it is in use.
    pub active: Option<bool>,
}

/// The clients of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clients {
    /// Every client of the org.
    All,
    /// These, by client id.
    Only(Vec<String>),
}

impl JsonSchema for Clients {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Clients".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "The clients of a policy: `all`, or a list of client ids.",
            "oneOf": [
                { "type": "string", "enum": ["all"] },
                { "type": "array", "items": { "type": "string", "minLength": 1 }, "minItems": 1 }
            ],
            "examples": ["all", ["0oa1example0001"]]
        })
    }
}

impl<'de> Deserialize<'de> for Clients {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;

        impl<'de> Visitor<'de> for Either {
            type Value = Clients;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("`all` or a list of client ids")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Clients, E> {
                if text == "all" {
                    Ok(Clients::All)
                } else {
                    Err(E::invalid_value(serde::de::Unexpected::Str(text), &self))
                }
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Clients, A::Error> {
                let mut ids = Vec::new();
                while let Some(id) = items.next_element()? {
                    ids.push(id);
                }
                Ok(Clients::Only(ids))
            }
        }

        deserializer.deserialize_any(Either)
    }
}
