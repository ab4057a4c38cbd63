use clap::{Command, CommandFactory};

use crate::cli::command::Cli;

/// The `--help` of a command and of all below it.
fn pages(command: &mut Command, out: &mut Vec<String>) {
    let name = command.get_bin_name().unwrap_or("dcrsync").to_owned();
    out.push(format!("===== {name}\n{}", command.render_long_help()));
    let below: Vec<String> = command
        .get_subcommands()
        .map(|command| command.get_name().to_owned())
        .filter(|name| name != "help")
        .collect();
    for name in below {
        if let Some(command) = command.find_subcommand_mut(name) {
            pages(command, out);
        }
    }
}

#[test]
fn the_whole_command_reference() {
    let mut command = Cli::command().term_width(100);
    command.build();
    let mut out = Vec::new();
    pages(&mut command, &mut out);
    insta::assert_snapshot!("command_reference", out.join("\n"));
}

#[test]
fn the_command_line_is_sound() {
    // clap's own checks: no option twice, every conflict names an argument
    Cli::command().debug_assert();
}

#[test]
fn every_command_has_an_example() {
    for command in Cli::command().get_subcommands() {
        let help = command.get_after_help().map(ToString::to_string);
        let help = help.unwrap_or_default();
        let call = format!("dcrsync {}", command.get_name());
        assert!(help.contains(&call), "no example in `{call} --help`");
    }
}
