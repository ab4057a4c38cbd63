//! Saved plans: written by `plan --out`, read by `apply PLAN`.

use std::path::{Path, PathBuf};

use super::error::CliError;
use super::options::DocumentArgs;
use crate::plan::render::View;
use crate::plan::{SavedPlan, SavedStep};

/// The version of the format.
const FORMAT: u32 = 1;

/// Seals a plan.
pub(super) fn seal(view: &View<'_>, document: &DocumentArgs) -> SavedPlan {
    let plan = view.plan;
    SavedPlan {
        format: FORMAT,
        dcrsync: env!("CARGO_PKG_VERSION").to_owned(),
        name: view.document.to_owned(),
        digest: view.digest.to_owned(),
        files: view
            .sources
            .iter()
            .map(|(_, source)| source.name.clone())
            .collect(),
        vars: document.vars.iter().cloned().collect(),
        observed_at: view.observed_at.to_owned(),
        steps: plan.steps.iter().map(SavedStep::seal).collect(),
        notes: plan.notes.clone(),
        cost: plan.cost.clone(),
    }
}

pub(super) fn write(path: &Path, plan: &SavedPlan) -> Result<(), CliError> {
    let text = serde_json::to_string_pretty(plan).map_err(CliError::new)?;
    std::fs::write(path, text + "\n")
        .map_err(|source| CliError::write(format!("`{}`", path.display()), source))
}

pub(super) fn read(path: &Path) -> Result<SavedPlan, CliError> {
    /// The part that tells whether the rest can be understood.
    #[derive(serde::Deserialize)]
    struct Version {
        format: u32,
    }
    let shown = path.display();
    let text = std::fs::read(path).map_err(|source| {
        CliError::new(source)
            .about(format!("cannot read the plan `{shown}`"))
            .hint("make one with `dcrsync plan --out`")
    })?;
    let unreadable = |source: serde_json::Error| {
        CliError::new(source)
            .about(format!("`{shown}` is no plan that was saved by dcrsync"))
            .hint("make one with `dcrsync plan --out`; the document itself is given with `-f`")
    };
    let Version { format } = serde_json::from_slice(&text).map_err(unreadable)?;
    if format != FORMAT {
        return Err(CliError::sentence(format!(
            "`{shown}` has the format {format}, this dcrsync reads {FORMAT}"
        ))
        .hint("make the plan with the dcrsync that applies it"));
    }
    serde_json::from_slice(&text).map_err(unreadable)
}

/// The document that a saved plan was made for, unless others were given by hand.
pub(super) fn document(plan: &SavedPlan, given: &DocumentArgs) -> DocumentArgs {
    let mut document = given.clone();
    if document.files.is_empty() {
        document.files = plan.files.iter().map(PathBuf::from).collect();
    }
    if document.vars.is_empty() {
        let vars = plan.vars.iter();
        document.vars = vars
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
    }
    document
}
