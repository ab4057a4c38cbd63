//! What a command gives up with, and how that is told. All conversions are here.

use std::error::Error;
use std::io;

use super::confirm::NoTerminal;
use super::exit::Exit;
use super::sandbox::SandboxCommandError;
use crate::base::printable;
use crate::daemon::alerts::{DeskError, Unusable};
use crate::daemon::store::StoreError;
use crate::engine::input::InputError;
use crate::engine::{EngineError, ExitKind};
use crate::plan::OtherPlan;
use crate::sandbox::SandboxError;

/// An error with the exit code that it ends the run with and ways out for a person.
#[derive(Debug)]
pub(super) struct CliError {
    /// Picks the exit code.
    pub(super) kind: ErrorKind,
    /// What happened.
    pub(super) source: Box<dyn Error + Send + Sync>,
    /// What a person can do about it.
    pub(super) hints: Vec<String>,
}

/// The classes of errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ErrorKind {
    /// A bad document, bad arguments, or a vendor that refused.
    Error,
    /// A vendor could not be reached, or would not let us in.
    Unreachable,
    /// A guard said no.
    Refused,
}

/// Something that is wrong and needs no more than a sentence.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Sentence(String);

/// A file could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {what}")]
struct Write {
    what: String,
    source: io::Error,
}

/// What was tried when something went wrong.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
struct About {
    what: String,
    source: Box<dyn Error + Send + Sync>,
}

impl CliError {
    /// An error of the first class.
    pub(super) fn new(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            kind: ErrorKind::Error,
            source: source.into(),
            hints: Vec::new(),
        }
    }

    /// An error that needs no more than a sentence.
    pub(super) fn sentence(text: impl Into<String>) -> Self {
        Self::new(Sentence(text.into()))
    }

    /// A place that cannot be written to.
    pub(super) fn write(what: impl Into<String>, source: io::Error) -> Self {
        let what = what.into();
        Self::new(Write { what, source })
    }

    /// Says what was tried.
    #[must_use]
    pub(super) fn about(self, what: impl Into<String>) -> Self {
        let what = what.into();
        let source = self.source;
        Self {
            source: Box::new(About { what, source }),
            ..self
        }
    }

    /// Puts it into another class.
    #[must_use]
    pub(super) fn kind(mut self, kind: ErrorKind) -> Self {
        self.kind = kind;
        self
    }

    /// Adds a way out.
    #[must_use]
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds ways out.
    #[must_use]
    pub(super) fn hints(mut self, hints: impl IntoIterator<Item = String>) -> Self {
        self.hints.extend(hints);
        self
    }

    /// The exit code.
    pub(super) fn exit(&self) -> Exit {
        match self.kind {
            ErrorKind::Error => Exit::Error,
            ErrorKind::Unreachable => Exit::Unreachable,
            ErrorKind::Refused => Exit::Refused,
        }
    }

    /// The errors behind it, nearest first.
    fn causes(&self) -> Vec<String> {
        causes(self.source.as_ref())
    }

    /// For a person; the first word is coloured.
    pub(super) fn text(&self) -> String {
        let red = anstyle::AnsiColor::Red.on_default().bold();
        let cyan = anstyle::AnsiColor::Cyan.on_default();
        let error = printable(&self.source.to_string()).into_owned();
        let mut lines = vec![format!("{red}error:{red:#} {error}\n")];
        let causes = self.causes();
        lines.extend(
            causes
                .iter()
                .map(|cause| format!("  caused by: {}\n", printable(cause))),
        );
        lines.extend(
            self.hints
                .iter()
                .map(|hint| format!("{cyan}hint:{cyan:#} {}\n", printable(hint))),
        );
        lines.concat()
    }

    /// For a script.
    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::json!({
            "level": "ERROR",
            "error": self.source.to_string(),
            "causes": self.causes(),
            "hints": self.hints,
            "exit": self.exit() as u8,
        })
    }
}

/// The errors behind one, nearest first.
pub(super) fn causes(error: &(dyn Error + 'static)) -> Vec<String> {
    std::iter::successors(error.source(), |error| (*error).source())
        .map(ToString::to_string)
        .collect()
}

impl From<InputError> for CliError {
    fn from(error: InputError) -> Self {
        let hint = error.hint();
        Self::new(error).hints(hint.map(str::to_owned))
    }
}

impl From<NoTerminal> for CliError {
    fn from(error: NoTerminal) -> Self {
        Self::new(error).hint("give `--auto-approve` to apply without being asked")
    }
}

impl From<EngineError> for CliError {
    fn from(error: EngineError) -> Self {
        let kind = match error.exit_kind() {
            ExitKind::Error => ErrorKind::Error,
            ExitKind::Unreachable => ErrorKind::Unreachable,
            ExitKind::Refused => ErrorKind::Refused,
        };
        let hints = error.hints();
        Self::new(error).kind(kind).hints(hints)
    }
}

impl From<DeskError> for CliError {
    fn from(error: DeskError) -> Self {
        let hint = error.hint();
        Self::new(error).hint(hint)
    }
}

impl From<StoreError> for CliError {
    fn from(error: StoreError) -> Self {
        let hint = error.hint();
        Self::new(error).hint(hint)
    }
}

impl From<Unusable> for CliError {
    fn from(error: Unusable) -> Self {
        let hint = error.hint();
        Self::new(error).hint(hint)
    }
}

impl From<OtherPlan> for CliError {
    fn from(error: OtherPlan) -> Self {
        let hint = format!(
            "look at the plan again; to allow exactly this one: `--allow-deletes {}`",
            error.now
        );
        Self::new(error).kind(ErrorKind::Refused).hint(hint)
    }
}

impl From<SandboxError> for CliError {
    fn from(error: SandboxError) -> Self {
        Self::new(error).about("the sandbox cannot run")
    }
}

impl From<SandboxCommandError> for CliError {
    fn from(error: SandboxCommandError) -> Self {
        Self::new(error)
    }
}
