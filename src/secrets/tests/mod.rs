mod keeping;
mod resolving;

use std::path::PathBuf;
use std::sync::Arc;

use super::sops::generate_identity;
use super::{Environment, SecretError, Secrets, SopsStore, create_file};
use crate::base::{Secret, SecretRef};

/// A folder with an identity, and files that are encrypted to it.
struct Place {
    folder: tempfile::TempDir,
    environment: Environment,
    recipient: String,
}

impl Place {
    fn new() -> Self {
        let (identity, recipient) = generate_identity();
        let variables = [("SOPS_AGE_KEY", identity.expose()), ("OKTA_TOKEN", "00env")];
        Self {
            folder: tempfile::tempdir().expect("a folder"),
            environment: variables.into_iter().collect(),
            recipient,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn file(&self, name: &str, values: &[(&str, &str)]) -> PathBuf {
        let values: Vec<(&str, Secret)> = values
            .iter()
            .map(|(path, value)| (*path, Secret::new(*value)))
            .collect();
        let values: Vec<(&str, &Secret)> = values.iter().map(|(path, v)| (*path, v)).collect();
        let file = self.path(name);
        create_file(&file, std::slice::from_ref(&self.recipient), &values).expect("it is made");
        file
    }

    fn secrets(&self, files: &[PathBuf]) -> Secrets {
        Secrets::new(files.to_vec(), Vec::new(), self.environment.clone())
    }

    fn store(&self, files: &[PathBuf]) -> SopsStore {
        let folder = self.folder.path().to_owned();
        SopsStore::new(Arc::new(self.secrets(files)), move |_| folder.clone())
    }

    fn resolve(&self, files: &[PathBuf], reference: &SecretRef) -> Result<String, SecretError> {
        self.secrets(files)
            .resolve(reference, self.folder.path())
            .map(|secret| secret.expose().to_owned())
    }
}

/// The error with all that stands behind it, as a person would see it.
fn told(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}
