use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::{Declared, Desired, KindInfo, Live};
use crate::base::{Address, KindName, Value};

/// The live objects, each with its address: the document's where it declares the object.
#[derive(Debug, Clone, Default)]
pub struct World {
    /// Those of one kind side by side.
    objects: Vec<Live>,
    by_kind: HashMap<KindName, Range<usize>>,
    by_address: HashMap<Address, usize>,
    by_id: HashMap<KindName, HashMap<String, Address>>,
    /// Which kind contains which.
    containers: HashMap<KindName, KindName>,
    ambiguous: Vec<(Address, Vec<String>)>,
}

impl World {
    /// Gives each live object its address and turns ids into addresses.
    ///
    /// `kinds` is in dependency order, so that what an object points at has its address already.
    pub fn link(kinds: &[KindInfo], live: Vec<Live>, declared: &Declared) -> Self {
        let mut world = Self::default();
        let mut by_kind: HashMap<KindName, Vec<Live>> = HashMap::new();
        for object in live {
            by_kind.entry(object.kind).or_default().push(object);
        }
        for kind in kinds {
            let objects = by_kind.remove(&kind.name).unwrap_or_default();
            world
                .containers
                .extend(kind.parent.map(|parent| (kind.name, parent)));
            world.link_kind(kind, objects, declared);
        }
        world
    }

    fn link_kind(&mut self, kind: &KindInfo, objects: Vec<Live>, declared: &Declared) {
        let mut wanted: HashMap<String, &Desired> = HashMap::new();
        let mut renamed: HashMap<String, &Desired> = HashMap::new();
        for desired in declared.of(kind.name) {
            let key = |name| {
                key_text(kind, desired.parent.as_ref(), |field| {
                    if field == "name"
                        && let Some(name) = name
                    {
                        return Cow::Owned(Value::text(name));
                    }
                    Cow::Borrowed(desired.field(field))
                })
            };
            wanted.insert(key(None), desired);
            if let Some(old) = desired.renamed_from.as_deref() {
                renamed.insert(key(Some(old)), desired);
            }
        }
        let mut claims: HashMap<Address, Vec<usize>> = HashMap::new();
        let mut by_old_name = Vec::new();
        let first = self.objects.len();
        for mut object in objects {
            for value in object.fields.values_mut() {
                self.resolve(value);
            }
            let parent = self.parent(&object).cloned();
            let text = key_text(kind, parent.as_ref(), |field| {
                Cow::Borrowed(object.field(field))
            });
            let at = self.objects.len();
            if let Some(desired) = wanted.get(&text) {
                claims.entry(desired.address.clone()).or_default().push(at);
                object.address = Some(desired.address.clone());
            } else {
                if let Some(desired) = renamed.get(&text) {
                    by_old_name.push((desired.address.clone(), at));
                }
                object.address = Some(natural_address(kind, parent.as_ref(), &object));
            }
            self.objects.push(object);
        }
        // an object under its old name counts only where none has the new one
        for (address, at) in by_old_name {
            if !claims.contains_key(&address)
                && let Some(object) = self.objects.get_mut(at)
            {
                object.address = Some(address.clone());
                claims.insert(address, vec![at]);
            }
        }
        self.name_strangers(kind, first, &claims, declared);
        for (address, places) in claims {
            if places.len() > 1 {
                let ids = places
                    .iter()
                    .filter_map(|at| self.objects.get(*at))
                    .map(|object| object.id.clone())
                    .collect();
                self.ambiguous.push((address, ids));
            }
        }
        self.ambiguous.sort();
        self.by_kind.insert(kind.name, first..self.objects.len());
        let by_id = self.by_id.entry(kind.name).or_default();
        for (at, object) in self.objects.iter().enumerate().skip(first) {
            if let Some(address) = &object.address {
                self.by_address.entry(address.clone()).or_insert(at);
                by_id.insert(object.id.clone(), address.clone());
            }
        }
    }

    /// Gives objects that no entry means an address of their own.
    ///
    /// A key of the document need not be a name, so what has that name may be something else.
    fn name_strangers(
        &mut self,
        kind: &KindInfo,
        first: usize,
        claims: &HashMap<Address, Vec<usize>>,
        declared: &Declared,
    ) {
        let mut taken: HashSet<Address> = HashSet::new();
        for (at, object) in self.objects.iter_mut().enumerate().skip(first) {
            let Some(address) = &object.address else {
                continue;
            };
            if claims
                .get(address)
                .is_some_and(|places| places.contains(&at))
            {
                continue;
            }
            if declared.get(address).is_some() || !taken.insert(address.clone()) {
                let key = format!("{}#{}", address.key(), object.id);
                object.address = Some(kind.name.at(&key));
            }
        }
    }

