//! `dcrsync validate`: everything that can be said without asking a vendor.

use clap::ValueEnum;

use super::error::CliError;
use super::exit::Exit;
use super::options::DocumentArgs;
use super::screen::Screen;
use super::{diagnostics, findings, session};
use crate::base::{Count, Severity};

/// Checks the document without asking anybody: no network, no secrets.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ValidateArgs {
    #[command(flatten)]
    document: DocumentArgs,
    /// The form of the result.
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: Output,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Output {
    /// For a person: findings with the lines that they are about.
    Text,
    /// For a script.
    Json,
    /// For a workflow of GitHub: findings as annotations.
    Github,
}

const EXAMPLES: &str = "\
Examples:
  dcrsync validate
  dcrsync validate -f common.yaml -f prod/ --var env=prod
  dcrsync validate --output json | jq '.diagnostics[].code'";

pub(super) fn run(args: &ValidateArgs, screen: Screen) -> Result<Exit, CliError> {
    let (loaded, _) = session::load(&args.document)?;
    let (report, sources) = (&loaded.report, &loaded.sources);
    let exit = if report.has_errors() {
        Exit::Error
    } else {
        Exit::Fine
    };
    match args.output {
        Output::Text => {
            findings::tell(report, sources, screen);
            if let Some(checked) = &loaded.checked {
                let objects = Count::of(checked.declared.len(), "object");
                let files = Count::of(sources.iter().count(), "file");
                screen.print(&format!(
                    "The document `{}` is valid: {objects} in {files}.\n",
                    checked.settings.name.value
                ))?;
            }
        }
        Output::Json => screen.print_json(&serde_json::json!({
            "format": 1,
            "valid": exit == Exit::Fine,
            "errors": report.count(Severity::Error),
            "warnings": report.count(Severity::Warning),
            "diagnostics": diagnostics::json(report, sources),
        }))?,
        Output::Github => screen.print(&findings::annotations(report, sources))?,
    }
    Ok(exit)
}
