//! What a document asks for, in the vendors' own words. Written from the vendors' documentation and not
//! from the kinds, so that a mistake of theirs is not repeated here.

mod konnect;
mod okta;

use serde_json::Value as Json;

use crate::picture::{Picture, Thing, key};

/// One object that the document speaks of.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub(crate) kind: &'static str,
    pub(crate) key: String,
    /// The keys under the names that it, and what contains it, had before.
    pub(crate) old_keys: Vec<String>,
    pub(crate) absent: bool,
    pub(crate) said: Vec<Said>,
}

/// One field of it.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    /// As in the document.
    pub(crate) field: &'static str,
    /// Where the vendor shows it.
    pub(crate) pointer: String,
    pub(crate) value: Json,
    how: How,
}

/// How the two are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    Same,
    /// The order means nothing.
    Set,
    /// A slash at the end means nothing.
    Url,
    /// Told in another way, so not compared here.
    Elsewhere,
}

/// All objects that the document speaks of; names are looked up in the picture, and what is gone in
/// the one before.
pub(crate) fn wanted(document: &Json, picture: &Picture, before: &Picture) -> Vec<Wanted> {
    let mut all = okta::wanted(document);
    all.extend(konnect::wanted(document, picture, before));
    all
}

/// The objects below a member, each with its key.
fn entries(json: &Json) -> impl Iterator<Item = (&String, &Json)> {
    json.as_object().into_iter().flatten()
}

fn name<'a>(key: &'a str, entry: &'a Json) -> &'a str {
    entry["name"].as_str().unwrap_or(key)
}

impl Wanted {
    fn new(kind: &'static str, parts: &[&str], entry: &Json) -> Self {
        Self {
            kind,
            key: key(parts),
            old_keys: Vec::new(),
            absent: entry["state"] == "absent",
            said: Vec::new(),
        }
        .renamed(parts.len() - 1, entry)
    }

    /// Notes what it was called while that part of its key was called as this entry says it was.
    fn renamed(mut self, at: usize, entry: &Json) -> Self {
        if let Some(old) = entry["renamed_from"].as_str() {
            let mut more = Vec::new();
            for known in std::iter::once(&self.key).chain(&self.old_keys) {
                let mut parts: Vec<&str> = known.split('/').collect();
                parts[at] = old;
                more.push(key(&parts));
            }
            self.old_keys.extend(more);
        }
        self
    }

    /// Takes members of an entry over, each with where the vendor shows it.
    fn takes(mut self, entry: &Json, members: &[(&'static str, &str)]) -> Self {
        for (field, pointer) in members {
            if let Some(value) = entry.get(*field) {
                self = self.says(field, pointer, value.clone());
            }
        }
        self
    }

    fn says(mut self, field: &'static str, pointer: &str, value: Json) -> Self {
        let how = if value.is_array() {
            How::Set
        } else {
            How::Same
        };
        self.said.push(Said {
            field,
            pointer: pointer.to_owned(),
            value,
            how,
        });
        self
    }

    fn how(mut self, how: How) -> Self {
        if let Some(last) = self.said.last_mut() {
            last.how = how;
        }
        self
    }

    /// Takes away what the document tells to ignore.
    fn without_ignored(mut self, entry: &Json) -> Self {
        for ignore in entry["ignore"].as_array().into_iter().flatten() {
            self.said.retain(|said| ignore["field"] != said.field);
        }
        self
    }

    /// What is not as it should be; nothing when all is well.
    pub(crate) fn wrong(&self, picture: &Picture) -> Vec<String> {
        let found = picture.find(self.kind, &self.key);
        let count = usize::from(!self.absent);
        if found.len() != count {
            return vec![format!(
                "{} {} is there {} times and not {count}",
                self.kind,
                self.key,
                found.len()
            )];
        }
        let Some(thing) = found.first() else {
            return Vec::new();
        };
        let wrong = self.said.iter().filter(|said| !said.holds(thing));
        wrong
            .map(|said| {
                format!(
                    "`{}` of {} {} is {} and not {}",
                    said.field,
                    self.kind,
                    self.key,
                    thing.json.pointer(&said.pointer).unwrap_or(&Json::Null),
                    said.value
                )
            })
            .collect()
    }
}

impl Said {
    pub(crate) fn holds(&self, thing: &Thing) -> bool {
        let live = thing.json.pointer(&self.pointer).unwrap_or(&Json::Null);
        let sorted = |json: &Json| {
            let mut texts: Vec<String> = json
                .as_array()
                .into_iter()
                .flatten()
                .map(Json::to_string)
                .collect();
            texts.sort();
            texts
        };
        let trimmed = |json: &Json| {
            json.as_str()
                .map(|url| url.trim_end_matches('/').to_owned())
        };
        match self.how {
            How::Same => *live == self.value,
            How::Set => sorted(live) == sorted(&self.value),
            How::Url => trimmed(live) == trimmed(&self.value),
            How::Elsewhere => true,
        }
    }
}
