use std::path::PathBuf;

use super::Shared;
use crate::base::Address;
use crate::base::{SourceMap, matches_pattern};
use crate::config::{Mode, Settings};
use crate::daemon::source::{Read, chain};
use crate::engine::{Engine, Options};

/// The document that is in force: the last one that could be used.
pub struct InForce {
    pub(super) sources: SourceMap,
    pub(super) engine: Engine,
}

/// Which mode holds for an object.
#[derive(Debug, Clone, Copy)]
pub struct Holding<'a> {
    settings: &'a Settings,
    over: Option<Mode>,
}

impl<'a> Holding<'a> {
    /// The document's modes, or one in place of them all.
    pub fn new(settings: &'a Settings, over: Option<Mode>) -> Self {
        Self { settings, over }
    }

    /// The mode of an object: the first override that fits, else the document's.
    pub fn of(&self, address: &Address) -> Mode {
        let watch = &self.settings.watch;
        let overrides = watch.overrides.iter();
        let mut fitting =
            overrides.filter(|(pattern, _)| matches_pattern(pattern, address.as_str()));
        match fitting.next() {
            Some((_, mode)) if self.over != Some(Mode::Detect) => *mode,
            Some(_) | None => self.over.unwrap_or(watch.mode),
        }
    }

    /// Tells whether anything may be written at all.
    pub fn ever_applies(&self) -> bool {
        if self.over == Some(Mode::Detect) {
            return false;
        }
        let watch = &self.settings.watch;
        let mut modes = watch.overrides.values();
        self.over.unwrap_or(watch.mode) == Mode::Apply || modes.any(|mode| *mode == Mode::Apply)
    }
}

impl InForce {
    /// Reads the document's secrets and prepares the clients; what is wrong comes as text.
    pub(super) fn open(read: Read, shared: &Shared) -> Result<Self, String> {
        let Read {
            sources,
            mut checked,
        } = read;
        if let Some(adapt) = &shared.adapt {
            adapt(&mut checked);
        }
        let options = Options {
            environment: shared.environment.clone(),
            addresses: shared.addresses.clone(),
            take_over: false,
            fingerprint: crate::secrets::fingerprint,
            http: shared.http.clone(),
        };
        let engine = Engine::open(checked, &sources, options);
        let engine = engine.map_err(|error| {
            let hints = error
                .hints()
                .into_iter()
                .map(|hint| format!("\nhelp: {hint}"));
            let hints: String = hints.collect();
            format!("{}{hints}", chain(&error))
        })?;
        Ok(Self { sources, engine })
    }

    /// The document's name.
    pub fn name(&self) -> &str {
        &self.engine.checked().settings.name
    }

    /// What is no kind's section.
    pub fn settings(&self) -> &Settings {
        &self.engine.checked().settings
    }

    /// The engine that serves it.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The texts, for places.
    pub fn sources(&self) -> &SourceMap {
        &self.sources
    }

    /// The files that a change of which is a change of the document.
    pub fn files(&self) -> Vec<PathBuf> {
        let texts = self.sources.iter();
        let texts = texts.map(|(_, source)| PathBuf::from(&source.name));
        texts.chain(self.engine.files()).collect()
    }
}
