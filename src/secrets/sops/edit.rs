use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;

use super::file::{nodes, text};
use super::place::place;
use super::stamp::stamp;
use super::tree::{Leaf, Plain, Tree};
use super::{Keyring, SopsError, SopsFile};
use crate::base::Secret;

/// Encrypts values into a file's text at dotted paths; `None` when all are there already.
///
/// Nothing else changes but `lastmodified` and `mac`. The result was opened again: the values
/// are in it, encrypted, and every other value is what it was.
pub fn set(
    name: &Path,
    bytes: &[u8],
    keyring: &Keyring,
    values: &[(&str, &Secret)],
    now: Timestamp,
) -> Result<Option<String>, SopsError> {
    let before = SopsFile::open(name, bytes, keyring)?;
    edit(bytes, &before, values, now)
}

/// The same for a file that is open already.
pub(in crate::secrets) fn edit(
    bytes: &[u8],
    before: &SopsFile,
    values: &[(&str, &Secret)],
    now: Timestamp,
) -> Result<Option<String>, SopsError> {
    let text = text(bytes)?;
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mark = text.get(..text.len() - body.len()).unwrap_or_default();
    let mut edited = body.to_owned();
    let mut targets = BTreeMap::new();
    for (path, value) in values {
        if value.expose().is_empty() {
            return Err(cannot(path, "the value is empty"));
        }
        let documents = nodes(&edited)?;
        let document = documents.first().ok_or(SopsError::NotSops)?;
        let placed = place(&edited, document, path, value, &before.key)?;
        edited = placed.text;
        targets.insert(placed.path, (*path, *value));
    }
    if edited == body {
        return Ok(None);
    }
    let edited = stamp(&edited, &before.key, now)?;
    let after = SopsFile::open_with(&edited, &before.key)?;
    verify(before, &after, &targets)?;
    Ok(Some(format!("{mark}{edited}")))
}

type Leaves<'t> = BTreeMap<(usize, Vec<String>), Option<&'t Leaf>>;

fn verify(
    before: &SopsFile,
    after: &SopsFile,
    targets: &BTreeMap<Vec<String>, (&str, &Secret)>,
) -> Result<(), SopsError> {
    const HARM: &str = "another value would change";
    let old = leaves(before.documents());
    let new = leaves(after.documents());
    for (way, (path, value)) in targets {
        let leaf = new.get(&(0, way.clone())).copied().flatten();
        match leaf {
            Some(leaf) if !leaf.encrypted => {
                return Err(SopsError::WouldBeClear {
                    path: (*path).to_owned(),
                    rule: after.meta.rule.form().name(),
                });
            }
            Some(leaf) if leaf.value == Plain::Text((*value).clone()) => {}
            Some(_) | None => return Err(cannot(path, "it does not read back")),
        }
    }
    let target = |place: &(usize, Vec<String>)| place.0 == 0 && targets.contains_key(&place.1);
    let any = targets.values().next().map_or("", |(path, _)| path);
    for (place, leaf) in new.iter().filter(|(place, _)| !target(place)) {
        if !old.get(place).is_some_and(|old| same(*old, *leaf)) {
            return Err(cannot(any, HARM));
        }
    }
    for (place, leaf) in old.iter().filter(|(place, _)| !new.contains_key(place)) {
        // a null or an empty mapping gives way to the mapping that a target made of it
        let nothing = leaf.is_none_or(|leaf| leaf.value == Plain::Null);
        let made = targets.keys().any(|way| way.starts_with(&place.1));
        if !(nothing && made && place.0 == 0) {
            return Err(cannot(any, HARM));
        }
    }
    Ok(())
}

fn leaves(documents: &[Tree]) -> Leaves<'_> {
    let mut found = Leaves::new();
    for (at, document) in documents.iter().enumerate() {
        for (path, leaf) in document.leaves() {
            found.insert((at, path), leaf);
        }
    }
    found
}

/// By text, since not-a-number equals nothing.
fn same(old: Option<&Leaf>, new: Option<&Leaf>) -> bool {
    match (old, new) {
        (None, None) => true,
        (Some(old), Some(new)) => {
            old.encrypted == new.encrypted && old.value.to_text() == new.value.to_text()
        }
        (None, Some(_)) | (Some(_), None) => false,
    }
}

fn cannot(path: &str, why: &'static str) -> SopsError {
    SopsError::CannotPlace {
        path: path.to_owned(),
        why,
    }
}
