//! Fills in what comes from elsewhere: fields of other objects, and secrets as fingerprints.

use std::collections::{BTreeMap, HashMap};

use crate::base::{Address, Fingerprint, Secret, Value};
use crate::kinds::Objects;
use crate::plan::{Declared, Desired, World};

/// The secrets of all objects, by address and field.
pub(super) type SecretsByField = HashMap<Address, BTreeMap<&'static str, Secret>>;

/// What may be compared of the secrets that are fields, by address and field.
pub(super) type Fingerprints = HashMap<(Address, &'static str), Fingerprint>;

/// How far a field is followed through objects that take it from others.
const FAR: usize = 4;

/// Fills in fields of other objects as far as they are known before anything is written.
pub(super) fn fields(declared: &Declared, world: &World) -> Declared {
    let mut settled = declared.clone();
    for desired in declared.iter() {
        for (name, value) in &desired.fields {
            if let Value::Of(address, field) = value
                && let Some(known) = follow(address, field, declared, world, FAR)
                && let Some(desired) = settled.get_mut(&desired.address)
            {
                desired.fields.insert(name, known);
            }
        }
    }
    settled
}

fn follow(
    address: &Address,
    field: &'static str,
    declared: &Declared,
    world: &World,
    far: usize,
) -> Option<Value> {
    let wanted = declared
        .get(address)
        .and_then(|desired| desired.fields.get(field));
    match wanted {
        Some(Value::Of(next, field)) if far > 0 => follow(next, field, declared, world, far - 1),
        Some(value) => Some(value.clone()),
        None => world
            .get(address)
            .and_then(|live| live.fields.get(field))
            .filter(|value| **value != Value::Null)
            .cloned(),
    }
}

/// Fills in what became known while the plan is carried out.
pub(super) fn now(desired: &Desired, declared: &Declared, objects: &Objects) -> Desired {
    let mut settled = desired.clone();
    for value in settled.fields.values_mut() {
        let mut far = FAR;
        while let Value::Of(address, field) = value
            && far > 0
        {
            far -= 1;
            let made = objects
                .get(address)
                .and_then(|live| live.fields.get(field).cloned())
                .filter(|value| *value != Value::Null);
            let wanted = || {
                declared
                    .get(address)
                    .and_then(|desired| desired.fields.get(field).cloned())
            };
            match made.or_else(wanted) {
                Some(known) => *value = known,
                None => break,
            }
        }
    }
    settled
}

/// Replaces secrets by their fingerprints, so that nothing that plans ever holds one.
pub(super) fn fingerprints(declared: &mut Declared, known: &Fingerprints) {
    for ((address, field), fingerprint) in known {
        let value = declared
            .get_mut(address)
            .and_then(|it| it.fields.get_mut(field));
        if let Some(value) = value
            && matches!(value, Value::Secret(_))
        {
            *value = Value::Fingerprint(fingerprint.clone());
        }
    }
}
