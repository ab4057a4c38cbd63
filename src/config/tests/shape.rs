use serde_json::{Value as Json, json};

use crate::base::{FileId, Report};
use crate::config::parse::parse;
use crate::config::{settings_schema, shape};

/// Findings as `code: message [place] (help)`.
fn findings(schema: &Json, text: &str) -> Vec<String> {
    let mut report = Report::new();
    let node = parse(FileId(0), text, &mut report).unwrap();
    assert!(report.is_empty(), "{report:?}");
    shape::check(schema, &node, &mut report);
    let sorted = report.sorted();
    let each = sorted.iter().map(|found| {
        let span = found.span().unwrap();
        let help = found.help.join("; ");
        let (code, message) = (found.code, &found.message);
        format!(
            "{code}: {message} [{}] ({help})",
            &text[span.start..span.end]
        )
    });
    each.collect()
}

/// Findings about a field `x` of this schema.
fn of(schema: &Json, value: &str) -> Vec<String> {
    let schema = json!({ "type": "object", "properties": { "x": schema } });
    findings(&schema, &format!("x: {value}\n"))
}

fn secret() -> Json {
    settings_schema()["properties"]["konnect"]["properties"]["token"].clone()
}

#[test]
fn fields_that_do_not_exist_or_are_missing() {
    let schema = json!({
        "type": "object", "additionalProperties": false, "required": ["name", "url"],
        "properties": { "name": {}, "url": {}, "scopes": {} },
    });
    assert_eq!(
        findings(&schema, "scope: 1\nname: x\n"),
        [
            "missing-field: the document lacks the field `url` [] (add `url: …`)",
            "unknown-field: the document has no field `scope` [scope] (did you mean `scopes`?)",
        ]
    );
    assert_eq!(
        of(&schema, "{ name: a, url: b, zzzzzz: c }"),
        ["unknown-field: `x` has no field `zzzzzz` [zzzzzz] (there is `name`, `scopes`, `url`)"]
    );
    assert_eq!(
        of(&json!(false), "1"),
        ["unknown-field: `x` is not allowed here [x] (remove it)"]
    );
}

#[test]
fn wrong_types_tell_the_usual_slip() {
    for (kind, value, expected) in [
        (
            "string",
            "5",
            "`x` must be text, not a number [5] (put it in quotes to make it text)",
        ),
        (
            "string",
            "true",
            "`x` must be text, not a boolean [true] (put it in quotes to make it text)",
        ),
        (
            "boolean",
            "yes",
            "`x` must be `true` or `false`, not text [yes] (write `true`, without quotes)",
        ),
        (
            "boolean",
            "'false'",
            "`x` must be `true` or `false`, not text ['false'] (write `false`, without quotes)",
        ),
        (
            "integer",
            "'5'",
            "`x` must be a whole number, not text ['5'] (write the number without quotes)",
        ),
        (
            "integer",
            "5.5",
            "`x` must be a whole number, not a fraction [5.5] (write a number)",
        ),
        (
            "array",
            "a",
            "`x` must be a list, not text [a] (put it in brackets to make it a list: `[…]`)",
        ),
        (
            "object",
            "[a]",
            "`x` must be a mapping, not a list [[a]] (write its fields, each as `name: value`)",
        ),
        (
            "string",
            "",
            "`x` must be text, not nothing [x] (write a text)",
        ),
    ] {
        let found = of(&json!({ "type": kind }), value);
        assert_eq!(found, [format!("wrong-type: {expected}")]);
    }
    assert_eq!(
        of(&json!({ "type": ["string", "array", "null"] }), "{}"),
        ["wrong-type: `x` must be text or a list, not a mapping [{}] (write a text)"]
    );
}

#[test]
fn values_lengths_patterns_and_ranges() {
    for (schema, value, expected) in [
        (
            json!({ "enum": ["detect", "apply"] }),
            "aply",
            "unknown-value: `x` knows no `aply` [aply] (did you mean `apply`?)",
        ),
        (
            json!({ "const": 1 }),
            "2",
            "unknown-value: `x` must be `1` [2] (write `1`)",
        ),
        (
            json!({ "minLength": 2 }),
            "ä",
            "too-short: `x` needs at least 2 characters, and has 1 [ä] (write a text, or leave the field out)",
        ),
        (
            json!({ "maxLength": 1 }),
            "äö",
            "too-long: `x` may have at most 1 character, and has 2 [äö] (it is 1 character too long)",
        ),
        (
            json!({ "maxItems": 1 }),
            "[a, b]",
            "too-long: `x` may have at most 1 item, and has 2 [[a, b]] (it is 1 item too long)",
        ),
        (
            json!({ "minProperties": 1 }),
            "{}",
            "too-short: `x` needs at least 1 field, and has 0 [{}] (add 1 field, or leave the field out)",
        ),
        (
            json!({ "minimum": 1 }),
            "0",
            "too-small: `x` must be at least 1 [0] (write 1 or more)",
        ),
        (
            json!({ "maximum": 1.5 }),
            "2",
            "too-big: `x` must be at most 1.5 [2] (write 1.5 or less)",
        ),
        (
            json!({ "uniqueItems": true }),
            "[a, b, a]",
            "duplicate-item: `x` holds the same item twice [a] (remove one of them)",
        ),
        (
            json!({ "pattern": "^[a-z]+$", "examples": ["eu"], "description": "The region.\nMore." }),
            "EU",
            "bad-pattern: `x` does not have the right form [EU] (for example `eu`)",
        ),
        (
            json!({ "propertyNames": { "pattern": "^[a-z]+$" } }),
            "{ A: 1 }",
            "bad-pattern: the name `A` does not have the right form [A] (write it in the form that is shown)",
        ),
        (
            json!({ "items": { "type": "string" } }),
            "[a, 5]",
            "wrong-type: an item of `x` must be text, not a number [5] (put it in quotes to make it text)",
        ),
        (
            json!({ "allOf": [{ "minimum": 3 }] }),
            "1",
            "too-small: `x` must be at least 3 [1] (write 3 or more)",
        ),
    ] {
        assert_eq!(of(&schema, value), [expected]);
    }
}

