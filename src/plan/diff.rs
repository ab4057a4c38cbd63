//! Compares one desired object with its live one by the rules of the kind.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

use super::{Action, Compare, Desired, FieldChange, FieldRule, KindInfo, Live};
use crate::base::{Address, Value};

/// What the comparison of one object found.
#[derive(Debug, Default)]
pub(super) struct Difference {
    pub(super) fields: Vec<FieldChange>,
    /// Differences that the document accepts: field, reason and last day.
    pub(super) ignored: Vec<(&'static str, String, Option<String>)>,
    /// Fields that only a new object can have.
    pub(super) immutable: Vec<&'static str>,
}

impl Difference {
    /// What is to be done; `None` when nothing differs.
    pub(super) fn action(&self, adopt: bool) -> Option<Action> {
        if !self.immutable.is_empty() {
            Some(Action::Replace)
        } else if adopt {
            Some(Action::Adopt)
        } else if self.fields.is_empty() {
            None
        } else {
            Some(Action::Update)
        }
    }
}

/// Compares every declared field; `live` is absent for an object that is to be made.
pub(super) fn compare(
    kind: &KindInfo,
    desired: &Desired,
    live: Option<&Live>,
    moved: &HashSet<(Address, &'static str)>,
    today: &str,
) -> Difference {
    let mut found = Difference::default();
    for field in kind.fields {
        let Some(new) = desired.fields.get(field.name) else {
            continue;
        };
        if field.rule == FieldRule::Computed {
            continue;
        }
        let mut old = Cow::Borrowed(live.map_or(&Value::Null, |live| live.field(field.name)));
        let same = match field.compare {
            Compare::Whole => *old == *new,
            Compare::Url => {
                let trimmed = |value: &'_ Value| value.as_text().map(without_slash);
                *old == *new || trimmed(&old).is_some() && trimmed(&old) == trimmed(new)
            }
            Compare::DeclaredKeys => {
                old = Cow::Owned(declared_keys(&old, new));
                *old == *new
            }
            Compare::Order => {
                let here = || (desired.address.clone(), field.name);
                live.is_some() && (moved.is_empty() || !moved.contains(&here()))
            }
        };
        if same {
            continue;
        }
        if live.is_some()
            && let Some(ignore) = desired
                .ignore
                .iter()
                .find(|ignore| ignore.field == field.name && ignore.holds(today))
        {
            found
                .ignored
                .push((field.name, ignore.reason.clone(), ignore.until.clone()));
            continue;
        }
        if live.is_some() && field.rule == FieldRule::Immutable {
            found.immutable.push(field.name);
        }
        found.fields.push(FieldChange {
            name: field.name,
            sensitive: field.rule == FieldRule::WriteOnly,
            old: old.into_owned(),
            new: new.clone(),
            because: Some(desired.span_of(field.name)),
        });
    }
    found
}

fn without_slash(url: &str) -> String {
    url.trim_end_matches('/').to_owned()
}

/// Leaves of a live mapping only what the document speaks of.
fn declared_keys(live: &Value, desired: &Value) -> Value {
    match (live, desired) {
        (Value::Map(live), Value::Map(desired)) => Value::Map(
            live.iter()
                .filter(|(key, _)| desired.contains_key(*key))
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect(),
        ),
        (Value::Null, Value::Map(_)) => Value::Map(BTreeMap::new()),
        (other, _) => other.clone(),
    }
}
