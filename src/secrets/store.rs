use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;

use super::kept::{CLIENT_ID, CLIENT_SECRET, Kept, Leaves};
use super::replace::{probe, read, replace};
use super::sops::{Format, Plan, SopsFile, config_of, create, edit, make, plan_for, sealed};
use super::source::open;
use super::{SecretError, Secrets};
use crate::base::{CredentialStore, CredentialTarget, Credentials, FileId, Secret, StoreError};

/// Keeps credentials in SOPS files, both parts encrypted.
///
/// A file that does not exist is made by the creation rules of `.sops.yaml`, or else for those who
/// can open the first of `secrets.files`.
pub struct SopsStore {
    secrets: Arc<Secrets>,
    folder: Box<dyn Fn(FileId) -> PathBuf + Send + Sync>,
    kept: Kept,
}

impl SopsStore {
    /// Takes the document's secrets, and the folder of each of its files.
    pub fn new(
        secrets: Arc<Secrets>,
        folder: impl Fn(FileId) -> PathBuf + Send + Sync + 'static,
    ) -> Self {
        Self {
            secrets,
            folder: Box::new(folder),
            kept: Kept::default(),
        }
    }

    fn file(&self, target: &CredentialTarget) -> PathBuf {
        (self.folder)(target.span.file).join(&target.file)
    }

    /// What the file would become; `None` when the credentials are in it already.
    fn edit(
        &self,
        file: &Path,
        bytes: Option<&[u8]>,
        target: &CredentialTarget,
        client_id: Option<&str>,
        client_secret: &Secret,
    ) -> Result<Option<String>, SecretError> {
        let failed = |file: &Path| {
            let file = file.to_owned();
            move |source| SecretError::Sops { file, source }
        };
        let id = client_id.map(Secret::new);
        let paths = [CLIENT_ID, CLIENT_SECRET].map(|leaf| format!("{}.{leaf}", target.path));
        let [id_path, secret_path] = &paths;
        let id = id.as_ref().map(|id| (id_path.as_str(), id));
        let secret = Some((secret_path.as_str(), client_secret));
        let values: Vec<(&str, &Secret)> = id.into_iter().chain(secret).collect();
        let now = Timestamp::now();
        let keyring = self.secrets.keyring();
        if let Some(bytes) = bytes {
            let before = SopsFile::open(file, bytes, keyring).map_err(failed(file))?;
            Leaves::of(&before).credentials(file, &target.path)?;
            return edit(bytes, &before, &sealed(&values), now).map_err(failed(file));
        }
        let plan = self.plan(file, &values)?;
        let environment = keyring.environment();
        let text =
            make(Format::of(file), &plan, &values, environment, now).map_err(failed(file))?;
        // made for others, but readable by us: else the next run could not go on
        SopsFile::open(file, text.as_bytes(), keyring).map_err(failed(file))?;
        Ok(Some(text))
    }

    /// Whom a new file is for: the creation rule of `.sops.yaml`, or else as the first SOPS file is.
    fn plan(&self, file: &Path, values: &[(&str, &Secret)]) -> Result<Plan, SecretError> {
        let keyring = self.secrets.keyring();
        // the rules go by paths, so links and dots must be gone
        let whole = std::path::absolute(file).map_err(|source| SecretError::Read {
            file: file.to_owned(),
            source,
        })?;
        let whole = whole
            .parent()
            .and_then(|folder| fs::canonicalize(folder).ok())
            .zip(whole.file_name())
            .map_or(whole.clone(), |(folder, name)| folder.join(name));
        if let Some(config) = config_of(&whole, keyring.environment()) {
            let bytes = read(&config)?;
            let content = String::from_utf8_lossy(&bytes);
            let plan = plan_for(&config, &content, &whole).map_err(|source| SecretError::Sops {
                file: file.to_owned(),
                source,
            })?;
            if let Some(plan) = plan {
                return Ok(plan);
            }
        }
        let reference = self.secrets.files().first();
        let reference = reference.ok_or_else(|| SecretError::NoReference {
            file: file.to_owned(),
        })?;
        Ok(Plan::like(&open(reference, keyring)?).covering(values))
    }

    fn try_prove(&self, target: &CredentialTarget) -> Result<(), SecretError> {
        // never written: the whole edit is done in memory, so whatever would stop it stops it now
        let sample = Secret::new("sample");
        let file = self.file(target);
        let bytes = if file.exists() {
            Some(read(&file)?)
        } else {
            None
        };
        self.edit(&file, bytes.as_deref(), target, Some("sample"), &sample)?;
        probe(&file)
    }

    fn try_put(
        &self,
        target: &CredentialTarget,
        client_id: Option<&str>,
        client_secret: &Secret,
    ) -> Result<(), SecretError> {
        let file = self.file(target);
        let replaced = replace(&file, |bytes| {
            self.edit(&file, bytes, target, client_id, client_secret)
        });
        self.kept.forget(&file);
        replaced
    }

    fn try_get(&self, target: &CredentialTarget) -> Result<Option<Credentials>, SecretError> {
        let file = self.file(target);
        let Ok(about) = fs::metadata(&file) else {
            return Ok(None);
        };
        let keyring = self.secrets.keyring();
        let leaves = self.kept.leaves(&file, &about, || open(&file, keyring))?;
        let half = |missing| SecretError::Half {
            path: target.path.clone(),
            file: file.clone(),
            missing,
        };
        match leaves.credentials(&file, &target.path)? {
            (None, None) => Ok(None),
            (Some(id), Some(secret)) => Ok(Some(Credentials {
                client_id: id.expose().to_owned(),
                client_secret: secret,
            })),
            (None, Some(_)) => Err(half(CLIENT_ID)),
            (Some(_), None) => Err(half(CLIENT_SECRET)),
        }
    }
}

impl std::fmt::Debug for SopsStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SopsStore")
            .field("secrets", &self.secrets)
            .finish_non_exhaustive()
    }
}

impl CredentialStore for SopsStore {
    fn prove(&self, target: &CredentialTarget) -> Result<(), StoreError> {
        self.try_prove(target)
            .map_err(|error| failed(target, error))
    }

    fn begin(&self, target: &CredentialTarget, secret: &Secret) -> Result<(), StoreError> {
        self.try_put(target, None, secret)
            .map_err(|error| failed(target, error))
    }

    fn put(&self, target: &CredentialTarget, credentials: &Credentials) -> Result<(), StoreError> {
        let id = Some(credentials.client_id.as_str());
        self.try_put(target, id, &credentials.client_secret)
            .map_err(|error| failed(target, error))
    }

    fn get(&self, target: &CredentialTarget) -> Result<Option<Credentials>, StoreError> {
        self.try_get(target).map_err(|error| failed(target, error))
    }
}

/// Makes a new SOPS file for age recipients, with values at dotted paths.
pub fn create_file(
    file: &Path,
    recipients: &[String],
    values: &[(&str, &Secret)],
) -> Result<(), SecretError> {
    let failed = |source| SecretError::Sops {
        file: file.to_owned(),
        source,
    };
    replace(file, |bytes| match bytes {
        Some(_) => Err(SecretError::Exists {
            file: file.to_owned(),
        }),
        None => create(file, recipients, values, Timestamp::now())
            .map(Some)
            .map_err(failed),
    })
}

fn failed(target: &CredentialTarget, error: SecretError) -> StoreError {
    StoreError {
        file: target.file.clone(),
        path: target.path.clone(),
        source: Box::new(error),
    }
}
