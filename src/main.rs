//! The thin binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    dcrsync::cli::run(std::env::args_os())
}
