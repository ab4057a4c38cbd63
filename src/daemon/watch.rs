//! Follows many documents at once, and ends in order.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::future::join_all;
use tokio::sync::watch;

use super::alerts::Desk;
use super::attend::{self, Attendant};
use super::events::Feed;
use super::events::{Own, OwnRequests};
use super::follower::Follower;
use super::freeze::KillSwitch;
use super::leader::Role;
use super::service::Service;
use super::source::Read;
use super::triggers::signals::{Signal, Signals};
use super::triggers::{Backoff, Caller};
use crate::config::{FreezeError, Freezes, OktaAuth, OktaSettings};
use crate::vendor::{Clock, Fence};

/// What followers are woken by, and what ends them.
pub struct Watch {
    attendants: Vec<Attendant>,
    callers: BTreeMap<String, Caller>,
    kill_switch: KillSwitch,
    desk: Desk,
    ending: watch::Sender<bool>,
}

impl Watch {
    /// Prepares; nothing is asked of a vendor before [`run`](Self::run).
    pub fn new(desk: Desk) -> Self {
        Self {
            attendants: Vec::new(),
            callers: BTreeMap::new(),
            kill_switch: KillSwitch::new(None),
            desk,
            ending: watch::Sender::new(false),
        }
    }

    /// Adds a document; `role` says whether this replica works on it.
    pub fn add(
        &mut self,
        follower: Follower,
        role: watch::Receiver<Role>,
        clock: Arc<dyn Clock>,
        own: &OwnRequests,
    ) -> Result<(), FreezeError> {
        let (interval, freezes, file, client_id) = match follower.in_force() {
            Some(in_force) => {
                let settings = &in_force.settings().watch;
                let file = settings.kill_switch.as_ref();
                (
                    settings.interval.duration(),
                    Freezes::parse(&settings.freeze)?,
                    file.map(|file| in_force.engine().path(file)),
                    client_id(in_force.settings().okta.as_ref()),
                )
            }
            None => return Ok(()),
        };
        let log_read = follower.log_read();
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
            feed: Feed::new(log_read),
            own: Own {
                token_id: None,
                client_id,
                requests: own.clone(),
            },
            backoff: Backoff::default(),
            freezes,
            desk: self.desk.clone(),
        });
        Ok(())
    }

    /// What is asked before each write of a document: whether this replica leads, and the kill switch.
    pub fn fence(&self, read: &Read, leads: Fence) -> Fence {
        let switch = self.kill_switch.with_file(kill_switch(read));
        Arc::new(move || leads() && switch.holding().is_none())
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
    pub async fn run(self, signals: &mut Signals, service: &mut Service) {
        let all = self.attendants.into_iter().map(Attendant::attend);
        let mut all = std::pin::pin!(join_all(all));
        loop {
            let signal = tokio::select! {
                _ = &mut all => return,
                signal = signals.next() => signal,
                () = service.beat() => continue,
            };
            match signal {
                Signal::Ask => {
                    // systemd waits for the end of a reload, and a run has its own time
                    service.reloading();
                    self.callers.values().for_each(Caller::ask);
                    service.ready();
                }
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

/// The client that we log in as, where it is one.
fn client_id(okta: Option<&OktaSettings>) -> Option<String> {
    match okta?.auth()? {
        OktaAuth::OAuth(app) => Some(app.client_id.clone()),
        OktaAuth::Token(_) => None,
    }
}

/// The kill switch's file, from the folder of the file that names it.
fn kill_switch(read: &Read) -> Option<PathBuf> {
    let named = read.checked.settings.watch.kill_switch.as_ref()?;
    let source = read.sources.iter().find(|(id, _)| *id == named.span.file);
    let folder = source.and_then(|(_, source)| Path::new(&source.name).parent());
    Some(folder.unwrap_or(Path::new("")).join(&named.value))
}
