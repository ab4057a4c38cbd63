use std::io::{self, Write};

use anstream::{AutoStream, ColorChoice};
use serde_json::json;

use super::error::CliError;
use super::options::LogFormat;

/// Where a command speaks to: results to standard output, everything else to standard error.
#[derive(Debug, Clone, Copy)]
pub(super) struct Screen {
    /// Says no more than results and errors.
    pub(super) quiet: bool,
    /// In which form errors and findings are told.
    pub(super) format: LogFormat,
    /// Whether colours are shown; what is printed is coloured and stripped here.
    pub(super) colour: ColorChoice,
}

impl Screen {
    /// Prints a result; colours are left out where standard output shows none.
    pub(super) fn print(self, text: &str) -> Result<(), CliError> {
        let mut out = AutoStream::new(io::stdout().lock(), self.colour);
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            // the reader has seen enough, as with `| head`
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            done => done.map_err(|source| CliError::write("to standard output", source)),
        }
    }

    /// Prints a result for machines.
    pub(super) fn print_json(self, value: &serde_json::Value) -> Result<(), CliError> {
        self.print(&format!("{value:#}\n"))
    }

    /// Tells a person something besides the result.
    pub(super) fn tell(self, text: &str) {
        if !self.quiet {
            self.say(text);
        }
    }

    /// Tells something that must be heard.
    pub(super) fn say(self, text: &str) {
        match self.format {
            LogFormat::Text => self.write(text),
            LogFormat::Json => {
                let bare = anstream::adapter::strip_str(text).to_string();
                for line in bare.lines().filter(|line| !line.trim().is_empty()) {
                    self.say_json(&json!({ "level": "INFO", "message": line }));
                }
            }
        }
    }

    /// Tells a machine something, on one line.
    pub(super) fn say_json(self, value: &serde_json::Value) {
        self.write(&format!("{value}\n"));
    }

    fn write(self, text: &str) {
        // where nothing can be told, nobody can be told that either
        let _ = self.stderr().write_all(text.as_bytes());
    }

    /// Standard error, for who writes there itself.
    pub(super) fn stderr(self) -> AutoStream<io::Stderr> {
        AutoStream::new(io::stderr(), self.colour)
    }

    /// Tells why the command gave up.
    pub(super) fn error(self, error: &CliError) {
        match self.format {
            LogFormat::Text => self.say(&error.text()),
            LogFormat::Json => self.say_json(&error.json()),
        }
    }
}
