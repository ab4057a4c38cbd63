//! `dcrsync secrets`: what is known of the document's secrets; never a secret.

mod status;

use clap::{Args, Subcommand};

use super::error::CliError;
use super::exit::Exit;
use super::screen::Screen;

/// Looks after the secrets that the document names.
#[derive(Debug, Args)]
#[command(after_help = status::EXAMPLES)]
pub(super) struct SecretsArgs {
    #[command(subcommand)]
    command: SecretsCommand,
}

#[derive(Debug, Subcommand)]
enum SecretsCommand {
    Status(status::StatusArgs),
}

pub(super) async fn run(args: SecretsArgs, screen: Screen) -> Result<Exit, CliError> {
    match args.command {
        SecretsCommand::Status(args) => Box::pin(status::run(args, screen)).await,
    }
}
