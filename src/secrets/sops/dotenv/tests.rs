use super::*;

fn texts(text: &str) -> Vec<(String, String)> {
    let root = parse(text).unwrap_or_else(|error| panic!("{error:?}"));
    let entries = root.entries().iter().filter(|entry| entry.key != "sops");
    entries
        .map(|entry| {
            let scalar = entry.value.scalar().expect("a text");
            (entry.key.clone(), scalar.text.clone())
        })
        .collect()
}

#[test]
fn both_sides_are_literal() {
    let text = "export A = \"x\"\n\n#c\nB=a\\nb=c\r\nC=\n";
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    assert_eq!(
        texts(text),
        [
            pair("export A ", " \"x\""),
            pair("B", "a\nb=c\r"),
            pair("C", "")
        ]
    );
    let root = parse(text).unwrap_or_else(|error| panic!("{error:?}"));
    let entry = root.entry("B").expect("it is there");
    assert_eq!(entry.comments, ["c"]);
    assert_eq!(&text[entry.value.start..entry.value.end], "a\\nb=c\r");
    let error = parse("A=1\nno variable\n").err().expect("refused");
    assert_eq!((error.line, error.reason), (2, "a line has no `=`"));
}

#[test]
fn metadata_is_no_longer_flat() {
    let text =
        "A=1\nsops_age__list_0__map_enc=x\\ny\nsops_age__list_0__map_recipient=r\nsops_mac=m\n";
    let root = parse(text).unwrap_or_else(|error| panic!("{error:?}"));
    let block = &root.entry("sops").expect("it is there").value;
    let mac = &block.entry("mac").expect("it is there").value;
    assert_eq!(&text[mac.start..mac.end], "m");
    let Kind::List(items) = &block.entry("age").expect("it is there").value.kind else {
        panic!("a list")
    };
    let enc = items[0]
        .value
        .entry("enc")
        .and_then(|entry| entry.value.scalar());
    assert_eq!(enc.expect("a text").text, "x\ny");
    for bad in [
        "sops_a=1\nsops_a=2\n",
        "sops_a__list_1=x\n",
        "sops_a__list_x=1\n",
        "sops_a=1\nsops_a__map_b=2\n",
        "sops_a__list_0=1\nsops_a__map_b=2\n",
    ] {
        assert!(parse(bad).is_err(), "{bad}");
    }
}
