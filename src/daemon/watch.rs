//! Follows many documents at once, and ends in order.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::join_all;
use tokio::sync::watch;

use super::attend::{self, Attendant};
use super::events::Feed;
use super::follower::Follower;
use super::freeze::{FreezeError, Freezes, KillSwitch};
use super::leader::Role;
use super::triggers::signals::{Signal, Signals};
use super::triggers::{Backoff, Caller};
use crate::vendor::Clock;

/// What followers are woken by, and what ends them.
pub struct Watch {
    attendants: Vec<Attendant>,
    callers: BTreeMap<String, Caller>,
    kill_switch: KillSwitch,
    ending: watch::Sender<bool>,
}

impl Watch {
    /// Prepares; nothing is asked of a vendor before [`run`](Self::run).
    pub fn new() -> Self {
        Self {
            attendants: Vec::new(),
            callers: BTreeMap::new(),
            kill_switch: KillSwitch::new(None),
            ending: watch::Sender::new(false),
        }
    }

    /// Adds a document; `role` says whether this replica works on it.
    pub fn add(
        &mut self,
        follower: Follower,
        role: watch::Receiver<Role>,
        clock: Arc<dyn Clock>,
    ) -> Result<(), FreezeError> {
        let (interval, freezes, file) = match follower.in_force() {
            Some(in_force) => {
                let settings = &in_force.settings().watch;
                let file = settings.kill_switch.as_ref();
                (
                    settings.interval.duration(),
                    Freezes::parse(&settings.freeze)?,
                    file.map(|file| in_force.engine().path(file)),
                )
            }
            None => return Ok(()),
        };
        let (triggers, files, caller) = attend::triggers(&follower, &clock, interval);
        self.callers.insert(follower.name().to_owned(), caller);
        self.attendants.push(Attendant {
            follower,
            clock,
            role,
            kill_switch: self.kill_switch.with_file(file),
            ending: self.ending.subscribe(),
            triggers,
            files,
            feed: Feed::default(),
            backoff: Backoff::default(),
            freezes,
        });
        Ok(())
    }

    /// Asks for a run of a document now.
    pub fn caller(&self) -> impl Fn(&str) + Send + Sync + 'static {
        let callers = self.callers.clone();
        move |document| {
            if let Some(caller) = callers.get(document) {
                caller.ask();
            }
        }
    }

    /// Runs until a signal asks for the end; what is under way ends in order, if it does so in time.
    pub async fn run(self, signals: &mut Signals) {
        let all = self.attendants.into_iter().map(Attendant::attend);
        let mut all = std::pin::pin!(join_all(all));
        loop {
            let signal = tokio::select! {
                _ = &mut all => return,
                signal = signals.next() => signal,
            };
            match signal {
                Signal::Ask => self.callers.values().for_each(Caller::ask),
                Signal::KillSwitch => {
                    let on = self.kill_switch.turn();
                    tracing::warn!(on, "the kill switch was turned by a signal");
                    self.callers.values().for_each(Caller::ask);
                }
                Signal::Stop => {
                    tracing::info!("stopping: no new step begins, what runs ends");
                    self.ending.send_replace(true);
                }
                Signal::StopNow => return,
            }
        }
    }
}

impl Default for Watch {
    fn default() -> Self {
        Self::new()
    }
}
