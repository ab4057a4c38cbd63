//! The kinds that can be written, each with its example.

use dcrsync::kinds::{AnyKind, registry};
use dcrsync::plan::Role;

/// All kinds that dcrsync writes; every one must bring an example.
pub(crate) fn managed() -> impl Iterator<Item = &'static dyn AnyKind> {
    registry()
        .iter()
        .copied()
        .filter(|kind| kind.info().role == Role::Managed)
}

/// The kinds whose examples differ, so that shared ones are not run twice.
pub(crate) fn examples() -> Vec<(&'static str, &'static str)> {
    let mut examples: Vec<(&'static str, &'static str)> = Vec::new();
    for kind in managed() {
        let example = kind.example();
        if !examples.iter().any(|(_, other)| *other == example) {
            examples.push((kind.info().name.as_str(), example));
        }
    }
    examples
}

#[test]
fn every_managed_kind_brings_an_example_of_itself() {
    for kind in managed() {
        let name = kind.info().name;
        assert!(!kind.example().trim().is_empty(), "{name} has no example");
        let loaded = crate::world::load(kind.example());
        let checked = loaded
            .checked
            .unwrap_or_else(|| panic!("{name}: {:?}", loaded.report));
        assert!(
            checked.declared.of(name).next().is_some(),
            "the example of {name} declares none"
        );
    }
}
