//! The thin binary.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use dcrsync::cli::sandbox;

/// Makes Okta and Kong Konnect agree with one YAML document.
#[derive(Debug, Parser)]
#[command(name = "dcrsync", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Sandbox(sandbox::SandboxArgs),
}

#[tokio::main]
async fn main() -> ExitCode {
    let Command::Sandbox(args) = Arguments::parse().command;
    sandbox::run(args).await.unwrap_or_else(|error| {
        let mut source: Option<&dyn std::error::Error> = Some(&error);
        let mut prefix = "error";
        while let Some(error) = source {
            eprintln!("{prefix}: {error}");
            (prefix, source) = ("  because", error.source());
        }
        ExitCode::FAILURE
    })
}
