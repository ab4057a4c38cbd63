use boon::{Compiler, Schemas};

use crate::cli::report;
use crate::cli::schema::to_draft_7;
use crate::engine;
use crate::plan::render;

/// What an independent validator says to the schema itself.
fn compiles(schema: serde_json::Value) -> Result<(), String> {
    let mut compiler = Compiler::new();
    let mut schemas = Schemas::new();
    compiler
        .add_resource("schema.json", schema)
        .map_err(|error| error.to_string())?;
    let made = compiler.compile("schema.json", &mut schemas);
    made.map(drop).map_err(|error| error.to_string())
}

/// All keys that stand where a schema has its keywords.
fn keywords(schema: &serde_json::Value, found: &mut Vec<String>) {
    for (key, value) in schema.as_object().into_iter().flatten() {
        found.push(key.clone());
        keywords(value, found);
    }
    for item in schema.as_array().into_iter().flatten() {
        keywords(item, found);
    }
}

/// Keywords that draft 7 does not know, or knows in another form.
const NEWER: [&str; 10] = [
    "$anchor",
    "$defs",
    "$dynamicRef",
    "$recursiveRef",
    "dependentRequired",
    "dependentSchemas",
    "maxContains",
    "minContains",
    "prefixItems",
    "unevaluatedProperties",
];

#[test]
fn both_drafts_are_sound_and_say_the_same() {
    for schema in [engine::schema(), render::json_schema(), report::schema()] {
        compiles(schema.clone()).unwrap();
        let mut old = schema;
        to_draft_7(&mut old);
        compiles(old.clone()).unwrap();
        let mut found = Vec::new();
        keywords(&old, &mut found);
        found.retain(|key| NEWER.contains(&key.as_str()));
        assert!(found.is_empty(), "{found:?}");
        assert_eq!(old["$schema"], "http://json-schema.org/draft-07/schema#");
    }
}