    fn resolve(&self, value: &mut Value) {
        match value {
            Value::Id(kind, id) => {
                if let Some(address) = self.by_id.get(kind).and_then(|ids| ids.get(id)) {
                    *value = Value::Ref(address.clone());
                }
            }
            Value::List(items) => items.iter_mut().for_each(|item| self.resolve(item)),
            Value::Null
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Text(_)
            | Value::Set(_)
            | Value::Map(_)
            | Value::Ref(_)
            | Value::Of(..)
            | Value::Secret(_)
            | Value::Fingerprint(_) => {}
        }
    }

    /// The object at an address.
    pub fn get(&self, address: &Address) -> Option<&Live> {
        self.by_address
            .get(address)
            .and_then(|at| self.objects.get(*at))
    }

    /// The address of the object with this id.
    pub(super) fn address(&self, kind: KindName, id: &str) -> Option<&Address> {
        self.by_id.get(&kind)?.get(id)
    }

    /// Notes a field that no vendor tells, such as whether credentials are kept.
    pub fn set(&mut self, address: &Address, field: &'static str, value: Value) {
        let object = self
            .by_address
            .get(address)
            .and_then(|at| self.objects.get_mut(*at));
        if let Some(object) = object {
            object.fields.insert(field, value);
        }
    }

    /// The address of the object that contains this one.
    pub fn parent(&self, object: &Live) -> Option<&Address> {
        let container = self.containers.get(&object.kind)?;
        self.by_id.get(container)?.get(object.parent.as_deref()?)
    }

    /// The addresses of all that contain this object, the nearest first.
    pub(super) fn above(&self, object: &Live) -> impl Iterator<Item = &Address> {
        std::iter::successors(self.parent(object), |address| {
            self.parent(self.get(address)?)
        })
    }

    /// The objects alone, to be [linked](Self::link) again with others.
    pub fn into_objects(self) -> Vec<Live> {
        self.objects
    }

    /// All objects.
    pub fn iter(&self) -> impl Iterator<Item = &Live> {
        self.objects.iter()
    }

    /// The objects of one kind.
    pub fn of(&self, kind: KindName) -> impl Iterator<Item = &Live> {
        let range = self.by_kind.get(&kind).cloned().unwrap_or_default();
        self.objects.get(range).unwrap_or_default().iter()
    }

    /// Addresses that more than one live object answers to, with the vendor's ids.
    pub fn ambiguous(&self) -> &[(Address, Vec<String>)] {
        &self.ambiguous
    }
}

/// The natural key as one text; fields are divided by a character that no name holds.
fn key_text<'v>(
    kind: &KindInfo,
    parent: Option<&Address>,
    field: impl Fn(&str) -> Cow<'v, Value>,
) -> String {
    let mut text = parent.map_or_else(String::new, |parent| parent.as_str().to_owned());
    for name in kind.key {
        text.push('\u{1f}');
        text.push_str(&name_of(&field(name)));
    }
    text
}

/// The address of an object that the document does not declare: its parent's key and its own.
fn natural_address(kind: &KindInfo, parent: Option<&Address>, object: &Live) -> Address {
    let mut parts: Vec<String> = parent
        .iter()
        .map(|parent| parent.key().to_owned())
        .collect();
    for name in kind.key {
        let value = object.field(name);
        if value
            .as_ref_address()
            .is_some_and(|address| Some(address) == parent)
        {
            continue;
        }
        let key = value
            .as_ref_address()
            .map(|address| address.key().to_owned());
        parts.push(key.unwrap_or_else(|| name_of(value).into_owned()));
    }
    kind.name.at(&parts.join("/"))
}

fn name_of(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Text(text) => text.into(),
        Value::Ref(address) => address.as_str().into(),
        Value::Id(_, id) => id.into(),
        Value::Bool(switch) => switch.to_string().into(),
        Value::Int(number) => number.to_string().into(),
        Value::Null
        | Value::List(_)
        | Value::Set(_)
        | Value::Map(_)
        | Value::Of(..)
        | Value::Secret(_)
        | Value::Fingerprint(_) => "".into(),
    }
}
