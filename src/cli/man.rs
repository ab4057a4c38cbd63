//! `dcrsync man`: manual pages, made from the same text as `--help`.

use std::path::PathBuf;

use clap::CommandFactory;
use clap_mangen::Man;

use super::command::Cli;
use super::error::CliError;
use super::exit::Exit;
use super::screen::Screen;

/// Prints the manual page, or writes the pages of all commands to a folder.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ManArgs {
    /// Writes `dcrsync.1` and a page for each command into this folder, which is made if needed.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  dcrsync man | man -l -
  dcrsync man --out /usr/local/share/man/man1";

pub(super) fn run(args: &ManArgs, screen: Screen) -> Result<Exit, CliError> {
    let command = Cli::command();
    let Some(folder) = &args.out else {
        let mut page = Vec::new();
        Man::new(command)
            .render(&mut page)
            .map_err(|source| CliError::write("the manual page", source))?;
        screen.print(&String::from_utf8_lossy(&page))?;
        return Ok(Exit::Fine);
    };
    std::fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(command, folder))
        .map_err(|source| CliError::write(format!("to `{}`", folder.display()), source))?;
    screen.tell(&format!("Wrote the pages to `{}`.\n", folder.display()));
    Ok(Exit::Fine)
}
