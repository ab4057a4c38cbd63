//! Builds both sides of a comparison.

use std::collections::{BTreeMap, BTreeSet};

use super::kinds::{KINDS, info};
use super::model;
use crate::base::{Address, FileId, KindName, Span, Value};
use crate::plan::{Declared, Desired, Guard, Live, Owner, Plan, PlanInput, Prune, World};

/// The `name` of the document.
pub(super) const DOCUMENT: &str = "payments";

/// A document and what the vendors have.
#[derive(Debug, Clone)]
pub(super) struct Scene {
    pub(super) desired: Vec<Desired>,
    pub(super) live: Vec<Live>,
    pub(super) guard: Guard,
    pub(super) prune: Vec<Prune>,
    pub(super) take_over: bool,
    pub(super) today: &'static str,
}

pub(super) fn address(text: &str) -> Address {
    text.parse().expect("the tests write addresses right")
}

pub(super) fn text(text: &str) -> Value {
    Value::text(text)
}

/// Starts an entry; its name and its parent are taken from the key.
pub(super) fn want(kind: KindName, key: &str) -> Desired {
    let mut desired = Desired::new(kind, key, Span::default());
    let info = info(kind.as_str());
    let name = match info.parent {
        Some(parent) => {
            let (above, name) = key.split_once('/').expect("the key names the parent");
            desired.parent = Some(parent.at(above));
            name
        }
        None => key,
    };
    if info.field("name").is_some() {
        desired.fields.insert("name", text(name));
    }
    desired
}

