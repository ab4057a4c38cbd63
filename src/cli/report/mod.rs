//! What a run leaves behind for others: `--report` as JSON, `--junit` for pipelines.
//!
//! The [`Recorder`] is told about each request and each step while they happen, so there is something to
//! write however the run ends.

mod file;
mod json;
mod junit;
mod recorder;

use std::path::PathBuf;

pub(super) use json::schema;
pub(super) use recorder::Recorder;

#[cfg(test)]
pub(super) use junit::escaped;

/// Where the report of the run goes.
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct ReportArgs {
    /// Writes a report of the run: each step, each request, times, outcomes; also of a run that fails.
    ///
    /// JSON; `dcrsync schema --report` prints its schema. The file is replaced as a whole.
    #[arg(long, value_name = "FILE", help_heading = "Report")]
    report: Option<PathBuf>,
    /// Writes the outcome of each step as JUnit XML, which pipelines show as test results.
    #[arg(long, value_name = "FILE", help_heading = "Report")]
    junit: Option<PathBuf>,
}
