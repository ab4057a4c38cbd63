use std::sync::Arc;

use crate::base::{CredentialStore, CredentialTarget, Credentials, Scrubber, Secret, StoreError};

/// A store that makes known every secret that passes it, so that no vendor's text can show one.
#[derive(Debug)]
pub(super) struct Keeper<S> {
    store: S,
    scrubber: Arc<Scrubber>,
}

impl<S> Keeper<S> {
    pub(super) fn new(store: S, scrubber: Arc<Scrubber>) -> Self {
        Self { store, scrubber }
    }
}

impl<S: CredentialStore> CredentialStore for Keeper<S> {
    fn prove(&self, target: &CredentialTarget) -> Result<(), StoreError> {
        self.store.prove(target)
    }

    fn begin(&self, target: &CredentialTarget, secret: &Secret) -> Result<(), StoreError> {
        self.scrubber.learn(secret);
        self.store.begin(target, secret)
    }

    fn put(&self, target: &CredentialTarget, credentials: &Credentials) -> Result<(), StoreError> {
        self.scrubber.learn(&credentials.client_secret);
        self.store.put(target, credentials)
    }

    fn get(&self, target: &CredentialTarget) -> Result<Option<Credentials>, StoreError> {
        let found = self.store.get(target)?;
        if let Some(credentials) = &found {
            self.scrubber.learn(&credentials.client_secret);
        }
        Ok(found)
    }
}
