//! Holds `shape` to a validator that is not ours: both accept and refuse the same documents.

use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::{Value as Json, json};

use super::schema;
use crate::base::{Data, Node, Report, Span, Spanned};
use crate::config::shape;

/// A small generator of numbers (xorshift), so that a failure can be repeated.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (sides as u64)).unwrap()
    }
}

/// What is put in the place of something else.
fn strange(dice: &mut Dice) -> Json {
    let values = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(1),
        json!(1.0),
        json!(2.5),
        json!(1e300),
        json!(""),
        json!("a"),
        json!("dcr"),
        json!("all"),
        json!("apply"),
        json!("5m"),
        json!("30%"),
        json!("äöü"),
        json!("x".repeat(70)),
        json!("https://a.example"),
        json!([]),
        json!(["a"]),
        json!(["a", "a"]),
        json!([1, 1.0]),
        json!([{ "a": 1, "b": 2 }, { "b": 2.0, "a": 1 }]),
        json!([{ "a": "1" }, { "a": 1 }]),
        json!({}),
        json!({ "sops": "a" }),
        json!({ "sops": "a", "env": "b" }),
        json!({ "env": 5 }),
        json!({ "existing": "0oa" }),
        json!({ "slack": { "url": { "env": "A" } } }),
        json!({ "slack": null }),
    ];
    values[dice.roll(values.len())].clone()
}

/// Changes one place of a document.
fn change(value: &mut Json, dice: &mut Dice) {
    let inner = match value {
        Json::Object(entries) if !entries.is_empty() => {
            let key = entries
                .keys()
                .nth(dice.roll(entries.len()))
                .unwrap()
                .clone();
            match dice.roll(8) {
                0 => {
                    entries.remove(&key);
                    return;
                }
                1 => {
                    let end = ["s", "-", "A", "ä"][dice.roll(4)];
                    entries.insert(format!("{key}{end}"), strange(dice));
                    return;
                }
                _ => entries.get_mut(&key),
            }
        }
        Json::Array(items) if !items.is_empty() => {
            let at = dice.roll(items.len());
            if dice.roll(4) == 0 {
                items.push(items[at].clone());
                return;
            }
            items.get_mut(at)
        }
        Json::Null
        | Json::Bool(_)
        | Json::Number(_)
        | Json::String(_)
        | Json::Array(_)
        | Json::Object(_) => None,
    };
    match inner {
        Some(inner) if dice.roll(5) > 0 => change(inner, dice),
        _ => *value = strange(dice),
    }
}

fn node(value: &Json) -> Node {
    let data = match value {
        Json::Null => Data::Null,
        Json::Bool(switch) => Data::Bool(*switch),
        Json::Number(number) => number
            .as_i64()
            .map_or_else(|| Data::Float(number.as_f64().unwrap()), Data::Int),
        Json::String(text) => Data::Text(text.clone()),
        Json::Array(items) => Data::List(items.iter().map(node).collect()),
        Json::Object(entries) => {
            let entries = entries.iter();
            let entries = entries
                .map(|(key, value)| (Spanned::new(key.clone(), Span::default()), node(value)));
            Data::Map(entries.collect())
        }
    };
    Node::new(data, Span::default())
}

struct Other {
    schemas: Schemas,
    index: SchemaIndex,
}

impl Other {
    fn new(schema: &Json) -> Self {
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        let at = "http://test.example/schema.json";
        compiler.add_resource(at, schema.clone()).unwrap();
        let index = compiler.compile(at, &mut schemas).unwrap();
        Self { schemas, index }
    }

    fn accepts(&self, value: &Json) -> bool {
        self.schemas.validate(value, self.index).is_ok()
    }
}

