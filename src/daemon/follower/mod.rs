//! One document, followed: what a run does, from the file to what people are told.
//!
//! A follower keeps the last good document in force. A run reads it again where a file changed, looks at both
//! vendors, tells drift from edits, applies where that is allowed, and publishes what came of it. When it runs
//! is not its business; [`daemon`](super) wakes it.

mod alerts;
mod applying;
mod in_force;
mod publish;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::board::Board;
use super::drift::{self, Look, Memory, Seen};
use super::source::{Read, Source, chain, findings};
use super::teller::Teller;
use super::triggers::Wake;
use crate::base::Address;
use crate::config::Mode;
use crate::engine::{Addresses, Checked, EngineError, ExitKind, Planned, Stop};
use crate::secrets::Environment;
use crate::status::{
    Actor, DocumentStatus, Happening, Health, HistoryEntry, Hold, RunOutcome, RunStatus, Trigger,
};
use crate::vendor;

pub use in_force::Holding;
pub use in_force::InForce;

/// What the followers of one process share.
#[derive(Clone)]
pub struct Shared {
    /// The process's environment, for secrets.
    pub environment: Environment,
    /// Addresses that take the place of the document's (the sandbox's).
    pub addresses: Option<Addresses>,
    /// How the clients behave; budgets are shared where organisations are.
    pub http: vendor::Options,
    /// Where everything is published.
    pub board: Board,
    /// Who is told.
    pub teller: Arc<dyn Teller>,
    /// Another mode than the documents'.
    pub mode: Option<Mode>,
    /// What the sandbox needs changed in each document.
    pub adapt: Option<Adapt>,
}

/// Changes a document after it was read.
pub type Adapt = Arc<dyn Fn(&mut Checked) + Send + Sync>;

/// One document and what is known of it.
pub struct Follower {
    source: Source,
    shared: Shared,
    in_force: Option<InForce>,
    memory: Memory,
    status: DocumentStatus,
    /// Why the file cannot be used as it stands.
    broken: Option<String>,
    /// Looks that failed, one after the other.
    failures: u32,
    /// What others did since the last look, by Okta's log.
    done: Vec<(Vec<Address>, Actor)>,
    /// When the secrets were last looked at, by the clock of the clients.
    secrets_seen: Option<Duration>,
}

/// What a run came to, before it is told.
struct Ran {
    outcome: RunOutcome,
    message: String,
    seen: Seen,
    written: Vec<Address>,
    /// What a person has to be told besides drift.
    trouble: Option<String>,
}

impl Ran {
    fn new(outcome: RunOutcome, message: impl Into<String>) -> Self {
        Self {
            outcome,
            message: message.into(),
            seen: Seen::default(),
            written: Vec::new(),
            trouble: None,
        }
    }

    fn trouble(outcome: RunOutcome, trouble: String) -> Self {
        let message = trouble.lines().next().unwrap_or_default().to_owned();
        Self {
            trouble: Some(trouble),
            ..Self::new(outcome, message)
        }
    }
}

impl Follower {
    /// Prepares; `read` is what the source held just now: without a good document there is nothing to follow.
    pub fn open(source: Source, read: Read, shared: Shared) -> Result<Self, String> {
        let in_force = InForce::open(read, &shared)?;
        let name = in_force.name().to_owned();
        let memory = shared.teller.recall(&name);
        let memory = memory.map_or_else(Memory::default, |text| Memory::from_text(&text));
        let status = publish::starting(&name, &source, &in_force, shared.mode);
        let follower = Self {
            source,
            shared,
            in_force: Some(in_force),
            memory,
            status,
            broken: None,
            failures: 0,
            done: Vec::new(),
            secrets_seen: None,
        };
        follower.publish();
        Ok(follower)
    }

    /// The document's name.
    pub fn name(&self) -> &str {
        &self.status.name
    }

    /// The document in force.
    pub fn in_force(&self) -> Option<&InForce> {
        self.in_force.as_ref()
    }

