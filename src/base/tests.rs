use serde::Deserialize;

use super::*;

fn span(start: usize, end: usize) -> Span {
    Span {
        file: FileId(0),
        start,
        end,
    }
}

#[test]
fn an_address_splits_into_kind_and_key() {
    let address: Address = "okta.scope.default/orders.read"
        .parse()
        .expect("an address");
    assert_eq!(address.kind(), "okta.scope");
    assert_eq!(address.key(), "default/orders.read");
    assert_eq!(
        address,
        KindName::new("okta.scope").at("default/orders.read")
    );
}

#[test]
fn a_text_without_kind_or_key_is_no_address() {
    for text in [
        "",
        "okta",
        "okta.scope",
        "okta.scope.",
        ".scope.x",
        "okta..x",
    ] {
        assert!(text.parse::<Address>().is_err(), "{text}");
    }
}

#[test]
fn counts_take_the_right_form() {
    assert_eq!(Count::of(1, "scope").to_string(), "1 scope");
    assert_eq!(Count::of(0, "policy").to_string(), "0 policies");
    assert_eq!(Count::of(2, "key").to_string(), "2 keys");
    assert_eq!(
        Count::noun(2, "auth strategy").to_string(),
        "auth strategies"
    );
}

#[test]
fn a_near_name_is_suggested_and_a_far_one_is_not() {
    let names = ["orders.read", "orders.write"];
    let near = Suggestion::find("orders.reed", names).expect("names exist");
    assert_eq!(near.to_string(), "did you mean `orders.read`?");
    let far = Suggestion::find("billing", names).expect("names exist");
    assert_eq!(far.to_string(), "there is `orders.read`, `orders.write`");
    assert_eq!(Suggestion::find("x", []), None);
}

#[test]
fn a_location_counts_characters_not_bytes() {
    let mut sources = SourceMap::default();
    sources.add("a.yaml", "ä: 1\nüö: x\n");
    let found = sources.locate(span(12, 13));
    assert_eq!((found.line, found.column), (2, 5));
    assert_eq!(found.to_string(), "a.yaml:2:5");
}

#[test]
fn a_node_is_read_by_serde_with_places() {
    #[derive(Deserialize)]
    struct Entry {
        name: Spanned<String>,
        list: Vec<Spanned<i64>>,
        secret: SecretRef,
    }
    let text = |text: &str, at| Node::new(Data::Text(text.to_owned()), at);
    let key = |key: &str| Spanned::new(key.to_owned(), span(0, 0));
    let node = Node::new(
        Data::Map(vec![
            (key("name"), text("x", span(6, 7))),
            (
                key("list"),
                Node::new(
                    Data::List(vec![Node::new(Data::Int(7), span(9, 10))]),
                    span(8, 11),
                ),
            ),
            (
                key("secret"),
                Node::new(
                    Data::Map(vec![(key("sops"), text("a.b", span(20, 23)))]),
                    span(15, 24),
                ),
            ),
        ]),
        span(0, 30),
    );
    let entry = Entry::deserialize(&node).expect("it fits");
    assert_eq!(entry.name, Spanned::new("x".to_owned(), span(0, 0)));
    assert_eq!(entry.name.span, span(6, 7));
    assert_eq!(entry.list.first().map(|item| item.span), Some(span(9, 10)));
    assert_eq!(entry.secret, SecretRef::Sops("a.b".to_owned()));
}

#[test]
fn a_misfit_tells_its_place() {
    let node = Node::new(
        Data::List(vec![Node::new(Data::Text("x".to_owned()), span(3, 4))]),
        span(1, 5),
    );
    let error = Vec::<i64>::deserialize(&node).expect_err("text is no number");
    assert_eq!(error.span, Some(span(3, 4)));
}

