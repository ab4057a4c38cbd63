use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use serde_json::Value as Json;

use crate::base::{Address, CredentialStore, Credentials, Fingerprint, Secret, StoreError, Value};
use crate::plan::{Desired, Live};

use super::KindError;
use super::client_secret::Rotation;

/// The live objects by address, those made by this run among them.
#[derive(Debug, Default)]
pub struct Objects {
    by_address: RwLock<HashMap<Address, Arc<Live>>>,
}

impl Objects {
    /// Remembers an object.
    pub fn insert(&self, address: Address, live: Live) {
        self.by_address
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(address, Arc::new(live));
    }

    /// Forgets an object that was deleted.
    pub fn remove(&self, address: &Address) {
        self.by_address
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(address);
    }

    /// The object at an address.
    pub fn get(&self, address: &Address) -> Option<Arc<Live>> {
        self.by_address
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(address)
            .cloned()
    }
}

/// One change to be carried out, with all that it needs; there is nothing left to decide.
#[derive(Clone, Copy)]
pub struct Task<'a> {
    /// What is wanted; fields taken from other objects are filled in.
    pub desired: &'a Desired,
    /// The fields that differ; all of them for a create.
    pub changed: &'a [&'static str],
    /// Those of its declared siblings, itself included, that are in their order already.
    pub siblings: &'a [Address],
    /// The other live objects.
    pub objects: &'a Objects,
    /// The secrets that the object's entry names, by field.
    pub secrets: &'a BTreeMap<&'static str, Secret>,
    /// What is done to its client's secrets, where that was asked for.
    pub rotation: Option<&'a Rotation>,
    /// The document's `name`, our owner mark.
    pub document: &'a str,
    /// Where issued credentials go.
    pub store: &'a dyn CredentialStore,
}

impl Task<'_> {
    /// The object's address.
    pub fn address(&self) -> &Address {
        &self.desired.address
    }

    /// Tells whether a field differs.
    pub fn changes(&self, field: &str) -> bool {
        self.changed.contains(&field)
    }

    /// The vendor's id of another object.
    pub fn id(&self, address: &Address) -> Result<String, KindError> {
        self.live(address).map(|live| live.id.clone())
    }

    /// Another live object.
    pub fn live(&self, address: &Address) -> Result<Arc<Live>, KindError> {
        self.objects.get(address).ok_or_else(|| KindError::Missing {
            address: self.address().clone(),
            needed: address.to_string(),
        })
    }

    /// The vendor's id of the object that contains this one.
    pub fn parent_id(&self) -> Result<String, KindError> {
        match &self.desired.parent {
            Some(parent) => self.id(parent),
            None => Err(self.missing("a parent")),
        }
    }

    /// The vendor's id of the object that a field points at; `None` when the field is empty.
    pub fn ref_id(&self, field: &str) -> Result<Option<String>, KindError> {
        match self.desired.field(field) {
            Value::Ref(address) => self.id(address).map(Some),
            Value::Id(_, id) => Ok(Some(id.clone())),
            Value::Null
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Text(_)
            | Value::List(_)
            | Value::Set(_)
            | Value::Map(_)
            | Value::Of(..)
            | Value::Secret(_)
            | Value::Fingerprint(_) => Ok(None),
        }
    }

    /// A declared text, for a field that must have one.
    pub fn text(&self, field: &str) -> Result<&str, KindError> {
        self.desired
            .field(field)
            .as_text()
            .ok_or_else(|| self.missing(field))
    }

    /// The object's name.
    pub fn name(&self) -> &str {
        self.desired.field("name").as_text().unwrap_or_default()
    }

    /// The secret of a field.
    pub fn secret(&self, field: &str) -> Result<&Secret, KindError> {
        self.secrets.get(field).ok_or_else(|| self.missing(field))
    }

    /// The fingerprint of the entry's secret, if it has one.
    pub fn fingerprint(&self) -> Option<&Fingerprint> {
        self.desired.fields.values().find_map(|value| {
            if let Value::Fingerprint(fingerprint) = value {
                Some(fingerprint)
            } else {
                None
            }
        })
    }

    /// Says that something had to be there.
    pub fn missing(&self, needed: &str) -> KindError {
        KindError::Missing {
            address: self.address().clone(),
            needed: needed.to_owned(),
        }
    }

    /// Takes a text out of a vendor's answer.
    pub fn answered<'j>(
        &self,
        answer: &'j Json,
        field: &'static str,
    ) -> Result<&'j str, KindError> {
        answer
            .get(field)
            .and_then(Json::as_str)
            .ok_or_else(|| KindError::Answer {
                address: self.address().clone(),
                field,
            })
    }

    /// The credentials that are in the file now.
    pub fn kept(&self) -> Result<Option<Credentials>, KindError> {
        let Some(target) = &self.desired.store else {
            return Ok(None);
        };
        self.store.get(target).map_err(|source| self.unkept(source))
    }

    /// Keeps a secret although others are still to be retired: until [`keep`](Self::keep), the
    /// credentials count as lost.
    pub fn begin(&self, secret: &Secret) -> Result<(), KindError> {
        let Some(target) = &self.desired.store else {
            return Ok(());
        };
        self.store
            .begin(target, secret)
            .map_err(|source| self.unkept(source))
    }

    /// Keeps issued credentials; called before any further request is sent.
    pub fn keep(&self, client_id: &str, secret: Secret) -> Result<(), KindError> {
        let Some(target) = &self.desired.store else {
            return Ok(());
        };
        let credentials = Credentials {
            client_id: client_id.to_owned(),
            client_secret: secret,
        };
        self.store
            .put(target, &credentials)
            .map_err(|source| self.unkept(source))
    }

    fn unkept(&self, source: StoreError) -> KindError {
        KindError::Store {
            address: self.address().clone(),
            source,
        }
    }
}
