//! The report for scripts. What is here is a promise: fields may be added, none may go.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::super::error::causes;
use super::super::progress::word;
use super::super::result::hints;
use super::recorder::{RequestTold, StepTold, Told};
use crate::base::Address;
use crate::engine::{Outcome, Verdict};
use crate::plan::Action;
use crate::plan::render::{DocumentJson, RefusalJson};
use crate::vendor::Vendor;

/// A report of a run of dcrsync, as `--report FILE` writes it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "dcrsync report")]
struct ReportJson<'a> {
    /// The version of this format.
    #[schemars(extend("const" = 1))]
    format: u32,
    /// The version of dcrsync.
    dcrsync: &'a str,
    /// The command, `apply`.
    command: &'a str,
    /// The document; null where it could not be read.
    document: Option<DocumentJson<'a>>,
    /// When the run began, RFC 3339.
    #[schemars(with = "String")]
    started_at: jiff::Timestamp,
    /// How long it took.
    seconds: f64,
    /// The exit code; null for a run that was ended at once.
    exit: Option<u8>,
    /// Whether a signal asked it to stop.
    stopped: bool,
    /// What it gave up with.
    error: Option<ErrorJson>,
    /// Why the plan must not be applied.
    refusals: Vec<RefusalJson<'a>>,
    /// Each step of the plan, in its order.
    steps: Vec<StepJson<'a>>,
    /// Whether reading again told that what was applied is as the document says; null where that was not tried.
    proved: Option<bool>,
    /// Objects that still differ although they were applied.
    #[schemars(with = "Vec<String>")]
    remaining: &'a [Address],
    /// What the proof of the applications told.
    #[schemars(with = "Vec<Value>")]
    verdicts: &'a [Verdict],
    /// Each request, in the order in which they began.
    requests: Vec<RequestJson<'a>>,
}

/// What the run gave up with.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct ErrorJson {
    /// What happened.
    error: Value,
    /// What is behind it, nearest first.
    causes: Value,
    /// Ways out.
    hints: Value,
}

/// One step.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct StepJson<'a> {
    /// The object, `okta.scope.default/orders.read`.
    #[schemars(with = "String")]
    address: &'a Address,
    /// What is done to it.
    action: Action,
    /// `done`, `failed`, `blocked`, `skipped`; `running` when the run was ended at once, `planned` when nothing was to be begun.
    outcome: &'static str,
    /// When it began, RFC 3339.
    #[schemars(with = "Option<String>")]
    started_at: Option<jiff::Timestamp>,
    /// How long it took.
    seconds: Option<f64>,
    /// The failed step that it waited for.
    #[schemars(with = "Option<String>")]
    blocked_by: Option<&'a Address>,
    /// Why it failed, and what is behind that, nearest first.
    errors: Vec<String>,
    /// Ways out.
    hints: Vec<String>,
}

/// One request with all its tries.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct RequestJson<'a> {
    /// Who was asked.
    #[schemars(with = "String")]
    vendor: Vendor,
    /// The vendor's rate bucket.
    bucket: &'a str,
    /// The HTTP method.
    method: &'a str,
    /// The path without the query.
    path: &'a str,
    /// When its first try ended, RFC 3339.
    #[schemars(with = "String")]
    at: jiff::Timestamp,
    /// How often it was sent.
    attempts: u32,
    /// How long it waited to be sent: for others, for rate limits, after failed tries.
    waited_seconds: f64,
    /// How long its tries took.
    seconds: f64,
    /// The HTTP status of the last try; null when no answer came.
    status: Option<u16>,
    /// What the vendor's support asks for.
    request_id: Option<&'a str>,
}

/// The JSON Schema of the report.
pub(in crate::cli) fn schema() -> Value {
    schemars::generate::SchemaSettings::draft2020_12()
        .for_serialize()
        .with(|settings| settings.inline_subschemas = true)
        .into_generator()
        .into_root_schema_for::<ReportJson<'_>>()
        .to_value()
}

/// The report.
pub(super) fn text(told: &Told) -> String {
    let error = told.error.as_ref().map(|error| ErrorJson {
        error: error["error"].clone(),
        causes: error["causes"].clone(),
        hints: error["hints"].clone(),
    });
    let (proved, remaining) = match &told.proof {
        Some((proved, remaining)) => (Some(*proved), remaining.as_slice()),
        None => (None, [].as_slice()),
    };
    let report = ReportJson {
        format: 1,
        dcrsync: env!("CARGO_PKG_VERSION"),
        command: told.command,
        document: told
            .document
            .as_ref()
            .map(|(name, digest)| DocumentJson { name, digest }),
        started_at: told.started,
        seconds: told.took().as_secs_f64(),
        exit: told.exit.map(|exit| exit as u8),
        stopped: told.stopped,
        error,
        refusals: told.refusals.iter().map(RefusalJson::from).collect(),
        steps: told
            .steps
            .iter()
            .map(|step| StepJson::of(step, told))
            .collect(),
        proved,
        remaining,
        verdicts: &told.verdicts,
        requests: told.requests.values().map(RequestJson::from).collect(),
    };
    // plain structs with text keys always have a JSON form
    let json = serde_json::to_value(report).unwrap_or_default();
    format!("{json:#}\n")
}

/// The word for what became of a step.
pub(super) fn outcome(step: &StepTold, told: &Told) -> &'static str {
    match &step.outcome {
        Some(outcome) => word(outcome),
        None if step.started.is_some() => "running",
        None if told.stopped => "skipped",
        None => "planned",
    }
}

impl<'a> StepJson<'a> {
    fn of(step: &'a StepTold, told: &Told) -> Self {
        let mut errors = Vec::new();
        let mut ways_out = Vec::new();
        let mut blocked_by = None;
        match &step.outcome {
            Some(Outcome::Failed(error)) => {
                errors.push(error.to_string());
                errors.extend(causes(error.as_ref()));
                ways_out = hints(error);
            }
            Some(Outcome::Blocked(by)) => blocked_by = Some(by),
            Some(Outcome::Done | Outcome::Skipped) | None => {}
        }
        Self {
            address: &step.address,
            action: step.action,
            outcome: outcome(step, told),
            started_at: step.started.map(|(at, _)| at),
            seconds: step.took.map(|took| took.as_secs_f64()),
            blocked_by,
            errors,
            hints: ways_out,
        }
    }
}

impl<'a> From<&'a RequestTold> for RequestJson<'a> {
    fn from(told: &'a RequestTold) -> Self {
        let RequestTold {
            last,
            at,
            waited,
            took,
        } = told;
        Self {
            vendor: last.vendor,
            bucket: last.bucket,
            method: &last.method,
            path: &last.path,
            at: *at,
            attempts: last.attempt,
            waited_seconds: waited.as_secs_f64(),
            seconds: took.as_secs_f64(),
            status: last.status,
            request_id: last.request_id.as_deref(),
        }
    }
}
