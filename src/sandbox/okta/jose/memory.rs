use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use super::super::http::random_text;

/// Seconds that a nonce is taken; Okta changes it once a day.
const NONCE: i64 = 86_400;
/// Ids that are past their time are looked for only when there are more than this.
const TIDY: usize = 1_024;

/// What was used up: ids of assertions and proofs, and the nonce that proofs must carry. Not saved: after a
/// restart clients are asked for a new nonce, as after each of Okta's own changes of it.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    spent: Mutex<HashMap<String, i64>>,
    nonce: Mutex<Option<Nonce>>,
}

#[derive(Debug)]
struct Nonce {
    value: String,
    ends: i64,
}

impl Memory {
    /// Uses an id up; false where it was used before. It is remembered until `ends`, in epoch seconds.
    pub(crate) fn spend(&self, id: String, ends: i64, now: Timestamp) -> bool {
        let mut spent = lock(&self.spent);
        let now = now.as_second();
        if spent.len() >= TIDY {
            spent.retain(|_, ends| *ends >= now);
        }
        // one that is past its time is refused for its age already
        spent.insert(id, ends).is_none()
    }

    /// The nonce that proofs must carry now.
    pub(crate) fn nonce(&self, now: Timestamp) -> String {
        let mut nonce = lock(&self.nonce);
        let now = now.as_second();
        match &*nonce {
            Some(known) if known.ends > now => known.value.clone(),
            Some(_) | None => {
                let value = random_text(24);
                *nonce = Some(Nonce {
                    value: value.clone(),
                    ends: now + NONCE,
                });
                value
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
