//! What a candidate makes of the record of a Lease. Pure: time comes in as an argument.

use std::time::Duration;

use jiff::Timestamp;
use k8s_openapi::api::coordination::v1::{Lease, LeaseSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{MicroTime, ObjectMeta};

use super::{LeaseKey, Times};

/// What one candidate knows of the election.
pub(super) struct Election {
    key: LeaseKey,
    instance: String,
    times: Times,
    seen: Option<Seen>,
}

/// One version of the record.
struct Seen {
    version: Option<String>,
    /// When this process saw it first.
    since: Duration,
}

/// What is to be done about the record that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Move {
    /// There is none.
    Create,
    /// It is nobody's, or its holder did not renew it.
    Take,
    /// It is this candidate's own: an answer was lost.
    Keep,
    /// It is another's.
    Wait {
        holder: String,
        /// So long must it still be unchanged.
        left: Duration,
    },
}

impl Election {
    pub(super) fn new(key: LeaseKey, instance: String, times: Times) -> Self {
        Self {
            key,
            instance,
            times,
            seen: None,
        }
    }

    /// Looks at what was read; `now` is when its answer had come.
    pub(super) fn look(&mut self, found: Option<&Lease>, now: Duration) -> Move {
        let Some(lease) = found else {
            self.seen = None;
            return Move::Create;
        };
        let version = lease.metadata.resource_version.as_ref();
        // any change at all counts as a sign of life: waiting longer is the safe mistake
        let since = match &self.seen {
            Some(seen) if seen.version.as_ref() == version => seen.since,
            Some(_) | None => now,
        };
        self.seen = Some(Seen {
            version: version.cloned(),
            since,
        });
        let Some(holder) = holder(lease) else {
            return Move::Take;
        };
        if holder == self.instance {
            return Move::Keep;
        }
        let left = (since + self.patience(lease)).saturating_sub(now);
        if left.is_zero() {
            Move::Take
        } else {
            Move::Wait {
                holder: holder.to_owned(),
                left,
            }
        }
    }

    pub(super) fn is_own(&self, lease: &Lease) -> bool {
        holder(lease) == Some(self.instance.as_str())
    }

    /// The record by which this candidate holds the lease; the version that was read stays in it, so that the
    /// API server refuses it where another one was quicker.
    pub(super) fn held(&self, found: Option<&Lease>, today: Timestamp) -> Lease {
        let mut lease = found.cloned().unwrap_or_else(|| Lease {
            metadata: ObjectMeta {
                name: Some(self.key.name.clone()),
                namespace: Some(self.key.namespace.clone()),
                ..ObjectMeta::default()
            },
            spec: None,
        });
        let annotations = lease.metadata.annotations.get_or_insert_default();
        annotations.extend(self.key.annotations.clone());
        let is_own = self.is_own(&lease);
        let spec = lease.spec.get_or_insert_default();
        spec.renew_time = Some(MicroTime(today));
        spec.lease_duration_seconds = Some(self.times.lease_seconds());
        if !is_own {
            spec.holder_identity = Some(self.instance.clone());
            spec.acquire_time = Some(MicroTime(today));
            spec.lease_transitions = Some(found.map_or(0, |found| {
                transitions(found.spec.as_ref()).saturating_add(1)
            }));
        }
        lease
    }

    /// The record by which this candidate gives the lease back.
    pub(super) fn released(mut lease: Lease) -> Lease {
        if let Some(spec) = &mut lease.spec {
            spec.holder_identity = Some(String::new());
        }
        lease
    }

    /// How long the record must be unchanged: a replica that was configured with longer times keeps them.
    fn patience(&self, lease: &Lease) -> Duration {
        let told = lease
            .spec
            .as_ref()
            .and_then(|spec| spec.lease_duration_seconds)
            .and_then(|seconds| u64::try_from(seconds).ok())
            .map_or(Duration::ZERO, Duration::from_secs);
        told.max(self.times.lease())
    }
}

/// Who holds it; an empty name is how it is given back.
pub(super) fn holder(lease: &Lease) -> Option<&str> {
    let holder = lease.spec.as_ref()?.holder_identity.as_deref()?;
    (!holder.is_empty()).then_some(holder)
}

fn transitions(spec: Option<&LeaseSpec>) -> i32 {
    spec.and_then(|spec| spec.lease_transitions)
        .unwrap_or_default()
}
