use super::*;

fn cut<'t>(text: &'t str, root: &Node, key: &str) -> &'t str {
    let value = &root.entry(key).expect("it is there").value;
    &text[value.start..value.end]
}

fn reason(text: &str) -> (usize, &'static str) {
    let error = parse(text).err().expect("it is refused");
    (error.line, error.reason)
}

#[test]
fn values_have_their_places() {
    let text = "{\n\t\"a\": \"x\\ny\",\n\t\"ü\": [1, {\"b\": null}],\n\t\"e\": {}\n} rest";
    let root = parse(text).unwrap_or_else(|error| panic!("{error:?}"));
    assert_eq!(cut(text, &root, "a"), "\"x\\ny\"");
    assert_eq!(cut(text, &root, "ü"), "[1, {\"b\": null}]");
    assert_eq!(cut(text, &root, "e"), "{}");
    assert_eq!(&text[root.start..root.end], text.trim_end_matches(" rest"));
    let scalar = root.entry("a").and_then(|entry| entry.value.scalar());
    assert_eq!(scalar.expect("a text").text, "x\ny");
}

#[test]
fn numbers_have_the_types_that_go_gives_them() {
    use crate::secrets::sops::yaml::{Typed, resolve};

    for (text, wanted) in [
        ("-0", Typed::Int(0)),
        ("9223372036854775807", Typed::Int(i64::MAX)),
        (
            "9223372036854775808",
            Typed::Float(9_223_372_036_854_775_808.0),
        ),
        (
            "18446744073709551616",
            Typed::Float(18_446_744_073_709_551_616.0),
        ),
        ("1.0", Typed::Float(1.0)),
        ("1e3", Typed::Float(1000.0)),
        ("-2.5E-3", Typed::Float(-0.0025)),
        ("2024", Typed::Int(2024)),
    ] {
        let root = parse(&format!("{{\"n\": {text}}}")).unwrap_or_else(|error| panic!("{error:?}"));
        let node = root.entry("n").expect("it is there").value.clone();
        assert_eq!(resolve(node.scalar().expect("one")), Ok(wanted), "{text}");
    }
}

#[test]
fn what_go_refuses_is_refused_and_what_it_takes_is_taken() {
    for bad in [
        "",
        "[]",
        "{",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\":01}",
        "{\"a\":+1}",
        "{\"a\":nul}",
        "{'a':1}",
        "{\"a\":\"\n\"}",
        "{\"a\" 1}",
        "{\"a\":1e999}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"",
    ] {
        parse(bad).map(|_| ()).expect_err(bad);
    }
    assert_eq!(reason("{\n\"a\": 1,\n}").0, 3);
    assert_eq!(reason("[1]"), (1, "it is no JSON object"));
    assert_eq!(
        reason(&format!("{{\"a\": {}", "[".repeat(100))).1,
        "it is nested too deeply"
    );
    let twice = parse("{\"a\": 1, \"a\": 2}").unwrap_or_else(|error| panic!("{error:?}"));
    assert_eq!(twice.entries().len(), 2);
    for (text, wanted) in [
        ("\"\\ud83d\\ude00\"", "\u{1f600}"),
        ("\"\\ud83d\"", "\u{fffd}"),
        ("\"\\udc00x\\ud800\\u0041\"", "\u{fffd}x\u{fffd}A"),
        ("\"\\/\\b\"", "/\u{8}"),
    ] {
        let root = parse(&format!("{{\"a\": {text}}}")).unwrap_or_else(|error| panic!("{error:?}"));
        let scalar = root.entry("a").and_then(|entry| entry.value.scalar());
        assert_eq!(scalar.expect("a text").text, wanted);
    }
}
