//! Options that several commands share.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anstream::ColorChoice;
use clap::{ArgAction, Args, ValueEnum};
use jiff::SignedDuration;

use super::error::CliError;
use super::screen::Screen;
use crate::base::{Address, Suggestion};
use crate::config::{Interval, Vars};
use crate::kinds;

const DOCUMENT: &str = "Document";
const GLOBAL: &str = "Global options";

/// Options of every command.
#[derive(Debug, Clone, Args)]
pub(super) struct GlobalArgs {
    /// Logs more to standard error: `-v` what is done, `-vv` each request.
    #[arg(short, long, global = true, help_heading = GLOBAL, action = ArgAction::Count)]
    pub(super) verbose: u8,
    /// Prints nothing but results and errors.
    #[arg(short, long, global = true, help_heading = GLOBAL, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    /// Prints without colours; so do `NO_COLOR` and a pipe.
    #[arg(long, global = true, help_heading = GLOBAL)]
    pub(super) no_color: bool,
    /// The form of logs, errors and findings on standard error.
    #[arg(long, global = true, help_heading = GLOBAL, value_name = "FORMAT", default_value = "text")]
    pub(super) log_format: LogFormat,
}

/// The form of what goes to standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum LogFormat {
    /// For a person.
    Text,
    /// One JSON object to a line.
    Json,
}

/// The form of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Output {
    /// For a person.
    Text,
    /// For a script.
    Json,
}

/// Which files make the document, and the values of its variables.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct DocumentArgs {
    /// A file of the document, or a folder of them; without it `dcrsync.yaml` here or above.
    ///
    /// May be repeated: all files together are one document. Of a folder, each `*.yaml` and `*.yml` is
    /// read but those of SOPS.
    #[arg(short, long = "file", value_name = "FILE|DIR", help_heading = DOCUMENT)]
    pub(super) files: Vec<PathBuf>,
    /// The value of a variable of the document; may be repeated, and goes before `DCRSYNC_VAR_<NAME>`.
    #[arg(long = "var", value_name = "NAME=VALUE", value_parser = variable, help_heading = DOCUMENT)]
    pub(super) vars: Vec<(String, String)>,
}

/// How the vendors are met.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct VendorArgs {
    /// Limits the run to this object and what it waits for; may be repeated.
    #[arg(long = "target", value_name = "ADDRESS", value_parser = target)]
    pub(super) targets: Vec<Address>,
    /// Takes over objects that another document, or kongctl, has marked as its own.
    #[arg(long)]
    pub(super) take_over: bool,
    /// Uses the embedded sandbox instead of the vendors; its state is kept in `.dcrsync/sandbox.json`.
    #[arg(long)]
    pub(super) sandbox: bool,
}

impl VendorArgs {
    /// The options as they have to be given again, ` --sandbox`.
    pub(super) fn given(&self) -> String {
        let targets = self.targets.iter();
        let targets = targets.map(|target| format!(" --target {}", word(target.as_str())));
        let take_over = self.take_over.then(|| " --take-over".to_owned());
        let sandbox = self.sandbox.then(|| " --sandbox".to_owned());
        targets.chain(take_over).chain(sandbox).collect()
    }
}

impl GlobalArgs {
    /// Where the command speaks to.
    pub(super) fn screen(&self) -> Screen {
        Screen {
            quiet: self.quiet,
            format: self.log_format,
            colour: if self.no_color {
                ColorChoice::Never
            } else {
                ColorChoice::Auto
            },
        }
    }
}

/// The environment variables that give values to the document's variables begin so.
const PREFIX: &str = "DCRSYNC_VAR_";

/// A path as a shell takes it.
pub(super) fn quoted(path: &Path) -> String {
    word(&path.display().to_string())
}

/// A word as a shell takes it.
fn word(text: &str) -> String {
    let plain = |one: char| one.is_alphanumeric() || "/._-+:@%,=".contains(one);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

impl DocumentArgs {
    /// The files and variables as they have to be given again, ` -f a.yaml --var env=prod`.
    pub(super) fn given(&self) -> String {
        let files = self.files.iter();
        let files = files.map(|file| format!(" -f {}", quoted(file)));
        let vars = self.vars.iter();
        let vars = vars.map(|(name, value)| format!(" --var {}", word(&format!("{name}={value}"))));
        files.chain(vars).collect()
    }

    /// The values of variables, from the command line and from an environment.
    pub(super) fn vars(
        &self,
        environment: impl IntoIterator<Item = (std::ffi::OsString, std::ffi::OsString)>,
    ) -> Result<Vars, CliError> {
        let mut vars = Vars {
            flags: self.vars.iter().cloned().collect(),
            environment: BTreeMap::new(),
        };
        for (name, value) in environment {
            let Some(name) = name.to_str().and_then(|name| name.strip_prefix(PREFIX)) else {
                continue;
            };
            let value = value.into_string().map_err(|_| {
                CliError::sentence(format!("the value of `{PREFIX}{name}` is not UTF-8"))
            })?;
            vars.environment.insert(name.to_owned(), value);
        }
        Ok(vars)
    }
}

fn variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("expected `NAME=VALUE`, such as `env=prod`".to_owned()),
    }
}

pub(super) fn target(text: &str) -> Result<Address, String> {
    let address: Address = text
        .parse()
        .map_err(|error: crate::base::AddressError| error.to_string())?;
    if kinds::find(address.kind()).is_some() {
        return Ok(address);
    }
    let names = kinds::infos().into_iter().map(|kind| kind.name.as_str());
    let near = Suggestion::find(address.kind(), names);
    let near = near.map_or(String::new(), |near| format!("; {near}"));
    Err(format!("there is no kind `{}`{near}", address.kind()))
}

/// A length of time, `24h` or `90d`.
pub(super) fn length(text: &str) -> Result<SignedDuration, String> {
    let time = Interval::parse(text).ok_or("expected a length of time, such as `24h` or `90d`")?;
    SignedDuration::try_from(time.duration()).map_err(|error| error.to_string())
}
