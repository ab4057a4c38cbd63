use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::memory::{Known, Memory, Remembered, digest};
use super::severity::severity;
use super::shown::shown;
use crate::base::{Address, SourceMap, Span, Value};
use crate::config::SeverityRule;
use crate::plan::{Action, Declared, FieldChange, Plan, Step, World};
use crate::status::{Difference, FieldDifference, Moved, Place};

/// What one look at both vendors found.
#[derive(Debug, Clone, Copy)]
pub struct Look<'a> {
    /// The digest of the document.
    pub digest: &'a str,
    /// What would have to be done.
    pub plan: &'a Plan,
    /// What the document wants.
    pub declared: &'a Declared,
    /// What is there.
    pub world: &'a World,
    /// The texts, for places.
    pub sources: &'a SourceMap,
    /// How grave what is.
    pub rules: &'a [SeverityRule],
    /// When it was.
    pub now: Timestamp,
}

/// What came of comparing a look with the one before.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Seen {
    /// What differs now, in the order of the plan.
    pub differences: Vec<Difference>,
    /// Of those, the objects that did not differ at the last look.
    pub appeared: BTreeSet<Address>,
    /// What differed at the last look and does not any more.
    pub settled: Vec<Difference>,
}

/// Tells which side moved since the last look, and remembers this one.
pub fn classify(memory: &mut Memory, look: &Look<'_>) -> Seen {
    let first = memory.is_empty();
    let edited = memory.digest.as_deref() != Some(look.digest);
    let mut seen = Seen::default();
    let mut now: BTreeMap<Address, &Step> = BTreeMap::new();
    for step in &look.plan.steps {
        now.insert(step.address.clone(), step);
        let known = memory.differences.get(&step.address);
        let known = known.filter(|known| known.gone.is_none());
        let since = moved(memory, look, step, first, edited);
        let moved = match (since, known) {
            // nothing moved since the last look, at which it was told already
            (None, Some(known)) => known.moved,
            (None, None) => Moved::Unknown,
            (Some(moved), Some(known)) => joined(known.moved, moved),
            (Some(moved), None) => moved,
        };
        let (difference, is_new) = note(memory, look, step, moved);
        if matches!(since, Some(Moved::Document | Moved::Both))
            && let Some(known) = memory.differences.get_mut(&step.address)
        {
            // whoever changed the document wants something else than what was fought about
            known.mended = 0;
        }
        if is_new {
            seen.appeared.insert(step.address.clone());
        }
        seen.differences.push(difference);
    }
    for (address, known) in &mut memory.differences {
        if known.gone.is_none() && !now.contains_key(address) {
            known.gone = Some(look.now);
            seen.settled.push(known.last.clone());
        }
    }
    memory.forget(look.now);
    remember(memory, look, &now);
    seen
}

/// Which side moved since the last look; none where neither did.
fn moved(
    memory: &Memory,
    look: &Look<'_>,
    step: &Step,
    first: bool,
    edited: bool,
) -> Option<Moved> {
    if first {
        return Some(Moved::Unknown);
    }
    let before = memory.objects.get(&step.address);
    let was_there = before.is_some_and(|before| before.id.is_some());
    match step.action {
        Action::Create => match before {
            Some(_) if was_there => Some(Moved::Live),
            Some(_) => None,
            None => Some(Moved::Document),
        },
        // what is to go was declared until now, or the document has begun to want it gone
        Action::Delete if before.is_some() || edited => {
            let known = memory.differences.contains_key(&step.address);
            (!known).then_some(Moved::Document)
        }
        Action::Delete => {
            let known = memory.differences.get(&step.address);
            known
                .is_none_or(|known| known.gone.is_some())
                .then_some(Moved::Live)
        }
        Action::Adopt | Action::Update | Action::Replace => {
            let Some(before) = before else {
                return Some(Moved::Document);
            };
            if !was_there {
                // made by somebody while it was missing
                return Some(Moved::Live);
            }
            fields_moved(before, step, look)
        }
    }
}

