use super::*;

fn root(text: &str) -> Node {
    parse(text)
        .unwrap_or_else(|error| panic!("line {}: {}", error.line, error.reason))
        .remove(0)
}

fn reason(text: &str) -> (usize, &'static str) {
    let error = parse(text).err().expect("it is refused");
    (error.line, error.reason)
}

fn comments<'n>(node: &'n Node, key: &str) -> Vec<&'n str> {
    let entry = node.entry(key).expect("the key is there");
    entry.comments.iter().map(String::as_str).collect()
}

fn cut<'t>(text: &'t str, key: &str) -> &'t str {
    let root = root(text);
    let node = &root.entry(key).expect("the key is there").value;
    &text[node.start..node.end]
}

#[test]
fn scalars_have_the_types_that_go_gives_them() {
    let table = include_str!("../../../../tests/fixtures/sops/go-yaml-v3-scalars.tsv");
    let mut rows = 0;
    for line in table.lines() {
        let (scalar, rest) = line.split_once('\t').expect("three cells");
        let (kind, bytes) = rest.split_once('\t').expect("three cells");
        let node = root(&format!("v: {scalar}\n"));
        let value = node.entry("v").expect("it is there").value.clone();
        let typed = resolve(value.scalar().expect("a scalar"));
        let (ours, text) = match &typed {
            Ok(Typed::Null) => ("<nil>", String::new()),
            Ok(Typed::Bool(true)) => ("bool", "True".to_owned()),
            Ok(Typed::Bool(false)) => ("bool", "False".to_owned()),
            Ok(Typed::Int(number)) => ("int", number.to_string()),
            Ok(Typed::Float(number)) => (
                "float64",
                crate::secrets::sops::Plain::Float(*number)
                    .to_text()
                    .expose()
                    .to_owned(),
            ),
            Ok(Typed::Text(text)) => ("string", text.clone()),
            Ok(Typed::Time(time)) => ("time.Time", time.rfc3339_nano()),
            Ok(Typed::Bytes(_)) => ("string", "not UTF-8".to_owned()),
            Err(_) => ("uint64", "ERR cannot walk".to_owned()),
        };
        assert_eq!((ours, text.as_str()), (kind, bytes), "{scalar}");
        rows += 1;
    }
    assert_eq!(rows, 68, "the table holds another number of rows");
}

#[test]
fn a_time_keeps_its_offset_and_loses_nothing_but_zeros() {
    let nano = |text| Time::from_yaml(text).map(|time| time.rfc3339_nano());
    assert_eq!(
        nano("2023-12-25T10:31:01.500-03:30").as_deref(),
        Some("2023-12-25T10:31:01.5-03:30")
    );
    assert_eq!(nano("2024-02-29").as_deref(), Some("2024-02-29T00:00:00Z"));
    for no_time in [
        "2023-02-29",
        "2023-12-25 10:31:01 +05:30",
        "2023-12-25T24:00:00Z",
        "23-12-25",
        "2023-12-25T10:31:01",
        "2023-12-25x",
    ] {
        assert_eq!(nano(no_time), None, "{no_time}");
    }
    let second = Time::from_rfc3339("2026-01-02T03:04:05.9+00:00").expect("a time");
    assert_eq!(second.rfc3339(), "2026-01-02T03:04:05Z");
    assert_eq!(Time::from_rfc3339("2026-01-02 03:04:05Z"), None);
}

#[test]
fn spans_count_bytes_and_end_where_the_scalar_ends() {
    let text =
        "# Grüße\nä: \"q\" # c\nö: 'it''s'   # c\np: plain  # c\nesc: \"a\\\"b\"\nb: |\n  bl\nn:\n";
    assert_eq!(cut(text, "ä"), "\"q\"");
    assert_eq!(cut(text, "ö"), "'it''s'");
    assert_eq!(cut(text, "p"), "plain");
    assert_eq!(cut(text, "esc"), "\"a\\\"b\"");
    assert_eq!(cut(text, "b"), "bl\n");
    assert_eq!(cut(text, "n"), "");
}

#[test]
fn comments_join_the_entry_that_they_speak_of() {
    let text = "\
# head
a: 1 # inline
# before m
m: # inline of m
    # before k
    k: v # inline of k
    # tail of m
# before l
l:
    - one # inline of one
    # before two
    - two
    # tail of l
z: x#none
";
    let node = root(text);
    assert_eq!(comments(&node, "a"), [" head", " inline"]);
    assert_eq!(comments(&node, "m"), [" before m", " inline of m"]);
    let m = &node.entry("m").expect("it is there").value;
    assert_eq!(comments(m, "k"), [" before k", " inline of k"]);
    assert_eq!(comments(&node, "l"), [" before l"]);
    let Kind::List(items) = &node.entry("l").expect("it is there").value.kind else {
        panic!("a list")
    };
    assert_eq!(items[0].comments, [" inline of one"]);
    assert_eq!(items[1].comments, [" before two"]);
    assert!(comments(&node, "z").is_empty());
}

#[test]
fn a_hash_in_a_scalar_is_no_comment() {
    let node = root("a: 'x # y'\nb: |\n  # text\n  more\nc: \"z # w\"\nd: 1\n");
    for key in ["a", "b", "c", "d"] {
        assert!(comments(&node, key).is_empty(), "{key}");
    }
}

#[test]
fn aliases_are_copies_that_no_edit_may_touch() {
    let node = root("a: &x {k: v}\nb: *x\n<<: *x\n");
    for key in ["a", "b", "<<"] {
        let value = &node.entry(key).expect("it is there").value;
        assert!(value.shared, "{key}");
        assert!(value.entry("k").is_some(), "{key}");
    }
}

#[test]
fn bombs_are_refused() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..8 {
        let below = format!("*a{}, ", level - 1).repeat(10);
        bomb = format!("{bomb}a{level}: &a{level} [{below}]\n");
    }
    assert_eq!(reason(&bomb).1, "it has too many nodes, aliases included");
    let deep = format!("a: {}{}", "[".repeat(100), "]".repeat(100));
    assert_eq!(reason(&deep).1, "it is nested too deeply");
    assert_eq!(
        reason("a: &a [*a]\n").1,
        "an alias stands inside its own anchor"
    );
}

#[test]
fn what_sops_would_refuse_is_refused_with_its_line() {
    assert_eq!(reason("a: 1\nb: 2\na: 3\n"), (3, "a key is there twice"));
    assert_eq!(reason("a: 1\n7: x\n").1, "a key is not a text: quote it");
    assert_eq!(
        reason("a: 1\n? [x]\n: y\n").1,
        "a key is a mapping or a list"
    );
    assert_eq!(reason("a: [\n").1, "it is not valid YAML");
}

#[test]
fn a_brace_under_a_comment_is_put_right_without_moving_a_byte() {
    let text = "z: {\n    #Grüße\n}\na: \"x\"\n";
    assert!(
        root(text)
            .entry("z")
            .is_some_and(|z| z.value.entries().is_empty())
    );
    assert_eq!(cut(text, "a"), "\"x\"");
    // a brace that stands wrong for another reason stays an error
    assert_eq!(
        reason("z: {\n    #x\n    k: v\n]\na: 1\n").1,
        "it is not valid YAML"
    );
}
