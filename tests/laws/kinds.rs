//! The kinds that can be written, each with its example.

use std::collections::BTreeSet;

use dcrsync::base::KindName;
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

/// The fewest examples that together declare all kinds, the largest first.
pub(crate) fn widest() -> Vec<(&'static str, &'static str)> {
    let kinds_of = |example: &str| -> BTreeSet<KindName> {
        let checked = crate::world::load(example).checked.unwrap();
        checked.declared.iter().map(|object| object.kind).collect()
    };
    let mut all: Vec<_> = examples()
        .into_iter()
        .map(|(kind, example)| (kind, example, kinds_of(example)))
        .collect();
    all.sort_by_key(|(_, _, kinds)| std::cmp::Reverse(kinds.len()));
    let mut covered = BTreeSet::new();
    all.retain(|(_, _, kinds)| {
        let more = !kinds.is_subset(&covered);
        covered.extend(kinds.iter().copied());
        more
    });
    all.into_iter()
        .map(|(kind, example, _)| (kind, example))
        .collect()
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
