//! Wakes one document's follower, for as long as the process lives.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use super::alerts::{Desk, receivers};
use super::events::{Feed, LogEvent, Own, concerns};
use super::follower::{Follower, InForce};
use super::freeze::KillSwitch;
use super::leader::Role;
use super::triggers::{Backoff, Caller, Contents, Files, Followed, Schedule, Triggers, Wake};
use crate::base::Address;
use crate::config::{Freezes, Frozen};
use crate::engine::Stop;
use crate::status::{Actor, Hold, RunOutcome, Trigger};
use crate::vendor::Clock;

/// What is under way at the end may take so long; then it is cut off.
const LAST: Duration = Duration::from_secs(8);

/// One document with all that wakes its follower.
pub(super) struct Attendant {
    pub(super) follower: Follower,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) role: watch::Receiver<Role>,
    pub(super) kill_switch: KillSwitch,
    pub(super) ending: watch::Receiver<bool>,
    pub(super) triggers: Triggers,
    pub(super) files: Files,
    pub(super) feed: Feed,
    pub(super) own: Own,
    pub(super) backoff: Backoff,
    pub(super) freezes: Freezes,
    pub(super) desk: Desk,
}

/// The parts of an attendant that belong together from the start.
pub(super) fn triggers(
    follower: &Follower,
    clock: &Arc<dyn Clock>,
    interval: Duration,
) -> (Triggers, Files, Caller) {
    let (told, contents) = watch::channel::<Option<Arc<Contents>>>(None);
    let set = Followed {
        documents: follower.source().files.clone(),
        here: follower.source().here.clone(),
        others: follower.in_force().map(InForce::files).unwrap_or_default(),
    };
    let files = Files::watch(set, told);
    let triggers = Triggers::new(Arc::clone(clock), Schedule::new(interval), contents);
    let caller = triggers.caller();
    (triggers, files, caller)
}

impl Attendant {
    /// Until the process ends.
    pub(super) async fn attend(mut self) {
        while !*self.ending.borrow() {
            let leads = *self.role.borrow_and_update() == Role::Leads;
            self.follower.stand_by(!leads);
            if leads {
                self.lead().await;
                if self.role.has_changed().is_err() {
                    // nobody can say any more who leads
                    break;
                }
            } else {
                tokio::select! {
                    changed = self.role.changed() => if changed.is_err() { break },
                    _ = self.ending.changed() => {}
                }
            }
        }
    }

    /// Until another replica leads, or the process ends.
    async fn lead(&mut self) {
        let mut first = true;
        let events = self.events_every();
        let mut look = self.clock.sleep(events);
        loop {
            if first {
                // whoever begins to lead knows nothing of what happened meanwhile
                first = false;
                self.run(Wake {
                    trigger: Trigger::Start,
                    files: None,
                })
                .await;
                self.announce();
            }
            tokio::select! {
                // first, as a run may have been what noticed it
                biased;
                () = over(&mut self.role, &mut self.ending) => return,
                wake = self.triggers.next() => {
                    // the first wake tells what the files hold; that was read already
                    if wake.trigger != Trigger::Start {
                        self.run(wake).await;
                    }
                    self.announce();
                }
                () = &mut look => {
                    if self.events().await {
                        self.triggers.caller().event();
                    }
                    look = self.clock.sleep(self.events_every());
                }
            }
        }
    }

    /// Runs once; a lost lease and the end of the process stop it.
    async fn run(&mut self, wake: Wake) {
        if wake.trigger != Trigger::Event {
            // who did what differs is known before the look
            self.events().await;
        }
        let stop = Stop::default();
        let hold = self.hold();
        let applies = hold.is_none();
        let clock = Arc::clone(&self.clock);
        let (role, ending) = (&mut self.role, &mut self.ending);
        let run = {
            let mut run = pin!(self.follower.run(&wake, hold, &stop));
            loop {
                tokio::select! {
                    run = &mut run => break Some(run),
                    () = over(role, ending), if !stop.asked() => {
                        stop.now();
                    }
                    () = clock.sleep(LAST), if stop.asked() => break None,
                }
            }
        };
        let Some(run) = run else {
            tracing::warn!("the run was cut off; the next one finds out what it did");
            return;
        };
        match run.outcome {
            RunOutcome::Partial | RunOutcome::Failed | RunOutcome::Unreachable => {
                let wait = self.backoff.failed(self.clock.now(), fastrand::f64());
                self.triggers.retry(wait);
            }
            RunOutcome::InSync | RunOutcome::Applied => self.backoff.succeeded(),
            RunOutcome::Differs
            | RunOutcome::Refused
            | RunOutcome::Broken
            | RunOutcome::Stopped => {
                if applies {
                    self.backoff.succeeded();
                }
            }
        }
        if wake.trigger == Trigger::File {
            self.reload().await;
        }
    }

