//! `dcrsync alert`: what concerns those who are told of drift and failures.

mod test;

use clap::{Args, Subcommand};

use super::error::CliError;
use super::exit::Exit;
use super::screen::Screen;

/// Looks after those who are told of drift and failures.
#[derive(Debug, Args)]
#[command(after_help = test::EXAMPLES)]
pub(super) struct AlertArgs {
    #[command(subcommand)]
    command: AlertCommand,
}

#[derive(Debug, Subcommand)]
enum AlertCommand {
    Test(test::TestArgs),
}

pub(super) async fn run(args: AlertArgs, screen: Screen) -> Result<Exit, CliError> {
    match args.command {
        AlertCommand::Test(args) => Box::pin(test::run(args, screen)).await,
    }
}