#[test]
fn the_branch_that_was_meant_is_reported() {
    let client = json!({ "oneOf": [
        { "type": "string", "enum": ["dcr", "managed"] },
        { "type": "object", "required": ["existing"], "additionalProperties": false,
          "properties": { "existing": { "type": "string", "minLength": 3 } } },
    ] });
    let clients = json!({ "anyOf": [
        { "type": "string", "const": "all" },
        { "type": "array", "items": { "type": "string" } },
        { "type": "null" },
    ] });
    for (schema, value, expected) in [
        (
            &client,
            "manged",
            "unknown-value: `x` knows no `manged` [manged] (did you mean `managed`?; or write `{ existing: … }`)",
        ),
        (
            &client,
            "{ existing: ab }",
            "too-short: `existing` needs at least 3 characters, and has 2 [ab] (write a text, or leave the field out)",
        ),
        (
            &client,
            "{ exist: abc }",
            "missing-field: `x` lacks the field `existing` [x] (add `existing: …`)",
        ),
        (
            &client,
            "[a]",
            "wrong-type: `x` must be text or a mapping, not a list [[a]] (write a text)",
        ),
        (
            &clients,
            "[a, 5]",
            "wrong-type: an item of `x` must be text, not a number [5] (put it in quotes to make it text)",
        ),
        (
            &clients,
            "al",
            "unknown-value: `x` knows no `al` [al] (write `all`; or write a list: `[…]`)",
        ),
        (
            &clients,
            "5",
            "unknown-value: `x` must be `all` [5] (write `all`; or write a list: `[…]`)",
        ),
        (
            &clients,
            "{}",
            "wrong-type: `x` must be text or a list, not a mapping [{}] (write a text)",
        ),
    ] {
        let found = of(schema, value);
        assert_eq!(found.first().map(String::as_str), Some(expected), "{value}");
    }
}

#[test]
fn mappings_of_one_key_are_told_apart_by_it() {
    let alerts = &settings_schema()["properties"]["alerts"]["items"];
    for (value, expected) in [
        (
            "{ slak: {} }",
            "unknown-field: `x` has no field `slak` [slak] (did you mean `slack`?)",
        ),
        (
            "{ slack: {} }",
            "missing-field: `slack` lacks the field `url` [slack] (add `url: …`)",
        ),
        (
            "{ slack: { url: { env: A } }, teams: { url: { env: A } } }",
            "one-of: `x` takes exactly one of `slack` or `teams` [slack] (keep one of them)",
        ),
        (
            "{}",
            "missing-field: `x` lacks one of the fields `slack`, `teams`, `pagerduty`, `webhook` or `command` [x] (add one of them)",
        ),
        (
            "{ command: { run: [] } }",
            "too-short: `run` needs at least 1 item, and has 0 [[]] (for example `[/usr/local/bin/page, --team, payments]`)",
        ),
    ] {
        assert_eq!(of(alerts, value), [expected]);
    }
}

#[test]
fn a_secret_must_be_a_reference_and_is_masked() {
    for value in ["hunter2", "12345", "true", "[hunter2]", "\"a\\nb\""] {
        let text = format!("x: {value}\n");
        for schema in [secret(), json!({ "anyOf": [secret(), { "type": "null" }] })] {
            let schema = json!({ "properties": { "x": schema } });
            let mut report = Report::new();
            let node = parse(FileId(0), &text, &mut report).unwrap();
            shape::check(&schema, &node, &mut report);
            let found: Vec<_> = report.iter().collect();
            assert_eq!(found.len(), 1, "{found:?}");
            assert_eq!(found[0].code, "literal-secret");
            assert_eq!(found[0].masked, [found[0].span().unwrap()]);
            assert_eq!(found[0].masked[0], node.get("x").unwrap().span);
            assert!(!format!("{} {:?}", found[0].message, found[0].help).contains("hunter2"));
        }
    }
}

#[test]
fn what_stands_under_a_wrong_key_of_a_secret_is_masked_too() {
    let schema = json!({ "properties": { "x": secret() } });
    let text = "x: { vault: hunter2 }\n";
    let mut report = Report::new();
    let node = parse(FileId(0), text, &mut report).unwrap();
    shape::check(&schema, &node, &mut report);
    let found: Vec<_> = report.iter().collect();
    assert_eq!(found[0].code, "unknown-field");
    assert_eq!(found[0].masked, [node.at(&["x", "vault"]).unwrap().span]);
}

#[test]
fn an_unknown_keyword_is_not_skipped_silently() {
    let schema = json!({
        "properties": { "a": { "x-unknown": 1 }, "b": { "items": { "contains": {} } } },
        "oneOf": [{ "not": {} }, 5],
        "$defs": { "D": { "$ref": "https://elsewhere", "pattern": "(" } },
    });
    assert_eq!(
        shape::unsupported(&schema),
        [
            "/properties/a/x-unknown",
            "/properties/b/items/contains",
            "/oneOf/0/not",
            "/oneOf/1",
            "/$defs/D/$ref",
            "/$defs/D/pattern",
        ]
    );
}
