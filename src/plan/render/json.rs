//! The plan for scripts. What is here is a promise: fields may be added, none may go.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::View;
use super::shape::{DocumentJson, RefusalJson};
use crate::base::{Address, Location, SourceMap, Value};
use crate::plan::{Action, BucketCost, FieldChange, Note, Step};

/// A plan of dcrsync, as `dcrsync plan --output json` prints it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "dcrsync plan")]
struct PlanJson<'a> {
    /// The version of this format.
    #[schemars(extend("const" = 1))]
    format: u32,
    /// The document that it was made for.
    document: DocumentJson<'a>,
    /// When the vendors were read, RFC 3339.
    observed_at: &'a str,
    /// The changes, in the order of the registry; deletes last and reversed.
    steps: Vec<StepJson<'a>>,
    /// What is told although it changes nothing.
    notes: Vec<NoteJson<'a>>,
    /// Why it must not be applied; empty for a plan that may.
    refusals: Vec<RefusalJson<'a>>,
    /// What applying it costs.
    cost: CostJson<'a>,
}

/// One change.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct StepJson<'a> {
    /// The object, `okta.scope.default/orders.read`.
    #[schemars(with = "String")]
    address: &'a Address,
    /// What is done to it.
    action: Action,
    /// The fields that change; all declared ones for a create.
    fields: Vec<FieldJson<'a>>,
    /// Objects whose steps come first.
    #[schemars(with = "Vec<String>")]
    requires: &'a [Address],
    /// The line that causes it; null for an object that no line names.
    because: Option<PlaceJson>,
    /// Live objects that stand behind one that is to go, counted by kind.
    blast_radius: &'a BTreeMap<String, usize>,
    /// What to know before saying yes.
    warnings: &'a [String],
}

/// One field, before and after.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct FieldJson<'a> {
    /// The name that the document uses.
    name: &'a str,
    /// What the vendor has; null for nothing and for a secret.
    old: serde_json::Value,
    /// What the document wants; null for nothing and for a secret.
    new: serde_json::Value,
    /// Whether only the fact of the change is told.
    sensitive: bool,
}

/// A place in the document.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct PlaceJson {
    /// The file, as it was given.
    file: String,
    /// The line, from 1.
    line: usize,
    /// The column in characters, from 1.
    column: usize,
}

/// Something told besides.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct NoteJson<'a> {
    /// The object, where there is one.
    #[schemars(with = "Option<String>")]
    address: Option<&'a Address>,
    /// What is to be told.
    message: &'a str,
}

/// What applying costs.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct CostJson<'a> {
    /// Requests by vendor and rate bucket.
    requests: Vec<BucketJson<'a>>,
    /// How long it takes about; null where that is not known.
    seconds: Option<u64>,
}

/// Requests from one bucket.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct BucketJson<'a> {
    /// The vendor, `okta`.
    vendor: &'a str,
    /// The vendor's rate bucket.
    bucket: &'a str,
    /// The number of requests.
    requests: u32,
}

/// The plan as JSON, as `schema/plan.schema.json` describes it.
pub fn json(view: &View<'_>) -> serde_json::Value {
    let plan = view.plan;
    let json = PlanJson {
        format: 1,
        document: DocumentJson {
            name: view.document,
            digest: view.digest,
        },
        observed_at: view.observed_at,
        steps: plan
            .steps
            .iter()
            .map(|step| StepJson::new(step, view.sources))
            .collect(),
        notes: plan.notes.iter().map(NoteJson::from).collect(),
        refusals: plan.refusals.iter().map(RefusalJson::from).collect(),
        cost: CostJson {
            requests: plan.cost.iter().map(BucketJson::from).collect(),
            seconds: view.seconds,
        },
    };
    // plain structs with text keys always have a JSON form
    serde_json::to_value(json).unwrap_or_default()
}

/// The JSON Schema of [`json`].
pub fn json_schema() -> serde_json::Value {
    schemars::generate::SchemaSettings::draft2020_12()
        .for_serialize()
        .with(|settings| settings.inline_subschemas = true)
        .into_generator()
        .into_root_schema_for::<PlanJson<'_>>()
        .to_value()
}

impl<'a> StepJson<'a> {
    fn new(step: &'a Step, sources: &SourceMap) -> Self {
        Self {
            address: &step.address,
            action: step.action,
            fields: step.fields.iter().map(FieldJson::from).collect(),
            requires: &step.requires,
            because: step.because.map(|span| sources.locate(span).into()),
            blast_radius: &step.blast_radius.by_kind,
            warnings: &step.warnings,
        }
    }
}

impl<'a> From<&'a FieldChange> for FieldJson<'a> {
    fn from(change: &'a FieldChange) -> Self {
        let sensitive = change.sensitive || change.old.is_sensitive() || change.new.is_sensitive();
        let side = |value: &Value| {
            if sensitive {
                serde_json::Value::Null
            } else {
                value.to_json()
            }
        };
        Self {
            name: change.name,
            old: side(&change.old),
            new: side(&change.new),
            sensitive,
        }
    }
}

impl From<Location> for PlaceJson {
    fn from(place: Location) -> Self {
        let Location { file, line, column } = place;
        Self { file, line, column }
    }
}

impl<'a> From<&'a Note> for NoteJson<'a> {
    fn from(note: &'a Note) -> Self {
        Self {
            address: note.address.as_ref(),
            message: &note.message,
        }
    }
}

impl<'a> From<&'a BucketCost> for BucketJson<'a> {
    fn from(cost: &'a BucketCost) -> Self {
        Self {
            vendor: &cost.vendor,
            bucket: &cost.bucket,
            requests: cost.requests,
        }
    }
}
