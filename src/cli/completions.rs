//! `dcrsync completions`: what a shell needs to complete commands and options.

use clap::CommandFactory;
use clap_complete::Shell;

use super::command::Cli;
use super::error::CliError;
use super::exit::Exit;
use super::screen::Screen;

/// Prints the completion script of a shell.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct CompletionsArgs {
    /// The shell.
    shell: Shell,
}

const EXAMPLES: &str = "\
Examples:
  dcrsync completions bash > /etc/bash_completion.d/dcrsync
  dcrsync completions zsh > \"${fpath[1]}/_dcrsync\"
  dcrsync completions fish > ~/.config/fish/completions/dcrsync.fish";

pub(super) fn run(args: &CompletionsArgs, screen: Screen) -> Result<Exit, CliError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "dcrsync", &mut script);
    screen.print(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Fine)
}