/// Changes the document again and again and compares the verdicts.
fn compare(schema: &Json, valid: &Json, rounds: usize) {
    let other = Other::new(schema);
    let ours = |value: &Json| {
        let mut report = Report::new();
        shape::check(schema, &node(value), &mut report);
        report
    };
    assert!(ours(valid).is_empty(), "{:?}", ours(valid));
    assert!(other.accepts(valid));
    let mut dice = Dice(0x5eed);
    let (mut accepted, mut refused) = (0, 0);
    for _ in 0..rounds {
        let mut value = valid.clone();
        for _ in 0..=dice.roll(3) {
            change(&mut value, &mut dice);
        }
        let report = ours(&value);
        let theirs = other.accepts(&value);
        assert_eq!(report.is_empty(), theirs, "{value}\n{:?}", report.sorted());
        if theirs {
            accepted += 1;
        } else {
            refused += 1;
        }
    }
    assert!(accepted > rounds / 50, "too few were accepted: {accepted}");
    assert!(refused > rounds / 50, "too few were refused: {refused}");
}

#[test]
fn on_documents() {
    let valid = json!({
        "version": 1, "name": "payments",
        "vars": { "env": { "default": "staging", "description": "Where" } },
        "secrets": { "files": ["a", "b"], "key_files": [] },
        "okta": {
            "org_url": "https://acme.okta.com", "token": { "sops": "a" },
            "oauth": { "client_id": "a", "private_key": { "env": "A" }, "dpop": true },
            "ca_file": "ca.pem",
            "authorization_servers": { "default": { "prune": false, "scopes": { "a": { "description": "b" } } } },
        },
        "konnect": {
            "region": "us", "token": { "file": "t" }, "prune": true,
            "dcr_providers": { "okta": { "type": "okta", "dcr_token": { "sops": "d" } } },
        },
        "guard": { "max_deletes": 5, "max_delete_share": "30%", "protect": ["a"] },
        "watch": { "interval": "5m", "mode": "detect", "listen": "127.0.0.1:80" },
        "alerts": [
            { "slack": { "url": { "sops": "s" } } },
            { "webhook": { "url": "https://h.example", "secret": { "env": "H" } } },
            { "command": { "run": ["a"] } },
        ],
        "verify": { "orders": { "app": "a", "url": "https://g.example", "expect": 200, "scopes": ["a"] } },
        "budget": "50%",
    });
    compare(&schema(), &valid, 3_000);
}

#[test]
fn on_each_keyword() {
    let schema = json!({
        "$defs": { "text": { "type": "string", "minLength": 1, "maxLength": 5 }, "loop": { "$ref": "#/$defs/text" } },
        "type": "object",
        "required": ["a", "b"],
        "maxProperties": 10,
        "propertyNames": { "pattern": "^[a-z]+$" },
        "additionalProperties": { "type": ["integer", "string"], "minimum": 0 },
        "properties": {
            "a": { "$ref": "#/$defs/loop", "pattern": "^a" },
            "b": { "anyOf": [{ "const": "all" }, { "type": "array", "items": { "$ref": "#/$defs/text" }, "minItems": 1, "maxItems": 2, "uniqueItems": true }] },
            "c": { "oneOf": [{ "enum": ["dcr", "managed"] }, { "type": "object", "required": ["existing"], "properties": { "existing": {} }, "additionalProperties": false }] },
            "d": { "allOf": [{ "minimum": 1 }, { "maximum": 2.5 }] },
            "e": { "oneOf": [{ "type": "number" }, { "type": "integer" }, { "type": "string" }] },
            "f": { "enum": [1, null, "a", [1]] },
            "g": false,
            "h": { "uniqueItems": true },
            "i": { "type": "object", "minProperties": 2, "maxProperties": 2 },
        },
    });
    assert_eq!(shape::unsupported(&schema), [""; 0]);
    let valid = json!({ "a": "ab", "b": ["a", "b"], "c": { "existing": "x" }, "d": 2, "e": 1.5, "f": 1, "h": [1, 2, { "a": 1 }], "i": { "a": 1, "b": 2 }, "more": 5 });
    compare(&schema, &valid, 3_000);
}