    /// Where the document comes from.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Notes what others did, by Okta's log; the next run blames them.
    pub fn blame(&mut self, done: impl IntoIterator<Item = (Vec<Address>, Actor)>) {
        self.done.extend(done);
    }

    /// How far Okta's System Log was read.
    pub fn log_read(&self) -> Option<Timestamp> {
        self.memory.log_read()
    }

    /// Notes how far Okta's System Log was read.
    pub fn log_was_read(&mut self, until: Option<Timestamp>) {
        self.memory.log_was_read(until);
    }

    /// The vendor's ids of all declared objects, as they were last seen.
    pub fn ids(&self) -> std::collections::HashMap<String, Address> {
        self.memory.ids()
    }

    /// Tells whether another replica works on this document.
    pub fn stand_by(&mut self, stands_by: bool) {
        self.status.leads = !stands_by;
        if stands_by {
            self.status.health = Health::Standby;
        } else if self.status.health == Health::Standby {
            self.status.health = Health::Starting;
        }
        self.publish();
    }

    /// Says when the next run is due, and why nothing is written until then.
    pub fn due(&mut self, next: Option<Timestamp>, hold: Option<Hold>) {
        self.status.next_run = next;
        self.status.hold = hold;
        self.publish();
    }

    /// Looks once, and does what is allowed about what it finds.
    ///
    /// `hold` says why nothing may be written now.
    pub async fn run(&mut self, wake: &Wake, hold: Option<Hold>, stop: &Stop) -> RunStatus {
        let trigger = wake.trigger;
        let clock = Arc::clone(&self.shared.http.clock);
        let (started, since) = (self.now(), clock.now());
        let requests = self.shared.http.usage.total();
        self.status.running = true;
        self.status.hold.clone_from(&hold);
        self.publish();
        let id = uuid::Uuid::new_v4().to_string();
        let span = tracing::info_span!("run", document = %self.status.name, id, trigger = trigger.as_str());
        let ran = tracing::Instrument::instrument(self.look(wake, hold, stop), span.clone()).await;
        let run = RunStatus {
            id,
            trigger,
            started,
            seconds: clock.now().saturating_sub(since).as_secs_f64(),
            outcome: ran.outcome,
            message: ran.message.clone(),
            requests: self.shared.http.usage.total().saturating_sub(requests),
            written: ran.written.len() as u64,
            differing: self.status.differences.len() as u64,
            digest: self.status.digest.clone(),
        };
        span.in_scope(|| {
            tracing::info!(
                outcome = run.outcome.as_str(),
                message = run.message,
                "run ended"
            );
        });
        self.tell(&run, ran);
        run
    }

    async fn look(&mut self, wake: &Wake, hold: Option<Hold>, stop: &Stop) -> Ran {
        let trigger = wake.trigger;
        if trigger == Trigger::File || self.broken.is_some() {
            let read = match &wake.files {
                Some(files) => self.source.check(&files.documents),
                None => self.source.read(),
            };
            match read.and_then(|read| InForce::open(read, &self.shared)) {
                Ok(in_force) if in_force.name() != self.status.name => {
                    self.broken = Some(format!(
                        "the document is called `{}` now, and was `{}`; start the daemon anew to follow another document",
                        in_force.name(),
                        self.status.name
                    ));
                }
                Ok(in_force) => {
                    self.broken = None;
                    self.secrets_seen = None;
                    self.in_force = Some(in_force);
                }
                Err(trouble) => self.broken = Some(trouble),
            }
            if trigger == Trigger::File
                && let Some(trouble) = &self.broken
            {
                return Ran::trouble(RunOutcome::Broken, trouble.clone());
            }
        }
        // taken, so that it can be used while the rest of the follower is changed
        let Some(in_force) = self.in_force.take() else {
            let trouble = self.broken.clone().unwrap_or_default();
            return Ran::trouble(RunOutcome::Broken, trouble);
        };
        let ran = self.compare(&in_force, hold, stop).await;
        self.in_force = Some(in_force);
        ran
    }

