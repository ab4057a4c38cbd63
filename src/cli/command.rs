use clap::{Parser, Subcommand};

use super::error::CliError;
use super::exit::{EXIT_CODES, Exit};
use super::options::GlobalArgs;
use super::screen::Screen;
use super::{
    alert, apply, completions, drift, history, init, man, plan, rotate, sandbox, schema, secrets,
    validate, verify, watch,
};

/// Makes Okta and Kong Konnect agree with one YAML document.
///
/// One document declares what both systems must look like so that developers can register
/// applications by Dynamic Client Registration. dcrsync shows the difference and applies it.
#[derive(Debug, Parser)]
#[command(
    name = "dcrsync",
    version,
    max_term_width = 100,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "Begin with `dcrsync init`, then `dcrsync plan --sandbox`: no account is needed.",
    after_long_help = EXIT_CODES
)]
pub(super) struct Cli {
    #[command(flatten)]
    pub(super) global: GlobalArgs,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Init(init::InitArgs),
    Validate(validate::ValidateArgs),
    Plan(plan::PlanArgs),
    Apply(apply::ApplyArgs),
    Verify(verify::VerifyArgs),
    Drift(drift::DriftArgs),
    Watch(watch::WatchArgs),
    Rotate(rotate::RotateArgs),
    Secrets(secrets::SecretsArgs),
    Alert(alert::AlertArgs),
    History(history::HistoryArgs),
    Sandbox(sandbox::SandboxArgs),
    Schema(schema::SchemaArgs),
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
}

impl Command {
    pub(super) async fn run(self, screen: Screen) -> Result<Exit, CliError> {
        match self {
            Self::Init(args) => init::run(&args, screen),
            Self::Validate(args) => validate::run(&args, screen),
            Self::Plan(args) => Box::pin(plan::run(args, screen)).await,
            Self::Apply(args) => Box::pin(apply::run(args, screen)).await,
            Self::Verify(args) => Box::pin(verify::run(args, screen)).await,
            Self::Drift(args) => Box::pin(drift::run(args, screen)).await,
            Self::Watch(args) => Box::pin(watch::run(args, screen)).await,
            Self::Rotate(args) => Box::pin(rotate::run(args, screen)).await,
            Self::Secrets(args) => Box::pin(secrets::run(args, screen)).await,
            Self::Alert(args) => Box::pin(alert::run(args, screen)).await,
            Self::History(args) => history::run(&args, screen),
            Self::Sandbox(args) => {
                sandbox::run(args).await?;
                Ok(Exit::Fine)
            }
            Self::Schema(args) => schema::run(&args, screen),
            Self::Completions(args) => completions::run(&args, screen),
            Self::Man(args) => man::run(&args, screen),
        }
    }
}