    /// Takes over from the document how it wants to be watched.
    async fn reload(&mut self) {
        let Some(in_force) = self.follower.in_force() else {
            return;
        };
        let watch = &in_force.settings().watch;
        self.triggers
            .reschedule(Schedule::new(watch.interval.duration()));
        let file = watch.kill_switch.as_ref();
        let file = file.map(|file| in_force.engine().path(file));
        self.kill_switch = self.kill_switch.with_file(file);
        match Freezes::parse(&watch.freeze) {
            Ok(freezes) => self.freezes = freezes,
            // found when the document was checked
            Err(error) => tracing::warn!(%error, "the freezes stay as they were"),
        }
        match receivers(&in_force.settings().alerts, in_force.engine()) {
            Ok(told) => {
                if let Err(error) = self.desk.receivers(in_force.name(), told) {
                    tracing::error!(%error, "the receivers of alerts stay as they were");
                }
            }
            Err(error) => {
                tracing::error!(%error, help = error.hint(), "the receivers of alerts stay as they were");
            }
        }
        let files = in_force.files();
        self.files.set(files).await;
    }

    /// Why nothing may be written now.
    fn hold(&self) -> Option<Hold> {
        if let Some(by) = self.kill_switch.holding() {
            return Some(Hold::KillSwitch { by });
        }
        let now = self.now();
        if let Some(Frozen { reason, until }) = self.freezes.holding(now) {
            return Some(Hold::Freeze { reason, until });
        }
        let left = self.backoff.left(self.clock.now())?;
        let left = SignedDuration::try_from(left).unwrap_or_default();
        let until = now.saturating_add(left).unwrap_or(now);
        Some(Hold::BackOff { until })
    }

    /// Says when the next run is due.
    fn announce(&mut self) {
        let left = SignedDuration::try_from(self.triggers.left()).unwrap_or_default();
        let next = self.now().checked_add(left).ok();
        let hold = self.hold();
        self.follower.due(next, hold);
    }

    /// Reads what is new in Okta's System Log; tells whether others changed what is watched.
    async fn events(&mut self) -> bool {
        let Some(in_force) = self.follower.in_force() else {
            return false;
        };
        let events = tokio::select! {
            events = self.feed.poll(in_force.engine().okta()) => events,
            // what was not read is read by whoever leads next
            () = over(&mut self.role, &mut self.ending) => return false,
        };
        let events = match events {
            Ok(events) => events,
            Err(error) => {
                tracing::debug!(%error, "the System Log was not read");
                return false;
            }
        };
        let ids = self.follower.ids();
        let done = blamed(&events, &ids, &self.own);
        let any = !done.is_empty();
        self.follower.log_was_read(self.feed.newest());
        self.follower.blame(done);
        any
    }

    fn events_every(&self) -> Duration {
        let watch = self
            .follower
            .in_force()
            .map(|it| it.settings().watch.events);
        watch.map_or(Duration::from_secs(30), crate::config::Interval::duration)
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.clock.unix()).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

/// Until another replica leads, or the process ends; at once where that is so already.
async fn over(role: &mut watch::Receiver<Role>, ending: &mut watch::Receiver<bool>) {
    // an error means that nobody can say it any more
    tokio::select! {
        _ = role.wait_for(|role| *role != Role::Leads) => {}
        _ = ending.wait_for(|ending| *ending) => {}
    }
}

/// What others than ourselves did to what is watched.
fn blamed(
    events: &[LogEvent],
    ids: &HashMap<String, Address>,
    own: &Own,
) -> Vec<(Vec<Address>, Actor)> {
    let theirs = events
        .iter()
        .filter(|event| event.succeeded && !own.did(event));
    let concerned = theirs.map(|event| (concerns(event, ids), event.actor.clone()));
    concerned
        .filter(|(objects, _)| !objects.is_empty())
        .collect()
}
