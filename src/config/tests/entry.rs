use crate::base::{FileId, Report};
use crate::config::parse::parse;
use crate::config::{EntryCommon, State, shape};

fn node(text: &str) -> crate::base::Node {
    let mut report = Report::new();
    let node = parse(FileId(0), text, &mut report);
    assert!(report.is_empty(), "{report:?}");
    node.unwrap()
}

#[test]
fn common_fields_are_read_and_the_others_left() {
    let entry = node(
        "\
state: absent
protected: true
description: Read
renamed_from: old
ignore: [{ field: description, reason: migration, until: 2027-01-01 }]
",
    );
    let common = EntryCommon::read(&entry).unwrap();
    assert_eq!(common.state.value, State::Absent);
    assert!(common.protected);
    assert_eq!(common.renamed_from.unwrap().value, "old");
    let until = common.ignore[0].until.as_ref().unwrap();
    assert_eq!(until.value, jiff::civil::date(2027, 1, 1));
    let own = EntryCommon::strip(&entry);
    let keys: Vec<_> = own
        .entries()
        .iter()
        .map(|(key, _)| key.value.as_str())
        .collect();
    assert_eq!(keys, ["description"]);
}

#[test]
fn an_entry_that_says_nothing_is_present() {
    let entry = node("orders.read:\n");
    let entry = entry.get("orders.read").unwrap();
    assert_eq!(EntryCommon::read(entry).unwrap(), EntryCommon::default());
    assert!(EntryCommon::strip(entry).entries().is_empty());
}

#[test]
fn a_day_that_does_not_exist_is_refused_at_its_place() {
    let entry = node("ignore: [{ field: a, reason: b, until: 2027-02-30 }]\n");
    let error = EntryCommon::read(&entry).unwrap_err();
    let span = error.span.unwrap();
    assert_eq!((span.start, span.end), (39, 49));
}

#[test]
fn the_schema_offers_exactly_the_fields() {
    let properties = EntryCommon::schema_properties();
    let names: Vec<_> = properties.keys().map(String::as_str).collect();
    assert_eq!(names, EntryCommon::FIELDS);
    for schema in properties.values() {
        assert_eq!(shape::unsupported(schema), [""; 0]);
        assert!(schema.get("description").is_some());
    }
}
