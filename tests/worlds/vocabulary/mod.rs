//! What a document may say: a slot for each entry, a few values for each of its members.
//!
//! A document is a choice for each slot, so that a failing one shrinks to few entries. What no vendor
//! could carry out is put right by `sense`; the rest is as wild as the bytes are.

mod konnect;
mod okta;
mod sense;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::{Map, Value as Json, json};

/// The values of one member, as JSON; an empty text stands for a member that is not there.
type Values = &'static [&'static str];

/// An entry that may stand in the document.
pub(crate) struct Slot {
    /// The way from the root.
    pub(crate) path: Vec<&'static str>,
    /// Whether it may be declared absent.
    may_go: bool,
    /// Members that a tombstone needs, too.
    always: &'static [&'static str],
    members: Vec<(&'static str, Values)>,
}

/// What an entry says of itself.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Presence {
    Unsaid,
    Present,
    Absent,
}

/// All slots, outer ones before those inside them.
pub(crate) fn slots() -> &'static [Slot] {
    static SLOTS: LazyLock<Vec<Slot>> = LazyLock::new(|| {
        let mut all = okta::slots();
        all.extend(konnect::slots());
        all
    });
    &SLOTS
}

/// What a document says, as chances chose it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Draft {
    /// What is said of each slot: its presence, then each of its members.
    pub(crate) slots: BTreeMap<usize, Vec<u8>>,
    /// Whether Konnect is pruned.
    pub(crate) prune: bool,
    /// Whether an entry with another name than before says so.
    pub(crate) rename: bool,
}

/// The document of a draft, after `before` where there was one.
pub(crate) fn document(draft: &Draft, before: Option<&Json>) -> Json {
    let mut document = json!({ "okta": {}, "konnect": { "prune": draft.prune } });
    for (at, slot) in slots().iter().enumerate() {
        let bytes = draft.slots.get(&at).into_iter().flatten();
        let mut bytes = bytes.copied().chain(std::iter::repeat(0));
        let mut next = || usize::from(bytes.next().unwrap_or_default());
        let presence = slot.presence(next());
        let mut entry = Map::new();
        for (name, values) in &slot.members {
            let value = values[next() % values.len()];
            let kept = presence == Presence::Present
                || presence == Presence::Absent && slot.always.contains(name);
            if kept && !value.is_empty() {
                entry.insert((*name).to_owned(), serde_json::from_str(value).unwrap());
            }
        }
        if presence == Presence::Absent {
            entry.insert("state".to_owned(), json!("absent"));
        }
        if presence != Presence::Unsaid {
            put(&mut document, &slot.path, &Json::Object(entry));
        }
    }
    sense::make(&mut document, before, draft.rename);
    document
}

impl Slot {
    fn new(path: &[&'static str], members: &[(&'static str, Values)]) -> Self {
        Self {
            path: path.to_vec(),
            may_go: true,
            always: &[],
            members: members.to_vec(),
        }
    }

    /// The entry is never declared absent.
    fn stays(self) -> Self {
        Self {
            may_go: false,
            ..self
        }
    }

    /// These members stand in tombstones, too.
    fn always(self, always: &'static [&'static str]) -> Self {
        Self { always, ..self }
    }

    fn presence(&self, byte: usize) -> Presence {
        match byte % 6 {
            0 | 5 if !self.may_go => Presence::Unsaid,
            0 => Presence::Unsaid,
            5 => Presence::Absent,
            _ => Presence::Present,
        }
    }

    /// The entry as if it were chosen with the first value of each member.
    fn plain(&self) -> Json {
        let said = self
            .members
            .iter()
            .filter(|(_, values)| !values[0].is_empty());
        let members = said
            .map(|(name, values)| ((*name).to_owned(), serde_json::from_str(values[0]).unwrap()));
        Json::Object(members.collect())
    }
}

/// The slot of this way.
fn slot(path: &[&str]) -> &'static Slot {
    let found = slots().iter().find(|slot| slot.path == path);
    found.unwrap_or_else(|| panic!("no slot {path:?}"))
}

/// The entry at the end of a way.
pub(crate) fn entry<'a>(document: &'a Json, path: &[&str]) -> Option<&'a Json> {
    path.iter().try_fold(document, |json, name| json.get(*name))
}

fn entry_mut<'a>(document: &'a mut Json, path: &[&str]) -> Option<&'a mut Json> {
    path.iter()
        .try_fold(document, |json, name| json.get_mut(*name))
}

/// Puts an entry at the end of a way, and keeps what stands inside it already.
fn put(document: &mut Json, path: &[&str], entry: &Json) {
    let place = path.iter().fold(document, |json, name| {
        if !json[*name].is_object() {
            json[*name] = json!({});
        }
        &mut json[*name]
    });
    for (name, value) in entry.as_object().unwrap() {
        place[name.as_str()] = value.clone();
    }
}

/// Takes an entry out.
fn remove(document: &mut Json, path: &[&str]) {
    let (last, above) = path.split_last().unwrap();
    if let Some(Json::Object(entries)) = entry_mut(document, above) {
        entries.shift_remove(*last);
    }
}

/// Whether an entry is there and wanted.
pub(crate) fn is_present(document: &Json, path: &[&str]) -> bool {
    entry(document, path).is_some_and(|entry| entry["state"] != "absent")
}
