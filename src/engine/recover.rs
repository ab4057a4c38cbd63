//! A create whose answer was lost, or that somebody else was faster with: look first, then adopt.

use std::time::Duration;

use crate::base::Value;
use crate::kinds::{AnyKind, KindError, Objects, Readers, Task, Writers};
use crate::plan::{Compare, Desired, FieldRule, Live, Owner};
use crate::vendor::Clock;

/// How often a create is tried, each time after a look at what is there.
const TRIES: u32 = 3;
/// How often it is looked for, because a vendor may show a new object late.
const LOOKS: u32 = 3;
const BETWEEN_LOOKS: Duration = Duration::from_millis(400);

/// Creates without ever making a second one.
pub(super) async fn create(
    kind: &dyn AnyKind,
    readers: &Readers,
    writers: &Writers,
    clock: &dyn Clock,
    task: Task<'_>,
) -> Result<Live, KindError> {
    let mut tried = 0;
    loop {
        tried += 1;
        let error = match kind.create(writers, task).await {
            Ok(live) => return Ok(live),
            Err(error) => error,
        };
        let Some(vendor) = error.as_vendor() else {
            return Err(error);
        };
        let taken = vendor.conflict();
        if !vendor.doubtful() && !taken {
            return Err(error);
        }
        tracing::warn!(address = %task.address(), "no clear answer to a create: looking for the object");
        if let Some(live) = look(kind, readers, clock, &task).await? {
            let foreign = live
                .owner
                .as_ref()
                .is_some_and(|owner| *owner != Owner::Document(task.document.to_owned()));
            if foreign {
                // somebody else was faster: only a plan that shows it may take it over
                return Err(error);
            }
            return adopt(kind, writers, task, live).await;
        }
        if taken || tried == TRIES {
            return Err(error);
        }
    }
}

/// Looks for the object by its natural key.
async fn look(
    kind: &dyn AnyKind,
    readers: &Readers,
    clock: &dyn Clock,
    task: &Task<'_>,
) -> Result<Option<Live>, KindError> {
    let parent = match &task.desired.parent {
        Some(parent) => Some(task.live(parent)?),
        None => None,
    };
    for look in 0..LOOKS {
        if look > 0 {
            clock.sleep(BETWEEN_LOOKS).await;
        }
        let listed = kind
            .list(readers, parent.as_deref())
            .await
            .map_err(KindError::vendor("look for", task))?;
        let found = listed
            .into_iter()
            .find(|live| is_meant(kind, task.desired, live, task.objects));
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// Tells whether a live object is the one that is wanted, by its natural key.
pub(super) fn is_meant(
    kind: &dyn AnyKind,
    desired: &Desired,
    live: &Live,
    objects: &Objects,
) -> bool {
    let mut key = kind.info().key.iter();
    key.all(|field| same(desired.field(field), live.field(field), objects))
}

/// Takes the found object as the one that was to be made, and changes what differs.
async fn adopt(
    kind: &dyn AnyKind,
    writers: &Writers,
    task: Task<'_>,
    live: Live,
) -> Result<Live, KindError> {
    let differing: Vec<&'static str> = kind
        .info()
        .fields
        .iter()
        .filter(|field| field.rule != FieldRule::Computed && field.compare != Compare::Order)
        .filter(|field| match task.desired.fields.get(field.name) {
            None => false,
            // where nothing is declared below, nothing is missing
            Some(Value::Map(wanted)) => match live.field(field.name) {
                Value::Map(there) => wanted
                    .iter()
                    .any(|(key, value)| there.get(key) != Some(value)),
                Value::Null
                | Value::Bool(_)
                | Value::Int(_)
                | Value::Text(_)
                | Value::List(_)
                | Value::Set(_)
                | Value::Ref(_)
                | Value::Of(..)
                | Value::Id(..)
                | Value::Secret(_)
                | Value::Fingerprint(_) => !wanted.is_empty(),
            },
            Some(wanted) => !same(wanted, live.field(field.name), task.objects),
        })
        .map(|field| field.name)
        .collect();
    let unmarked = kind.info().labelled && live.owner.is_none();
    if differing.is_empty() && !unmarked {
        return Ok(live);
    }
    let task = Task {
        changed: &differing,
        ..task
    };
    kind.update(writers, task, &live).await
}

/// Compares a wanted value with a live one whose references are still ids.
fn same(wanted: &Value, live: &Value, objects: &Objects) -> bool {
    match (wanted, live) {
        (Value::Ref(address), Value::Id(_, id)) => {
            objects.get(address).is_some_and(|object| object.id == *id)
        }
        (Value::Text(a), Value::Text(b)) => a.trim_end_matches('/') == b.trim_end_matches('/'),
        (wanted, live) => wanted == live,
    }
}
