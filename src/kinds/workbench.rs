//! Builds tasks for the tests of the kinds.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::base::{
    CredentialStore, CredentialTarget, Credentials, Fingerprint, KindName, Secret, Span,
    StoreError, Value,
};
use crate::kinds::{Objects, Task};
use crate::plan::{Desired, Live};

/// One task and all that it borrows.
pub(super) struct Workbench {
    desired: Desired,
    changed: Vec<&'static str>,
    objects: Objects,
    secrets: BTreeMap<&'static str, Secret>,
}

struct NoStore;

impl CredentialStore for NoStore {
    fn prove(&self, _: &CredentialTarget) -> Result<(), StoreError> {
        Ok(())
    }

    fn begin(&self, _: &CredentialTarget, _: &Secret) -> Result<(), StoreError> {
        Ok(())
    }

    fn put(&self, _: &CredentialTarget, _: &Credentials) -> Result<(), StoreError> {
        Ok(())
    }

    fn get(&self, _: &CredentialTarget) -> Result<Option<Credentials>, StoreError> {
        Ok(None)
    }
}

impl Workbench {
    /// Wants an object with these fields and nothing else.
    pub(super) fn new<const N: usize>(
        kind: KindName,
        key: &str,
        fields: [(&'static str, Value); N],
    ) -> Self {
        let mut desired = Desired::new(kind, key, Span::default());
        desired.fields.extend(fields);
        Self {
            desired,
            changed: Vec::new(),
            objects: Objects::default(),
            secrets: BTreeMap::new(),
        }
    }

    /// Names a field that differs.
    pub(super) fn changes(mut self, field: &'static str) -> Self {
        self.changed.push(field);
        self
    }

    /// Gives a field its secret, with the text `plain` and the fingerprint `print`.
    pub(super) fn secret(mut self, field: &'static str) -> Self {
        let print = Fingerprint("print".to_owned());
        let value = Value::Fingerprint(print);
        self.desired.fields.insert(field, value);
        self.secrets.insert(field, Secret::new("plain"));
        self
    }

    /// Adds another live object.
    pub(super) fn object(self, kind: KindName, key: &str, id: &str) -> Self {
        self.objects
            .insert(kind.at(key), Live::new(kind, id, Json::Null));
        self
    }

    /// The task.
    pub(super) fn task(&self) -> Task<'_> {
        Task {
            desired: &self.desired,
            changed: &self.changed,
            objects: &self.objects,
            secrets: &self.secrets,
            siblings: &[],
            rotation: None,
            document: "payments",
            store: &NoStore,
        }
    }
}