#[test]
fn keys_keep_their_places() {
    type Labels = std::collections::BTreeMap<Spanned<String>, Spanned<String>>;
    let entry = (
        Spanned::new("team".to_owned(), span(2, 6)),
        Node::new(Data::Text("orders".to_owned()), span(8, 14)),
    );
    let node = Node::new(Data::Map(vec![entry]), span(1, 15));
    let labels = Labels::deserialize(&node).unwrap();
    let (name, value) = labels.first_key_value().unwrap();
    assert_eq!((name.value.as_str(), name.span), ("team", span(2, 6)));
    assert_eq!((value.value.as_str(), value.span), ("orders", span(8, 14)));
}

#[test]
fn a_secret_shows_nothing() {
    let secret = Secret::new("hunter2-canary");
    assert_eq!(format!("{secret:?}"), "Secret(..)");
    let scrubber = Scrubber::default();
    scrubber.learn(&secret);
    assert_eq!(
        scrubber.scrub("bad token hunter2-canary!"),
        "bad token (sensitive)!"
    );
}

#[test]
fn a_secret_is_scrubbed_in_the_spellings_in_which_it_is_sent() {
    let scrubber = Scrubber::default();
    scrubber.learn(&Secret::new("p\"ss w\u{f6}rd+%&/"));
    for (echo, left) in [
        (
            r#"{"password":"p\"ss wörd+%&/"}"#,
            r#"{"password":"(sensitive)"}"#,
        ),
        (
            "password=p%22ss+w%C3%B6rd%2B%25%26%2F&x",
            "password=(sensitive)&x",
        ),
        ("?p=p%22ss%20w%c3%b6rd%2b%25%26%2f", "?p=(sensitive)"),
        // `printf 'id:…' | base64`, with ids of one to three letters
        ("Basic aTpwInNzIHfDtnJkKyUmLw==", "Basic aTp(sensitive)=="),
        ("Basic aWQ6cCJzcyB3w7ZyZCslJi8=", "Basic aWQ6(sensitive)="),
        ("Basic aWRzOnAic3Mgd8O2cmQrJSYv", "Basic aWRzOn(sensitive)"),
        // `printf … | xxd -p`, in both cases
        ("hex 702273732077c3b672642b25262f", "hex (sensitive)"),
        ("hex 702273732077C3B672642B25262F!", "hex (sensitive)!"),
        // `json.dumps` of Python, once and twice
        (r#"{"p": "p\"ss w\u00f6rd+%&/"}"#, r#"{"p": "(sensitive)"}"#),
        (
            r#""{\"p\": \"p\\\"ss wörd+%&/\"}""#,
            r#""{\"p\": \"(sensitive)\"}""#,
        ),
    ] {
        assert_eq!(scrubber.scrub(echo), left);
    }
}

#[test]
fn a_text_of_nobody_knows_whose_is_scrubbed_for_all_runs() {
    let (one, other) = (Scrubber::of_a_run(), Scrubber::of_a_run());
    one.learn(&Secret::new("the-secret-of-one"));
    other.learn(&Secret::new("the-secret-of-the-other"));
    let text = "the-secret-of-one, the-secret-of-the-other";
    assert_eq!(scrub_for_all(text).unwrap(), "(sensitive), (sensitive)");
    drop(other);
    assert_eq!(
        scrub_for_all(text).unwrap(),
        "(sensitive), the-secret-of-the-other"
    );
}

#[test]
fn empty_text_is_nothing() {
    assert_eq!(Value::text(""), Value::Null);
    assert_eq!(Value::set(["b", "a"]), Value::set(["a", "b"]));
    assert_ne!(Value::list(["b", "a"]), Value::list(["a", "b"]));
}

#[test]
fn what_speaks_to_a_terminal_is_spelt_out() {
    assert_eq!(printable("orders.read — ä"), "orders.read — ä");
    assert_eq!(
        printable("a\u{1b}[31mb\nc\u{9b}d\u{202e}e"),
        "a\\u{1b}[31mb\\nc\\u{9b}d\\u{202e}e"
    );
}
