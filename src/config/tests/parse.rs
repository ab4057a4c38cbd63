use std::fmt::Write as _;

use crate::base::{Data, FileId, Node, Report};
use crate::config::MAX_BYTES;
use crate::config::parse::parse;

fn read(text: &str) -> (Option<Node>, Report) {
    let mut report = Report::new();
    let node = parse(FileId(0), text, &mut report);
    (node, report)
}

fn good(text: &str) -> Node {
    let (node, report) = read(text);
    assert!(report.is_empty(), "{report:?}");
    node.unwrap()
}

/// Findings as `code: message [place] (help)`.
fn findings(text: &str) -> Vec<String> {
    let (_, report) = read(text);
    let sorted = report.sorted();
    let each = sorted.iter().map(|found| {
        let places: Vec<_> = found
            .labels
            .iter()
            .map(|label| &text[label.span.start..label.span.end])
            .collect();
        format!(
            "{}: {} {places:?} ({})",
            found.code,
            found.message,
            found.help.join("; ")
        )
    });
    each.collect()
}

/// What a node and all below it are in the file, depth first, keys as `key=`.
fn places<'t>(node: &Node, text: &'t str, out: &mut Vec<String>) {
    let spelt = |start: usize, end: usize| -> &'t str { &text[start..end] };
    out.push(spelt(node.span.start, node.span.end).to_owned());
    for (key, value) in node.entries() {
        out.push(format!("{}=", spelt(key.span.start, key.span.end)));
        places(value, text, out);
    }
    for item in node.items() {
        places(item, text, out);
    }
}

fn spelling(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    places(&good(text), text, &mut out);
    out
}

#[test]
fn places_are_bytes_of_the_file() {
    assert_eq!(
        spelling("ä: \"ö\\n x\"\n'ü': 'it''s'\n"),
        [
            "ä: \"ö\\n x\"\n'ü': 'it''s'",
            "ä=",
            "\"ö\\n x\"",
            "'ü'=",
            "'it''s'"
        ]
    );
    assert_eq!(
        spelling("a: plain\n  over lines\nb: |\n  block ä\n  two\nc: x\n")[1..],
        [
            "a=",
            "plain\n  over lines",
            "b=",
            "block ä\n  two\n",
            "c=",
            "x"
        ]
    );
    assert_eq!(
        spelling("l: [1, {k: v } ] # c\nm:\n  - x\n  -\nn:\n")[1..],
        [
            "l=",
            "[1, {k: v } ]",
            "1",
            "{k: v }",
            "k=",
            "v",
            "m=",
            "- x\n  -",
            "x",
            "",
            "n=",
            ""
        ]
    );
    assert_eq!(
        spelling("{a: {}, b: []}\n")[..3],
        ["{a: {}, b: []}", "a=", "{}"]
    );
    assert_eq!(spelling("a: 1\r\nb: ä\r\n")[1..], ["a=", "1", "b=", "ä"]);
}

#[test]
fn a_byte_order_mark_shifts_nothing() {
    let text = "\u{feff}ä: ö\n";
    assert_eq!(spelling(text)[1..], ["ä=", "ö"]);
}

#[test]
fn scalars_are_what_yaml_1_2_says() {
    let cases = [
        ("true", Data::Bool(true)),
        ("yes", Data::Text("yes".into())),
        ("no", Data::Text("no".into())),
        ("~", Data::Null),
        ("null", Data::Null),
        ("'null'", Data::Text("null".into())),
        ("12", Data::Int(12)),
        ("-0", Data::Int(0)),
        ("0x1F", Data::Int(31)),
        ("0o17", Data::Int(15)),
        ("0755", Data::Text("0755".into())),
        ("1_000", Data::Text("1_000".into())),
        ("1.5", Data::Float(1.5)),
        (".inf", Data::Text(".inf".into())),
        ("'5'", Data::Text("5".into())),
        ("!!str 5", Data::Text("5".into())),
        ("5m", Data::Text("5m".into())),
        ("30%", Data::Text("30%".into())),
        ("2027-01-01", Data::Text("2027-01-01".into())),
        (
            "18446744073709551615",
            Data::Float(18_446_744_073_709_551_615.0),
        ),
    ];
    for (text, data) in cases {
        let node = good(&format!("x: {text}\n"));
        assert_eq!(node.get("x").unwrap().data, data, "{text}");
    }
}

#[test]
fn keys_that_are_no_text_are_taken_as_they_are_spelt() {
    let node = good("1: a\ntrue: b\n~: c\n0x10: d\n'2': e\n1.50: f\n");
    let keys: Vec<_> = node
        .entries()
        .iter()
        .map(|(key, _)| key.value.as_str())
        .collect();
    assert_eq!(keys, ["1", "true", "~", "0x10", "2", "1.50"]);
}

#[test]
fn aliases_and_merges_show_where_the_value_is_written() {
    let text = "base: &b { k: v }\nuse: *b\nmore: { <<: *b, l: w }\n";
    let node = good(text);
    let spelt = |node: &Node| text[node.span.start..node.span.end].to_owned();
    assert_eq!(
        node.at(&["use", "k"]).unwrap().span,
        node.at(&["base", "k"]).unwrap().span
    );
    assert_eq!(
        node.at(&["more", "k"]).unwrap().span,
        node.at(&["base", "k"]).unwrap().span
    );
    assert_eq!(spelt(node.at(&["more", "l"]).unwrap()), "w");
    let after = good("base: &b { k: v }\nmore:\n  l: w\n  k: *b\n");
    let more = after.get("more").unwrap().span;
    assert!(more.start < more.end);
}

