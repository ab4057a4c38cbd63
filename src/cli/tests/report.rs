use proptest::prelude::*;

use crate::cli::report::{escaped, schema};

#[test]
fn the_schema_in_the_tree_is_this_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/report.schema.json");
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    let fresh = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    assert!(
        kept == fresh,
        "run `cargo run -- schema --report > schema/report.schema.json`"
    );
}

proptest! {
    /// Names come from people and vendors: an XML reader of others gets each back, as it is printed.
    #[test]
    fn any_text_comes_back_from_xml(text in any::<String>()) {
        let xml = format!("<case name=\"{}\">{}</case>", escaped(&text), escaped(&text));
        let read = roxmltree::Document::parse(&xml).unwrap();
        let case = read.root_element();
        let printed = crate::base::printable(&text).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}");
        prop_assert_eq!(case.attribute("name"), Some(printed.as_str()));
        prop_assert_eq!(case.text().unwrap_or_default(), printed);
    }
}
