use std::path::{Path, PathBuf};

use crate::base::{Count, Report, Severity, SourceMap};
use crate::config::{Input, Vars};
use crate::engine::input::{self, InputError};
use crate::engine::{self, Checked, Loaded};

/// Where one document comes from.
#[derive(Debug, Clone)]
pub struct Source {
    /// Its files or folders, as they were given; none for the nearest `dcrsync.yaml`.
    pub files: Vec<PathBuf>,
    /// The values of its variables.
    pub vars: Vars,
    /// The folder that paths are relative to.
    pub here: PathBuf,
}

/// A document that can be used.
#[derive(Debug)]
pub struct Read {
    /// The texts.
    pub sources: SourceMap,
    /// The document.
    pub checked: Checked,
}

impl Source {
    /// Reads and checks; what is wrong comes as text, a finding to a line.
    pub fn read(&self) -> Result<Read, String> {
        self.check(&input::read(&self.files, &self.here))
    }

    /// Checks what was read.
    pub fn check(&self, inputs: &Result<Vec<Input>, InputError>) -> Result<Read, String> {
        let inputs = inputs.as_ref().map_err(|error| chain(error))?.clone();
        let Loaded {
            sources,
            report,
            checked,
        } = engine::load(inputs, &self.vars);
        match checked {
            Some(checked) => Ok(Read { sources, checked }),
            None => Err(findings(&report, &sources)),
        }
    }

    /// What is to be watched although the document cannot be read.
    pub fn places(&self) -> Vec<PathBuf> {
        if self.files.is_empty() {
            return vec![self.here.join(input::DEFAULT)];
        }
        self.files.iter().map(|file| self.here.join(file)).collect()
    }
}

/// The findings that refuse a document, a line each.
pub(super) fn findings(report: &Report, sources: &SourceMap) -> String {
    let errors = report.count(Severity::Error);
    let mut lines = vec![format!("the document has {}:", Count::of(errors, "error"))];
    for found in report.sorted() {
        if found.severity != Severity::Error {
            continue;
        }
        let place = found
            .span()
            .map_or_else(String::new, |span| format!("{}: ", sources.locate(span)));
        let help = found.help.iter().map(|help| format!("; {help}"));
        let help: String = help.collect();
        lines.push(format!("{place}{} [{}]{help}", found.message, found.code));
    }
    lines.join("\n")
}

/// An error with its reasons, in one line.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut reason = error.source();
    while let Some(error) = reason {
        text.push_str(": ");
        text.push_str(&error.to_string());
        reason = error.source();
    }
    text
}

/// A path as the page shows it.
pub(super) fn shown(path: &Path) -> String {
    path.display().to_string()
}