#[test]
fn a_key_that_comes_twice_is_shown_at_both_places_and_reading_goes_on() {
    let text = "a: 1\nb: { c: 1, c: 2, 'c': 3 }\na: [\n]\n";
    let (node, report) = read(text);
    assert_eq!(node.unwrap().get("a").unwrap().data, Data::Int(1));
    let twice = report.sorted();
    let places: Vec<Vec<_>> = twice
        .iter()
        .map(|found| found.labels.iter().map(|label| label.span.start).collect())
        .collect();
    assert_eq!(places, [vec![16, 10], vec![22, 10], vec![31, 0]]);
    assert!(twice.iter().all(|found| found.code == "duplicate-key"));
}

#[test]
fn what_is_no_yaml_is_told_at_its_place() {
    for (text, expected) in [
        (
            "a:\n\tb: 1\n",
            "yaml-syntax: tabs disallowed within this context (block indentation) [\"b\"] (YAML indents with spaces, never tabs)",
        ),
        (
            "ä: ö\na: b: c\n",
            "yaml-syntax: mapping values are not allowed in this context [\":\"] (look at this line and the one above: indentation, quotes, and a space after each `:`)",
        ),
        (
            "a: [1\n",
            "yaml-syntax: unclosed bracket '[' [\"[\"] (close it on this line or below, or put the text in quotes)",
        ),
        (
            "a: !x 1\n",
            "yaml-syntax: unsupported tag `!x` [\"1\"] (look at this line and the one above: indentation, quotes, and a space after each `:`)",
        ),
        (
            "a: { b: x ${var.c} }\n",
            "yaml-syntax: while parsing a flow mapping, did not find expected ',' or '}' [\"{\"] (inside `{ }` and `[ ]` a text with `${…}` must be in quotes: YAML ends it at `}`)",
        ),
    ] {
        assert_eq!(findings(text), [expected]);
    }
    for text in [
        "a: *n\n",
        "key: 'abc\n",
        "a: 1\n b: 2\n",
        "a: &a [*a]\n",
        "? [1]\n: 2\n",
        "a: \u{0}\n",
        "%",
        "a: \"\\q\"",
    ] {
        let (node, report) = read(text);
        assert!(node.is_none(), "{text:?}");
        assert_eq!(report.sorted()[0].code, "yaml-syntax", "{text:?}");
        assert!(
            report.sorted()[0].message.starts_with(char::is_lowercase),
            "{report:?}"
        );
    }
}

#[test]
fn files_without_a_document_or_with_several() {
    for text in ["", "\n", "# only this\n", "---\n", "~\n"] {
        let (node, report) = read(text);
        assert!(node.is_none());
        assert_eq!(report.sorted()[0].code, "empty-document", "{text:?}");
    }
    assert_eq!(
        read("a: 1\n---\nb: 2\n").1.sorted()[0].code,
        "several-documents"
    );
    assert_eq!(good("---\na: 1\n...\n").entries().len(), 1);
}

/// A document of this many scopes.
fn large(entries: usize) -> String {
    let mut text = String::from("scopes:\n");
    for number in 0..entries {
        let filler = "lorem ipsum dolor sit amet ".repeat(6);
        writeln!(
            text,
            "  scope.{number}:\n    description: {filler}\n    consent: implicit"
        )
        .unwrap();
    }
    text
}

#[test]
fn a_large_document_is_read() {
    let text = large(48_000);
    assert!(
        text.len() > 9_900_000 && text.len() < MAX_BYTES,
        "{}",
        text.len()
    );
    let node = good(&text);
    assert_eq!(node.get("scopes").unwrap().entries().len(), 48_000);
}

#[test]
fn what_grows_without_end_is_refused_at_once() {
    let too_long = "#".repeat(MAX_BYTES + 1);
    let bomb = {
        let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for level in 1..10 {
            let before = format!("*a{}, ", level - 1).repeat(9);
            writeln!(text, "a{level}: &a{level} [{before}]").unwrap();
        }
        text
    };
    // few values, each of them long
    let heavy = format!(
        "a: &a {}\nb: [{}]\n",
        "x".repeat(1 << 20),
        "*a, ".repeat(40_000)
    );
    let heavier = format!(
        "a: &a {}\nb: [{}]\n",
        "x".repeat(8 << 20),
        "*a, ".repeat(99)
    );
    let mut fields = String::new();
    for number in 0..2_000 {
        write!(fields, "k{number}: 1, ").unwrap();
    }
    let merges = format!(
        "a: &a {{ {} }}\nb:\n{}",
        fields,
        "  - <<: *a\n".repeat(2_000)
    );
    let deep = "[".repeat(10_000);
    let nodes = format!("[{}]", "a,".repeat(2_100_000));
    for (name, text) in [
        ("long", too_long),
        ("bomb", bomb),
        ("heavy", heavy),
        ("heavier", heavier),
        ("merges", merges),
        ("deep", deep),
        (
            "less deep",
            format!("{}1{}", "[".repeat(60), "]".repeat(60)),
        ),
        ("nodes", nodes),
    ] {
        let (node, report) = read(&text);
        assert!(node.is_none(), "{name}");
        assert_eq!(report.sorted()[0].code, "too-large", "{name} {report:?}");
    }
}
