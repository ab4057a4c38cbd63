use super::*;

/// Sections with their keys and values.
fn read(text: &str) -> Vec<(String, Vec<(String, String)>)> {
    let root = parse(text).unwrap_or_else(|error| panic!("{error:?}"));
    let sections = root.entries().iter();
    sections
        .map(|section| {
            let keys = section.value.entries().iter().map(|entry| {
                let scalar = entry.value.scalar().expect("a text");
                (entry.key.clone(), scalar.text.clone())
            });
            (section.key.clone(), keys.collect())
        })
        .collect()
}

fn one(line: &str) -> (String, String) {
    let mut sections = read(line);
    sections.remove(0).1.remove(0)
}

#[test]
fn sections_may_come_twice_and_keys_may_not() {
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    let text = "top = 0\n[a b]\nx=1\ny: 2\nx = 3\n\n[a b]\n- = i\n- = j\n";
    assert_eq!(
        read(text),
        [
            ("DEFAULT".to_owned(), vec![pair("top", "0")]),
            ("a b".to_owned(), vec![pair("x", "3"), pair("y", "2")]),
            ("a b".to_owned(), vec![pair("#1", "i"), pair("#2", "j")]),
        ]
    );
    assert_eq!(read(""), [("DEFAULT".to_owned(), vec![])]);
}

// what gopkg.in/ini.v1 1.67.0 reads
#[test]
fn values_are_unquoted_as_the_library_does() {
    for (line, value) in [
        ("k = plain  ", "plain"),
        ("k = a # comment", "a"),
        ("k = a;b", "a"),
        ("k = \"quo ted\"", "quo ted"),
        ("k = 'it''s'", "'it''s'"),
        ("k = `a # b`", "a # b"),
        ("k = \"\"\"two\nlines\"\"\"\nnext = 1", "two\nlines"),
        ("k = one \\\n  two\nnext = 1", "one two"),
        ("k =", ""),
        ("k = \"\"", ""),
        ("  k=v", "v"),
        ("k:v=w", "v=w"),
    ] {
        assert_eq!(one(line), ("k".to_owned(), value.to_owned()), "{line}");
    }
    assert_eq!(one("`a=b` = c"), ("a=b".to_owned(), "c".to_owned()));
    assert_eq!(
        one("\"\"\"a`b\"\"\" = c"),
        ("a`b".to_owned(), "c".to_owned())
    );
    for bad in [
        "no delimiter\n",
        "= v\n",
        "[open\n",
        "k = `open\n",
        "`k = v\n",
    ] {
        assert!(parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn comments_stand_where_sops_keeps_them() {
    let text = "; of the section\n[s]\n# of a\na = 1\nb = 2 ; behind b\nc = 3\n";
    let root = parse(text).unwrap_or_else(|error| panic!("{error:?}"));
    let section = &root.entry("s").expect("it is there").value;
    let comments = |key: &str| section.entry(key).expect("it is there").comments.clone();
    assert_eq!(comments("a"), ["of the section"]);
    assert_eq!(comments("b"), ["of a"]);
    assert_eq!(comments("c"), ["behind b"]);
}