/// What an entry may say besides.
pub(super) trait Wish {
    fn with(self, field: &'static str, value: impl Into<Wished>) -> Self;
    fn at_line(self, field: &'static str, line: usize) -> Self;
    fn after(self, others: &[&str]) -> Self;
}

/// A value in the words of a test.
pub(super) struct Wished(Value);

impl From<&str> for Wished {
    fn from(text: &str) -> Self {
        Self(Value::text(text))
    }
}

impl From<i64> for Wished {
    fn from(number: i64) -> Self {
        Self(Value::Int(number))
    }
}

impl From<bool> for Wished {
    fn from(switch: bool) -> Self {
        Self(Value::Bool(switch))
    }
}

impl<const N: usize> From<[&str; N]> for Wished {
    fn from(texts: [&str; N]) -> Self {
        Self(Value::set(texts))
    }
}

impl From<Value> for Wished {
    fn from(value: Value) -> Self {
        Self(value)
    }
}

/// Points at another object.
pub(super) fn to(text: &str) -> Value {
    Value::Ref(address(text))
}

pub(super) fn map<const N: usize>(entries: [(&str, &str); N]) -> Value {
    Value::Map(
        entries
            .into_iter()
            .map(|(name, value)| (name.to_owned(), text(value)))
            .collect(),
    )
}

impl Wish for Desired {
    fn with(mut self, field: &'static str, value: impl Into<Wished>) -> Self {
        self.fields.insert(field, value.into().0);
        self
    }

    fn at_line(mut self, field: &'static str, line: usize) -> Self {
        self.spans.insert(field, span(line));
        self
    }

    fn after(mut self, others: &[&str]) -> Self {
        self.after.extend(others.iter().map(|other| address(other)));
        self
    }
}

pub(super) fn span(at: usize) -> Span {
    Span {
        file: FileId(0),
        start: at,
        end: at + 1,
    }
}

/// Starts a live object that no entry made.
pub(super) fn found(kind: KindName, id: &str, name: &str) -> Live {
    let mut live = Live::new(kind, id, serde_json::Value::Null);
    live.fields.insert("name", text(name));
    live
}

/// The id that [`Scene::settled`] gives to the object of an address.
pub(super) fn id_of(address: &Address) -> String {
    format!("#{address}")
}

impl Scene {
    /// A document, and vendors that have nothing.
    pub(super) fn of(desired: impl IntoIterator<Item = Desired>) -> Self {
        Self {
            desired: desired.into_iter().collect(),
            live: Vec::new(),
            guard: Guard::default(),
            prune: Vec::new(),
            take_over: false,
            today: "2026-06-15",
        }
    }

    /// Gives the vendors exactly what the document wants, and all that it only names.
    pub(super) fn settled(mut self) -> Self {
        self.live.clear();
        let wanted: BTreeSet<Address> = self
            .desired
            .iter()
            .map(|desired| desired.address.clone())
            .collect();
        let named: BTreeSet<Address> = self
            .desired
            .iter()
            .flat_map(Desired::needs)
            .filter(|needed| !wanted.contains(needed))
            .cloned()
            .collect();
        for address in named {
            let kind = info(address.kind()).name;
            let desired = want(kind, address.key());
            self.live.push(settled(&desired, None));
        }
        for desired in self.desired.iter().filter(|desired| !desired.absent) {
            let labelled = info(desired.kind.as_str()).labelled;
            let owner = labelled.then(|| Owner::Document(DOCUMENT.to_owned()));
            self.live.push(settled(desired, owner));
        }
        for kind in KINDS {
            model::renumber(kind, &mut self.live);
        }
        self
    }

    /// Adds an entry.
    pub(super) fn wants(mut self, desired: Desired) -> Self {
        self.desired.push(desired);
        self
    }

    /// Changes an entry.
    pub(super) fn edit(mut self, at: &str, change: impl FnOnce(&mut Desired)) -> Self {
        let at = address(at);
        let desired = self
            .desired
            .iter_mut()
            .find(|desired| desired.address == at)
            .expect("the entry is there");
        change(desired);
        self
    }

    /// Removes an entry from the document.
    pub(super) fn forget(mut self, at: &str) -> Self {
        let before = self.desired.len();
        let at = address(at);
        self.desired.retain(|desired| desired.address != at);
        assert_eq!(self.desired.len() + 1, before, "the entry was there");
        self
    }

    /// Changes a live object.
    pub(super) fn live(mut self, at: &str, change: impl FnOnce(&mut Live)) -> Self {
        let id = id_of(&address(at));
        let live = self
            .live
            .iter_mut()
            .find(|live| live.id == id)
            .expect("the object is there");
        change(live);
        self
    }

    /// Removes a live object.
    pub(super) fn gone(mut self, at: &str) -> Self {
        let before = self.live.len();
        let id = id_of(&address(at));
        self.live.retain(|live| live.id != id);
        assert_eq!(self.live.len() + 1, before, "the object was there");
        self
    }

    /// Adds a live object.
    pub(super) fn found(mut self, live: Live) -> Self {
        self.live.push(live);
        self
    }

    pub(super) fn declared(&self) -> Declared {
        let mut declared = Declared::default();
        for desired in &self.desired {
            declared
                .add(desired.clone())
                .expect("the tests declare nothing twice");
        }
        declared
    }

    pub(super) fn world(&self) -> World {
        World::link(KINDS, self.live.clone(), &self.declared())
    }

    pub(super) fn plan(&self) -> Plan {
        let declared = self.declared();
        let world = World::link(KINDS, self.live.clone(), &declared);
        Plan::make(&PlanInput {
            kinds: KINDS,
            declared: &declared,
            world: &world,
            document: DOCUMENT,
            guard: &self.guard,
            prune: &self.prune,
            take_over: self.take_over,
            today: self.today,
        })
    }

    pub(super) fn picture(&self) -> String {
        super::picture::picture(&self.plan())
    }
}

/// The live object that agrees with an entry.
fn settled(desired: &Desired, owner: Option<Owner>) -> Live {
    let mut live = Live::new(
        desired.kind,
        id_of(&desired.address),
        serde_json::Value::Null,
    );
    live.parent = desired.parent.as_ref().map(id_of);
    live.owner = owner;
    live.fields = desired
        .fields
        .iter()
        .map(|(field, value)| (*field, wired(value, &BTreeMap::new())))
        .collect();
    live
}

/// A value as a vendor tells it: ids instead of addresses.
pub(super) fn wired(value: &Value, ids: &BTreeMap<Address, String>) -> Value {
    match value.as_ref_address() {
        Some(address) => Value::Id(
            info(address.kind()).name,
            ids.get(address).cloned().unwrap_or_else(|| id_of(address)),
        ),
        None => value.clone(),
    }
}
