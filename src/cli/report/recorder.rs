use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::Value;

use super::super::error::CliError;
use super::super::exit::Exit;
use super::super::session::Session;
use super::{ReportArgs, file, json, junit};
use crate::base::Address;
use crate::engine::{Outcome, Progress, Verdict};
use crate::plan::{Action, Plan, Refusal};
use crate::vendor::{Observer, RequestDone};

/// Is told what happens, and writes it down at the end; clones record together.
#[derive(Clone)]
pub(in crate::cli) struct Recorder {
    args: ReportArgs,
    told: Arc<Mutex<Told>>,
}

/// Everything that is known of a run so far.
pub(in crate::cli) struct Told {
    pub(in crate::cli) command: &'static str,
    /// The document's name and digest, once it was read.
    pub(in crate::cli) document: Option<(String, String)>,
    pub(in crate::cli) started: Timestamp,
    since: Instant,
    pub(in crate::cli) steps: Vec<StepTold>,
    pub(in crate::cli) refusals: Vec<Refusal>,
    pub(in crate::cli) requests: BTreeMap<u64, RequestTold>,
    pub(in crate::cli) stopped: bool,
    /// Whether reading again told that all is as the document says, and what still differs.
    pub(in crate::cli) proof: Option<(bool, Vec<Address>)>,
    pub(in crate::cli) verdicts: Vec<Verdict>,
    /// What the command gave up with, as [`CliError::json`] tells it.
    pub(in crate::cli) error: Option<Value>,
    pub(in crate::cli) exit: Option<Exit>,
}

/// One step of the plan.
pub(in crate::cli) struct StepTold {
    pub(in crate::cli) address: Address,
    pub(in crate::cli) action: Action,
    pub(in crate::cli) started: Option<(Timestamp, Instant)>,
    pub(in crate::cli) took: Option<Duration>,
    pub(in crate::cli) outcome: Option<Outcome>,
}

/// One request, with all its tries so far.
pub(in crate::cli) struct RequestTold {
    /// The last try.
    pub(in crate::cli) last: RequestDone,
    /// When the first try ended.
    pub(in crate::cli) at: Timestamp,
    pub(in crate::cli) waited: Duration,
    pub(in crate::cli) took: Duration,
}

impl Recorder {
    /// Begins, and gives up at once where the report could not be written in the end.
    pub(in crate::cli) fn start(
        command: &'static str,
        args: &ReportArgs,
    ) -> Result<Self, CliError> {
        for path in [&args.report, &args.junit].into_iter().flatten() {
            file::prove(path)?;
        }
        Ok(Self {
            args: args.clone(),
            told: Arc::new(Mutex::new(Told {
                command,
                document: None,
                started: Timestamp::now(),
                since: Instant::now(),
                steps: Vec::new(),
                refusals: Vec::new(),
                requests: BTreeMap::new(),
                stopped: false,
                proof: None,
                verdicts: Vec::new(),
                error: None,
                exit: None,
            })),
        })
    }

    /// Records nothing but what it is asked for: who wants no report keeps no list of requests.
    pub(in crate::cli) fn observer(&self) -> Option<Observer> {
        self.args.report.as_ref()?;
        let told = Arc::clone(&self.told);
        Some(Arc::new(move |done| {
            let mut told = lock(&told);
            let at = Timestamp::now();
            let request = told.requests.entry(done.request).or_insert(RequestTold {
                last: done.clone(),
                at,
                waited: Duration::ZERO,
                took: Duration::ZERO,
            });
            request.waited += done.waited;
            request.took += done.elapsed;
            request.last = done.clone();
        }))
    }

    /// Takes note of the document.
    pub(in crate::cli) fn document(&self, session: &Session) {
        let checked = session.engine.checked();
        let name = checked.settings.name.value.clone();
        lock(&self.told).document = Some((name, checked.document.digest.clone()));
    }

    /// Takes note of the plan.
    pub(in crate::cli) fn plan(&self, plan: &Plan) {
        let mut told = lock(&self.told);
        let steps = plan.steps.iter().map(|step| StepTold {
            address: step.address.clone(),
            action: step.action,
            started: None,
            took: None,
            outcome: None,
        });
        // a rotation has a plan for each of its stages
        told.steps.retain(|step| step.outcome.is_some());
        told.steps.extend(steps);
        told.refusals.clone_from(&plan.refusals);
    }

    /// Takes note of anything else.
    pub(in crate::cli) fn note(&self, change: impl FnOnce(&mut Told)) {
        change(&mut lock(&self.told));
    }

    /// Takes note of how the command ended, and writes what was asked for; hands its ending on.
    pub(in crate::cli) fn end(&self, ended: Result<Exit, CliError>) -> Result<Exit, CliError> {
        self.note(|told| match &ended {
            Ok(exit) => told.exit = Some(*exit),
            Err(error) => {
                told.exit = Some(error.exit());
                told.error = Some(error.json());
            }
        });
        let written = self.write();
        // what went wrong before is what has to be told
        let exit = ended?;
        written?;
        Ok(exit)
    }

    /// Writes what is known by now.
    pub(in crate::cli) fn write(&self) -> Result<(), CliError> {
        let told = lock(&self.told);
        let write = |path: Option<&Path>, text: &dyn Fn() -> String| {
            path.map_or(Ok(()), |path| file::replace(path, &text()))
        };
        let report = write(self.args.report.as_deref(), &|| json::text(&told));
        let junit = write(self.args.junit.as_deref(), &|| junit::text(&told));
        report.and(junit)
    }
}

impl Told {
    /// How long it took so far.
    pub(in crate::cli) fn took(&self) -> Duration {
        self.since.elapsed()
    }

    fn step(&mut self, address: &Address) -> Option<&mut StepTold> {
        let mut latest = self.steps.iter_mut().rev();
        latest.find(|step| step.address == *address)
    }
}

impl Progress for Recorder {
    fn started(&self, address: &Address, _action: Action) {
        let mut told = lock(&self.told);
        if let Some(step) = told.step(address) {
            // a replace begins twice and counts as one
            step.started
                .get_or_insert_with(|| (Timestamp::now(), Instant::now()));
        }
    }

    fn ended(&self, address: &Address, _action: Action, outcome: &Outcome) {
        let mut told = lock(&self.told);
        if let Some(step) = told.step(address) {
            step.took = step.started.map(|(_, since)| since.elapsed());
            step.outcome = Some(outcome.clone());
        }
    }
}

fn lock(told: &Mutex<Told>) -> MutexGuard<'_, Told> {
    told.lock().unwrap_or_else(PoisonError::into_inner)
}