fn fields_moved(before: &Remembered, step: &Step, look: &Look<'_>) -> Option<Moved> {
    let (mut document, mut live) = (false, false);
    for field in &step.fields {
        let wanted = digest(wanted(look, step, field));
        let had = digest(&field.old);
        let old_wanted = before.wanted.get(field.name);
        document |= old_wanted != Some(&wanted);
        live |= before.live.get(field.name).or(old_wanted) != Some(&had);
    }
    if step.fields.is_empty() {
        // an owner's mark is gone, and nothing else
        live = !before.live.contains_key("");
    }
    match (document, live) {
        (true, true) => Some(Moved::Both),
        (true, false) => Some(Moved::Document),
        (false, true) => Some(Moved::Live),
        (false, false) => None,
    }
}

/// What the document wants of a field, in the form in which it is remembered.
fn wanted<'a>(look: &'a Look<'_>, step: &Step, field: &'a FieldChange) -> &'a Value {
    let desired = look.declared.get(&step.address);
    desired.map_or(&field.new, |desired| desired.field(field.name))
}

/// Two moves, one after the other.
fn joined(before: Moved, now: Moved) -> Moved {
    match (before, now) {
        (Moved::Document, Moved::Document) => Moved::Document,
        (Moved::Live, Moved::Live) => Moved::Live,
        (Moved::Unknown, other) | (other, Moved::Unknown) => other,
        (Moved::Document | Moved::Live | Moved::Both, _) => Moved::Both,
    }
}

/// Notes a difference and tells it, and whether the last look had it not.
fn note(memory: &mut Memory, look: &Look<'_>, step: &Step, moved: Moved) -> (Difference, bool) {
    let place = |span: Option<Span>| span.map(|span| locate(look.sources, span));
    let fields = step.fields.iter().map(|field| FieldDifference {
        name: field.name.to_owned(),
        wanted: shown(field, &field.new),
        live: shown(field, &field.old),
        sensitive: field.sensitive,
        place: place(field.because),
    });
    let mut difference = Difference {
        address: step.address.clone(),
        action: step.action,
        fields: fields.collect(),
        moved,
        severity: severity(step, look.rules),
        actor: None,
        since: look.now,
        times: 1,
        place: place(step.because),
    };
    let known = memory.differences.entry(step.address.clone());
    let known = known.or_insert_with(|| Known {
        moved,
        actor: None,
        since: look.now,
        times: 0,
        mended: 0,
        gone: Some(look.now),
        last: difference.clone(),
    });
    let is_new = known.gone.take().is_some();
    if is_new {
        known.times += 1;
        known.since = look.now;
        known.actor = None;
    }
    known.moved = moved;
    difference.since = known.since;
    difference.times = known.times;
    difference.actor.clone_from(&known.actor);
    known.last = difference.clone();
    (difference, is_new)
}

fn locate(sources: &SourceMap, span: Span) -> Place {
    let at = sources.locate(span);
    Place {
        file: at.file.clone(),
        line: at.line,
        column: at.column,
    }
}

/// Keeps what this look saw of each declared object.
fn remember(memory: &mut Memory, look: &Look<'_>, now: &BTreeMap<Address, &Step>) {
    memory.digest = Some(look.digest.to_owned());
    memory.objects = look
        .declared
        .iter()
        .filter(|desired| !desired.absent)
        .map(|desired| {
            let step = now.get(&desired.address);
            let live = step.map(|step| {
                let mut live: BTreeMap<String, String> = step
                    .fields
                    .iter()
                    .map(|field| (field.name.to_owned(), digest(&field.old)))
                    .collect();
                if step.fields.is_empty() {
                    live.insert(String::new(), String::new());
                }
                live
            });
            let wanted = desired.fields.iter();
            let wanted = wanted.map(|(name, value)| ((*name).to_owned(), digest(value)));
            let remembered = Remembered {
                id: look.world.get(&desired.address).map(|live| live.id.clone()),
                wanted: wanted.collect(),
                live: live.unwrap_or_default(),
            };
            (desired.address.clone(), remembered)
        })
        .collect();
}
