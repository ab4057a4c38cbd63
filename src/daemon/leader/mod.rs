//! Which of several replicas may write: the one that holds a Kubernetes Lease, or a lock file on one machine.
//!
//! ```text
//!   candidate: look ──► wait for the holder ──► take ──► renew, renew, … ──► release
//!       │                                        │         │
//!       └─► Role (who leads, for people)         └─► Term: until when this replica may write
//!                                                       └─► fence: asked before each write
//! ```
//!
//! - There is one Lease for each pair of organisations, so that replicas share many documents while no rate
//!   budget has two spenders ([`lease_name`]).
//! - A lease is taken only when it did not change for its whole length **as this process saw it**; times of
//!   day are never compared, so clocks may be wrong. Every write of it carries the version that was read.
//! - The fence is true until the last renewal that was answered plus the renew deadline, counted from when that
//!   renewal was **sent**. The lease is longer, so the fence is false before another replica can lead, whether
//!   this one is cut off, paused, asleep or merely slow: it compares the clock at each ask.
//! - A Lease that is missing may have been deleted under a leader. Whoever makes it anew waits once for the
//!   length of a lease before it writes.
//! - What was sent before the fence closed cannot be called back: stop what writes first, then
//!   [`Leadership::stop`].

mod candidate;
mod choose;
mod clock;
mod election;
mod error;
mod file;
mod lease;
mod name;
mod term;
mod times;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

use crate::vendor::Fence;

pub use choose::{Options, Place, choose, instance};
pub use error::LeaderError;
pub use file::by_file;
pub use lease::by_lease;
pub use name::{LeaseKey, lease_name};
pub use times::Times;

/// What a replica is at the moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// It may write, as long as the fence says so.
    Leads,
    /// It watches, and takes over when the one that leads is gone.
    Follows {
        /// Who leads, as far as it is known.
        holder: Option<String>,
    },
}

/// What keeps a replica from leading, or from hearing who leads; none where all is well.
pub type Trouble = Option<Arc<LeaderError>>;

/// The part of one replica in an election; dropped, it ends at once and others take over when the lease is over.
pub struct Leadership {
    /// Who leads.
    pub role: watch::Receiver<Role>,
    /// Tells before each write whether it may still be sent.
    pub fence: Fence,
    /// What is wrong; it goes on trying.
    pub trouble: watch::Receiver<Trouble>,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
    shut: Arc<dyn Fn() + Send + Sync>,
}

impl Leadership {
    /// Closes the fence and gives the lead back, so that another replica takes over at once.
    ///
    /// Call it when the last write was answered. It takes no longer than one request to the API server.
    pub async fn stop(mut self) {
        (self.shut)();
        if let Some(stop) = self.stop.take() {
            // without a receiver it has ended already
            let _ = stop.send(());
        }
        if let Err(error) = (&mut self.task).await {
            tracing::warn!(%error, "the election ended by itself");
        }
    }
}

impl Drop for Leadership {
    fn drop(&mut self) {
        (self.shut)();
        self.task.abort();
    }
}

/// What a candidate tells the others in the process by.
struct Voice {
    role: watch::Sender<Role>,
    trouble: watch::Sender<Trouble>,
}

impl Voice {
    fn new() -> (Self, watch::Receiver<Role>, watch::Receiver<Trouble>) {
        let (role, told) = watch::channel(Role::Follows { holder: None });
        let (trouble, troubles) = watch::channel(None);
        (Self { role, trouble }, told, troubles)
    }

    /// Tells the role; says so in the log where it is another one.
    fn role(&self, now: Role) {
        self.role.send_if_modified(|role| {
            if *role == now {
                return false;
            }
            match &now {
                Role::Leads => tracing::info!("this replica leads"),
                Role::Follows {
                    holder: Some(holder),
                } => {
                    tracing::info!(%holder, "this replica follows");
                }
                Role::Follows { holder: None } => {
                    tracing::info!("this replica follows; nobody is known to lead");
                }
            }
            *role = now;
            true
        });
    }

    /// Tells what is wrong; the log has it once, however often it is tried.
    fn trouble(&self, error: LeaderError) {
        self.trouble.send_if_modified(|trouble| {
            let is_known = trouble.as_ref().is_some_and(|known| known.is_like(&error));
            if !is_known {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    help = error.hint(),
                    "the election has trouble; it goes on trying"
                );
                *trouble = Some(Arc::new(error));
            }
            !is_known
        });
    }

    fn no_trouble(&self) {
        self.trouble.send_if_modified(|trouble| {
            let had = trouble.take().is_some();
            if had {
                tracing::info!("the election goes on without trouble");
            }
            had
        });
    }
}
