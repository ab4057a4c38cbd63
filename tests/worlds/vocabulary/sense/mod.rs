//! Puts right what a document may not say, or what no vendor could carry out.

mod konnect;
mod okta;

use serde_json::{Value as Json, json};

use super::{entry, entry_mut, is_present, put, slot, slots};

/// Makes the document one that can be applied after `before`.
pub(super) fn make(document: &mut Json, before: Option<&Json>, rename: bool) {
    if let Some(before) = before {
        // who is careless about names forgets what hangs on others, too, and is refused
        if rename {
            konnect::leave_nothing_behind(document, before);
        }
        konnect::keep_saying(document, before);
    }
    // from those that need others to those that are needed
    konnect::apps(document);
    konnect::portals(document);
    konnect::defaults(document);
    konnect::strategies(document);
    konnect::providers(document);
    okta::servers(document);
    konnect::references(document);
    if let (Some(before), true) = (before, rename) {
        renames(document, before);
    }
}

/// Makes sure that an entry is there and wanted.
fn ensure(document: &mut Json, path: &[&str]) {
    if is_present(document, path) {
        return;
    }
    if let Some(Json::Object(entry)) = entry_mut(document, path) {
        entry.shift_remove("state");
    }
    put(document, path, &slot(path).plain());
}

fn set(document: &mut Json, path: &[&str], member: &str, value: Json) {
    if let Some(Json::Object(entry)) = entry_mut(document, path) {
        entry.insert(member.to_owned(), value);
    }
}

fn unset(document: &mut Json, path: &[&str], members: &[&str]) {
    if let Some(Json::Object(entry)) = entry_mut(document, path) {
        entry.retain(|name, _| !members.contains(&name.as_str()));
    }
}

fn member<'a>(document: &'a Json, path: &[&str], member: &str) -> &'a Json {
    entry(document, path).map_or(&Json::Null, |entry| &entry[member])
}

/// The name that an entry has at its vendor.
fn name<'a>(document: &'a Json, path: &[&'a str]) -> &'a str {
    let own = member(document, path, "name").as_str();
    own.unwrap_or_else(|| path.last().unwrap())
}

/// Says of entries with another name than before what they were called.
fn renames(document: &mut Json, before: &Json) {
    for slot in slots() {
        let path = &slot.path[..];
        if is_present(document, path) && is_present(before, path) {
            let (old, new) = (name(before, path), name(document, path));
            if old != new {
                let old = json!(old);
                set(document, path, "renamed_from", old);
            }
        }
    }
}
