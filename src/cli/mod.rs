//! Floor 5: the commands, one file each.
//!
//! A command is an `Args` struct, whose doc comment is its help, and a `run` function. Results go to
//! standard output and everything else to standard error ([`Screen`](screen::Screen)); what a command
//! gives up with is a [`CliError`](error::CliError), and [`exit`] has the only table of exit codes.
//! Only this floor reads the environment, looks at the terminal and asks questions.

mod alert;
mod apply;
mod carry;
mod command;
mod completions;
mod confirm;
pub mod diagnostics;
mod drift;
mod embedded;
mod error;
mod exit;
mod findings;
mod harden;
mod history;
mod init;
mod interrupt;
mod logging;
mod looking;
mod man;
mod options;
mod page_tls;
mod plan;
mod progress;
mod report;
mod result;
mod rotate;
pub mod sandbox;
mod saved;
mod schema;
mod screen;
mod secrets;
mod session;
mod show;
mod stand_in;
mod validate;
mod verdicts;
mod verify;
mod watch;

use std::ffi::OsString;
use std::process::ExitCode;
use std::time::Duration;

use clap::{CommandFactory, Parser};

use command::Cli;
use error::CliError;
use exit::Exit;

/// The whole command line, for those who list it: manual pages, and tests that hold every command.
pub fn command() -> clap::Command {
    Cli::command()
}

/// Runs the command line and tells the exit code; the first argument is the program's name.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    harden::process();
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(told) => {
            // where nothing can be printed, nobody can be told that either
            let _ = told.print();
            // of a mistake clap would say 2, which means changes here
            let mistaken = told.use_stderr();
            return if mistaken { Exit::Error } else { Exit::Fine }.into();
        }
    };
    let screen = cli.global.screen();
    logging::start(&cli.global, screen);
    execute(cli).map_or_else(
        |error| {
            screen.error(&error);
            error.exit().into()
        },
        ExitCode::from,
    )
}

fn execute(cli: Cli) -> Result<Exit, CliError> {
    let runtime = tokio::runtime::Runtime::new()
        .map_err(|source| CliError::new(source).hint("the system lets no more threads start"))?;
    let exit = runtime.block_on(cli.command.run(cli.global.screen()));
    // a thread that still waits for a disk or a name server must not hold the process
    runtime.shutdown_timeout(Duration::from_millis(200));
    exit
}

#[cfg(test)]
mod tests;
