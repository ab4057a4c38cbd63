use std::collections::HashSet;

use super::in_force::{Holding, InForce};
use super::{Follower, Ran, addresses, failed};
use crate::base::{Address, Count};
use crate::config::Mode;
use crate::daemon::drift::Seen;
use crate::daemon::source::chain;
use crate::engine::{ApplyReport, Outcome, Planned, RunLock, Silent, Stop};
use crate::kinds::infos;
use crate::status::{Hold, RunOutcome};

impl Follower {
    /// Does about a plan what the modes, the guards and the time allow.
    pub(super) async fn act(
        &mut self,
        in_force: &InForce,
        mut planned: Planned,
        seen: Seen,
        hold: Option<Hold>,
        stop: &Stop,
    ) -> Ran {
        let differs = |seen| Ran {
            seen,
            ..Ran::new(
                RunOutcome::Differs,
                match self.status.differences.len() {
                    1 => "1 object differs".to_owned(),
                    more => format!("{} differ", Count::of(more, "object")),
                },
            )
        };
        let modes = Holding::new(in_force.settings(), self.shared.mode);
        let unwanted: Vec<Address> = addresses(&planned)
            .into_iter()
            .filter(|address| modes.of(address) == Mode::Detect || self.memory.is_fight(address))
            .collect();
        planned.plan.leave_out(unwanted, &infos());
        if planned.plan.is_empty() || hold.is_some() || stop.asked() {
            return differs(seen);
        }
        let refusals = &planned.plan.refusals;
        if !refusals.is_empty() {
            let lines: Vec<String> = refusals.iter().map(ToString::to_string).collect();
            let trouble = format!("the plan is refused:\n{}", lines.join("\n"));
            return Ran {
                seen,
                ..Ran::trouble(RunOutcome::Refused, trouble)
            };
        }
        let _lock = match RunLock::take(in_force.name(), &in_force.sources, "dcrsync watch") {
            Ok(lock) => Some(lock),
            Err(crate::engine::LockError::Held(other)) => {
                return Ran {
                    seen,
                    ..Ran::trouble(RunOutcome::Refused, other.to_string())
                };
            }
            // as with a document that is mounted read-only
            Err(crate::engine::LockError::File { path, source }) => {
                tracing::debug!(path = %path.display(), error = %source, "no lock keeps others away");
                None
            }
        };
        let engine = &in_force.engine;
        let report = match engine.apply(&planned, &Silent, stop).await {
            Ok(report) => report,
            Err(error) => {
                return Ran {
                    seen,
                    ..failed(&error)
                };
            }
        };
        let mut ran = self.prove(in_force, &planned, &report, stop).await;
        ran.seen = seen;
        let written: HashSet<&Address> = ran.written.iter().collect();
        self.status
            .differences
            .retain(|difference| !written.contains(&difference.address));
        let made = report.made.iter();
        let made = made.map(|(address, live)| (address.clone(), live.id.clone()));
        let made = made.collect();
        self.memory.applied(&ran.written, &made, self.now());
        if self.status.differences.is_empty() {
            self.status.last_in_sync = Some(self.now());
            self.status.plan = None;
        }
        self.mark(&ran.written);
        ran
    }

    /// Reads again what was written, and says what came of it.
    async fn prove(
        &self,
        in_force: &InForce,
        planned: &Planned,
        report: &ApplyReport,
        stop: &Stop,
    ) -> Ran {
        let done = report.outcomes.iter();
        let done = done.filter(|(_, _, outcome)| matches!(outcome, Outcome::Done));
        let mut written: Vec<Address> = done.map(|(address, _, _)| address.clone()).collect();
        let mut wrong: Vec<String> = report.outcomes.iter().filter_map(told).collect();
        if !written.is_empty() && !stop.asked() {
            match in_force.engine.prove(planned, report, &self.today()).await {
                Ok(rest) => {
                    for step in &rest.steps {
                        wrong.push(format!("{}: was written and still differs", step.address));
                        written.retain(|address| *address != step.address);
                    }
                }
                Err(error) => {
                    wrong.push(format!("what was written could not be read again: {error}"));
                }
            }
            match in_force.engine.verify_rotated(planned, report).await {
                Ok(verdicts) => {
                    let failed = verdicts.iter().filter(|verdict| !verdict.passed());
                    wrong.extend(
                        failed.map(|verdict| {
                            format!("{}: the new secret does not work", verdict.app)
                        }),
                    );
                }
                Err(error) => wrong.push(format!("a new secret could not be tried: {error}")),
            }
        }
        let count = Count::of(written.len(), "object");
        let outcome = match (wrong.is_empty(), written.is_empty()) {
            _ if stop.asked() && !wrong.is_empty() => RunOutcome::Stopped,
            (true, _) if self.status.differences.len() > written.len() => RunOutcome::Differs,
            (true, _) => RunOutcome::Applied,
            (false, true) if report.unreachable() => RunOutcome::Unreachable,
            (false, true) => RunOutcome::Failed,
            (false, false) => RunOutcome::Partial,
        };
        if wrong.is_empty() {
            return Ran {
                written,
                ..Ran::new(outcome, format!("{count} written and read again"))
            };
        }
        let trouble = format!("{count} written; not done:\n{}", wrong.join("\n"));
        Ran {
            written,
            ..Ran::trouble(outcome, trouble)
        }
    }
}

fn told((address, action, outcome): &(Address, crate::plan::Action, Outcome)) -> Option<String> {
    match outcome {
        Outcome::Done => None,
        Outcome::Failed(error) => {
            let reason = chain(error.as_ref());
            Some(format!("{action} {address}: {reason}"))
        }
        Outcome::Blocked(by) => Some(format!("{action} {address}: waits for {by}")),
        Outcome::Skipped => Some(format!(
            "{action} {address}: not begun, the run was stopped"
        )),
    }
}