    async fn compare(&mut self, in_force: &InForce, hold: Option<Hold>, stop: &Stop) -> Ran {
        let planned = match in_force.engine.plan(&self.today()).await {
            Ok(planned) => planned,
            Err(error) => {
                self.failures += 1;
                return failed(&error);
            }
        };
        self.failures = 0;
        if planned.report.has_errors() {
            let trouble = findings(&planned.report, &in_force.sources);
            return Ran::trouble(RunOutcome::Refused, trouble);
        }
        let (checked, now) = (in_force.engine.checked(), self.now());
        let mut seen = drift::classify(
            &mut self.memory,
            &Look {
                digest: &checked.document.digest,
                plan: &planned.plan,
                declared: &planned.declared,
                world: &planned.world,
                sources: &in_force.sources,
                rules: &checked.settings.watch.severity,
                now,
            },
        );
        let done = std::mem::take(&mut self.done);
        drift::blame(&mut self.memory, &mut seen.differences, &done);
        self.status.digest = Some(checked.document.digest.clone());
        self.status.differences.clone_from(&seen.differences);
        self.status.last_success = Some(self.now());
        self.publish_plan(in_force, &planned);
        self.look_at_secrets(in_force, &planned).await;
        if planned.plan.is_empty() {
            self.status.last_in_sync = Some(self.now());
            return Ran {
                seen,
                ..Ran::new(RunOutcome::InSync, "both vendors are as the document says")
            };
        }
        // those who are told hear of drift even where it is mended in the same run
        self.settle(None);
        self.act(in_force, planned, seen, hold, stop).await
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.shared.http.clock.unix()).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    fn today(&self) -> String {
        self.now().strftime("%F").to_string()
    }

    /// Publishes what came of a run, tells who is to be told, and remembers.
    fn tell(&mut self, run: &RunStatus, ran: Ran) {
        self.status.running = false;
        self.status.runs.count(run.outcome, run.seconds);
        self.status.last_run = Some(run.clone());
        self.status.trouble = self.broken.clone().or(ran.trouble);
        self.status.health = self.health(run.outcome);
        self.settle(Some(run));
        self.history(run, ran.seen, &ran.written);
        let name = self.status.name.clone();
        self.shared.teller.keep(&name, &self.memory.to_text());
        self.status.history = self.shared.teller.recent(&name, publish::RECENT);
        self.publish();
    }

    fn history(&self, run: &RunStatus, seen: Seen, written: &[Address]) {
        let line = |what| HistoryEntry {
            at: self.now(),
            document: self.status.name.clone(),
            what,
        };
        let teller = &self.shared.teller;
        for difference in seen.differences {
            if seen.appeared.contains(&difference.address) {
                teller.record(&line(Happening::Appeared {
                    difference: difference.clone(),
                }));
            }
            if written.contains(&difference.address) {
                teller.record(&line(Happening::Settled {
                    difference,
                    by_us: true,
                }));
            }
        }
        for difference in seen.settled {
            teller.record(&line(Happening::Settled {
                difference,
                by_us: false,
            }));
        }
        teller.record(&line(Happening::Run { run: run.clone() }));
    }
}

/// What an error that ended a look means.
fn failed(error: &EngineError) -> Ran {
    let outcome = match error.exit_kind() {
        ExitKind::Unreachable => RunOutcome::Unreachable,
        ExitKind::Refused => RunOutcome::Refused,
        ExitKind::Error => RunOutcome::Failed,
    };
    let hints = error
        .hints()
        .into_iter()
        .map(|hint| format!("\nhelp: {hint}"));
    let hints: String = hints.collect();
    Ran::trouble(outcome, format!("{}{hints}", chain(error)))
}

/// A plan's steps, so that what was planned can be told from what is left.
pub(super) fn addresses(planned: &Planned) -> Vec<Address> {
    let steps = planned.plan.steps.iter();
    steps.map(|step| step.address.clone()).collect()
}
