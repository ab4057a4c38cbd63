//! All that was read, sorted so that it can be asked as often as there are objects.

use std::collections::{HashMap, HashSet};

use crate::base::{Address, KindName, Value};
use crate::plan::{Live, World};

/// What is there, found by id, by the text of a field, by what a field points at, and by list.
#[derive(Debug)]
pub(super) struct Known<'a> {
    world: &'a World,
    ids: HashSet<(KindName, &'a str)>,
    lists: HashSet<(KindName, Option<&'a str>)>,
    /// By kind and field; sorted when it is first asked for.
    fields: HashMap<(KindName, &'static str), Targets<'a>>,
}

/// What one field of all objects of a kind has.
#[derive(Debug, Default)]
struct Targets<'a> {
    texts: HashSet<&'a str>,
    addresses: HashSet<&'a Address>,
    ids: HashSet<&'a str>,
}

impl<'a> Known<'a> {
    /// Sorts all live objects.
    pub(super) fn of(world: &'a World) -> Self {
        let all = world.iter();
        Self {
            world,
            ids: all.map(|live| (live.kind, live.id.as_str())).collect(),
            lists: world
                .iter()
                .map(|live| (live.kind, live.parent.as_deref()))
                .collect(),
            fields: HashMap::new(),
        }
    }

    /// Tells whether there is an object with this id.
    pub(super) fn has(&self, kind: KindName, id: &str) -> bool {
        self.ids.contains(&(kind, id))
    }

    /// Tells whether there is an object of the kind below the one with this id.
    pub(super) fn has_below(&self, kind: KindName, parent: Option<&str>) -> bool {
        self.lists.contains(&(kind, parent))
    }

    /// Tells whether an object of the kind has that text in the field.
    pub(super) fn has_text(&mut self, kind: KindName, field: &'static str, text: &str) -> bool {
        self.targets(kind, field).texts.contains(text)
    }

    /// Tells whether an object of the kind points by the field at this one.
    pub(super) fn points_at(&mut self, kind: KindName, field: &'static str, target: &Live) -> bool {
        let targets = self.targets(kind, field);
        let address = target.address.as_ref();
        targets.ids.contains(target.id.as_str())
            || address.is_some_and(|address| targets.addresses.contains(address))
    }

    fn targets(&mut self, kind: KindName, field: &'static str) -> &Targets<'a> {
        let world = self.world;
        self.fields.entry((kind, field)).or_insert_with(|| {
            let mut targets = Targets::default();
            for live in world.of(kind) {
                match live.field(field) {
                    Value::Text(text) => drop(targets.texts.insert(text)),
                    Value::Ref(address) => drop(targets.addresses.insert(address)),
                    Value::Id(_, id) => drop(targets.ids.insert(id)),
                    Value::Null
                    | Value::Bool(_)
                    | Value::Int(_)
                    | Value::List(_)
                    | Value::Set(_)
                    | Value::Map(_)
                    | Value::Of(..)
                    | Value::Secret(_)
                    | Value::Fingerprint(_) => {}
                }
            }
            targets
        })
    }
}
