//! What became of an apply, for people and for scripts.

use anstyle::AnsiColor;
use serde_json::{Value, json};

use super::error::{CliError, causes};
use super::exit::Exit;
use super::progress::word;
use super::session::Look;
use super::verdicts;
use crate::base::{Address, Count, printable};
use crate::engine::{ApplyReport, Outcome, Verdict};
use crate::kinds::KindError;
use crate::plan::Plan;
use crate::plan::render::{self, View};
use crate::vendor::VendorError;

/// Everything that is known after an apply.
pub(super) struct Applied {
    /// What was planned.
    pub(super) look: Look,
    /// What became of each step.
    pub(super) report: ApplyReport,
    /// Whether the plan was for the whole document.
    pub(super) whole: bool,
    /// Whether somebody asked to stop.
    pub(super) stopped: bool,
    /// What reading again told.
    pub(super) proof: Proof,
    /// What the applications' proof told; empty where none was asked for.
    pub(super) verdicts: Vec<Verdict>,
}

/// What reading again told.
pub(super) enum Proof {
    /// Nothing was written, or the run was stopped.
    NotTried,
    /// Both vendors are as the document says.
    Clean,
    /// These changes are still to be made.
    Remaining(Box<Plan>),
    /// It could not be read.
    Failed(CliError),
}

impl Proof {
    pub(super) fn of(rest: Plan) -> Self {
        if rest.is_empty() {
            Self::Clean
        } else {
            Self::Remaining(Box::new(rest))
        }
    }

    /// For the report: whether it is proved, and what still differs.
    pub(super) fn told(&self) -> Option<(bool, Vec<Address>)> {
        match self {
            Self::NotTried => None,
            Self::Clean => Some((true, Vec::new())),
            Self::Remaining(rest) => {
                let steps = rest.steps.iter().map(|step| step.address.clone());
                Some((false, steps.collect()))
            }
            Self::Failed(_) => Some((false, Vec::new())),
        }
    }
}

impl Applied {
    /// Tells whether there was nothing to do.
    pub(super) fn idle(&self) -> bool {
        self.report.outcomes.is_empty()
    }

    /// The exit code.
    pub(super) fn exit(&self) -> Exit {
        let report = &self.report;
        if !report.complete() {
            return match (report.done(), report.unreachable()) {
                (0, true) => Exit::Unreachable,
                (0, false) => Exit::Error,
                _ => Exit::Partial,
            };
        }
        match &self.proof {
            Proof::NotTried | Proof::Clean => {}
            Proof::Remaining(_) | Proof::Failed(_) => return Exit::Partial,
        }
        if self.verdicts.iter().all(Verdict::passed) {
            Exit::Fine
        } else {
            Exit::Error
        }
    }
}

/// For a person; nothing for a plan that had nothing to do. `command` is what goes on where this ended.
pub(super) fn text(applied: &Applied, command: &str) -> String {
    let report = &applied.report;
    let steps = report.outcomes.len();
    let mut text = Vec::new();
    if steps > 0 {
        text.push("\n".to_owned());
        for (address, action, outcome) in &report.outcomes {
            let step = format!("{action} {}", printable(address.as_str()));
            text.extend(trouble(&step, outcome));
        }
        let done = report.done();
        let stopped = if applied.stopped { "Stopped. " } else { "" };
        text.push(if done == steps {
            let all = if steps == 1 { "" } else { "all " };
            format!("{stopped}Applied: {all}{}.\n", Count::of(steps, "change"))
        } else {
            format!(
                "{stopped}Applied: {done} of {}. Run `dcrsync {command}` again for the rest.\n",
                Count::of(steps, "change")
            )
        });
    }
    text.push(proof(applied));
    if !applied.verdicts.is_empty() {
        text.push(format!("\n{}", verdicts::text(&applied.verdicts)));
    }
    text.concat()
}

fn trouble(step: &str, outcome: &Outcome) -> Vec<String> {
    let red = AnsiColor::Red.on_default().bold();
    match outcome {
        Outcome::Done => Vec::new(),
        Outcome::Failed(error) => {
            let mut lines = vec![format!("{red}failed{red:#}  {step}\n")];
            let mut add = |line: &str| lines.push(format!("        {}\n", printable(line)));
            add(&error.to_string());
            for cause in causes(error.as_ref()) {
                add(&format!("caused by: {cause}"));
            }
            for hint in hints(error) {
                add(&format!("hint: {hint}"));
            }
            lines
        }
        Outcome::Blocked(by) => {
            vec![format!(
                "blocked {step}: waits for {}\n",
                printable(by.as_str())
            )]
        }
        Outcome::Skipped => vec![format!("skipped {step}\n")],
    }
}

fn proof(applied: &Applied) -> String {
    match &applied.proof {
        Proof::NotTried => String::new(),
        Proof::Clean if applied.whole && applied.report.complete() => {
            "Proved: Okta and Konnect are as the document says.\n".to_owned()
        }
        Proof::Clean => "Proved: what was applied is as the document says.\n".to_owned(),
        Proof::Remaining(rest) => {
            let mut lines =
                vec!["Not proved: these still differ although they were applied.\n".to_owned()];
            lines.extend(rest.steps.iter().map(|step| {
                let fields: Vec<&str> = step.fields.iter().map(|field| field.name).collect();
                let (action, address) = (step.action, printable(step.address.as_str()));
                format!("  {action} {address} ({})\n", fields.join(", "))
            }));
            lines.concat()
        }
        Proof::Failed(error) => format!(
            "Not proved: what was written could not be read again.\n{}",
            error.text()
        ),
    }
}

/// Ways out of a failed step.
pub(super) fn hints(error: &KindError) -> Vec<String> {
    error
        .as_vendor()
        .map(VendorError::hints)
        .unwrap_or_default()
}

/// For a script.
pub(super) fn json(applied: &Applied, view: &View<'_>) -> Value {
    let outcomes: Vec<Value> = applied
        .report
        .outcomes
        .iter()
        .map(|(address, action, outcome)| {
            let mut entry = json!({
                "address": address,
                "action": action,
                "outcome": word(outcome),
            });
            match outcome {
                Outcome::Done | Outcome::Skipped => {}
                Outcome::Blocked(by) => entry["blocked_by"] = json!(by),
                Outcome::Failed(error) => {
                    entry["error"] = json!(error.to_string());
                    entry["causes"] = json!(causes(error.as_ref()));
                    entry["hints"] = json!(hints(error));
                }
            }
            entry
        })
        .collect();
    let (proved, remaining) = match &applied.proof {
        Proof::NotTried => (Value::Null, Vec::new()),
        Proof::Clean => (json!(true), Vec::new()),
        Proof::Remaining(rest) => {
            let addresses = rest.steps.iter().map(|step| json!(step.address));
            (json!(false), addresses.collect())
        }
        Proof::Failed(_) => (json!(false), Vec::new()),
    };
    json!({
        "format": 1,
        "plan": render::json(view),
        "outcomes": outcomes,
        "stopped": applied.stopped,
        "proved": proved,
        "remaining": remaining,
        "verdicts": applied.verdicts,
        "exit": applied.exit() as u8,
    })
}
