use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::EngineError;
use super::load::Checked;
use super::resolve::{Fingerprints, SecretsByField};
use crate::base::{Scrubber, Secret, SecretRef, SourceMap, Span, Value};
use crate::secrets::{Environment, Fingerprinter, Secrets};

/// The secrets of a document and where its files lie.
pub(super) struct Vault {
    pub(super) secrets: Arc<Secrets>,
    pub(super) folders: Vec<PathBuf>,
    sources: SourceMap,
}

impl Vault {
    /// Reads nothing yet.
    pub(super) fn new(checked: &Checked, sources: &SourceMap, environment: &Environment) -> Self {
        let folders: Vec<PathBuf> = sources
            .iter()
            .map(|(_, source)| {
                let path = PathBuf::from(&source.name);
                path.parent().map(PathBuf::from).unwrap_or_default()
            })
            .collect();
        let within = |path: &crate::base::Spanned<String>| {
            let folder = folders
                .get(path.span.file.0 as usize)
                .cloned()
                .unwrap_or_default();
            folder.join(&path.value)
        };
        let settings = &checked.settings.secrets;
        let secrets = Secrets::new(
            settings.files.iter().map(within).collect(),
            settings.key_files.iter().map(within).collect(),
            environment.clone(),
        );
        Self {
            secrets: Arc::new(secrets),
            folders,
            sources: sources.clone(),
        }
    }

    /// A file that the document names, from the folder of the file that names it.
    pub(super) fn within(&self, path: &crate::base::Spanned<String>) -> PathBuf {
        let folder = self.folders.get(path.span.file.0 as usize);
        folder.map_or_else(
            || path.value.clone().into(),
            |folder| folder.join(&path.value),
        )
    }

    pub(super) fn read(
        &self,
        reference: &SecretRef,
        span: Span,
        place: &str,
    ) -> Result<Secret, EngineError> {
        let folder = self
            .folders
            .get(span.file.0 as usize)
            .cloned()
            .unwrap_or_default();
        self.secrets
            .resolve(reference, &folder)
            .map_err(|source| EngineError::Secret {
                reference: reference.clone(),
                place: self.place(place, span),
                source: Box::new(source),
            })
    }

    /// What needs a secret, and where the document says so, as far as that is known.
    fn place(&self, name: &str, span: Span) -> String {
        if span == Span::default() {
            return format!("`{name}`");
        }
        format!("`{name}` ({})", self.sources.locate(span))
    }

    /// All secrets that objects name, with the fingerprints of those that are compared.
    pub(super) fn of_objects(
        &self,
        checked: &Checked,
        scrubber: &Scrubber,
        fingerprint: Fingerprinter,
    ) -> Result<(SecretsByField, Fingerprints), EngineError> {
        let mut all = SecretsByField::new();
        let mut prints = Fingerprints::new();
        for desired in checked.declared.iter().filter(|desired| !desired.absent) {
            let fields = desired.fields.iter().filter_map(|(field, value)| {
                if let Value::Secret(reference) = value {
                    Some((*field, reference))
                } else {
                    None
                }
            });
            let others = desired
                .secrets
                .iter()
                .map(|(field, reference)| (*field, reference));
            let mut known = BTreeMap::new();
            for (field, reference) in fields.chain(others) {
                let place = desired.address.as_str();
                let secret = self.read(reference, desired.span_of(field), place)?;
                scrubber.learn(&secret);
                // slow on purpose, so only for what is compared
                if desired.fields.contains_key(field) {
                    let print = fingerprint(&secret, &checked.settings.name, &desired.address);
                    prints.insert((desired.address.clone(), field), print);
                }
                known.insert(field, secret);
            }
            if !known.is_empty() {
                all.insert(desired.address.clone(), known);
            }
        }
        Ok((all, prints))
    }
}
