use std::fmt;
use std::path::PathBuf;

use zeroize::Zeroizing;

use super::{Group, Holder};
use crate::secrets::Environment;
use crate::secrets::sops::age::Identities;
use crate::secrets::sops::cipher::DataKey;
use crate::secrets::sops::meta::Meta;
use crate::secrets::sops::service::KeyServices;
use crate::secrets::sops::{SopsError, Tried, gpg, shamir};

/// All keys within reach of this run.
pub struct Keyring {
    environment: Environment,
    identities: Identities,
}

type Share = Zeroizing<Vec<u8>>;

impl Keyring {
    /// Looks where sops looks, and in the age identity files besides.
    pub fn new(environment: Environment, key_files: Vec<PathBuf>) -> Self {
        Self {
            identities: Identities::new(environment.clone(), key_files),
            environment,
        }
    }

    /// The environment that keys are looked for in.
    pub(in crate::secrets) fn environment(&self) -> &Environment {
        &self.environment
    }

    /// Opens the data key of a file.
    ///
    /// Keys of this machine are tried first, in all groups, and services only for what is missing:
    /// a file for a cloud and for an age identity at hand needs no cloud.
    pub(in crate::secrets::sops) fn unwrap(&self, meta: &Meta) -> Result<DataKey, SopsError> {
        if meta.keys().next().is_none() {
            return Err(SopsError::NoRecipients);
        }
        let needed = if meta.groups.len() > 1 {
            meta.threshold
        } else {
            1
        };
        let mut tried = Vec::new();
        let mut services = KeyServices::new(&self.environment);
        let mut shares: Vec<Option<Share>> = vec![None; meta.groups.len()];
        for near in [true, false] {
            for at in 0..shares.len() {
                let have = shares.iter().flatten().count();
                let (Some(share), Some(group)) = (shares.get_mut(at), meta.groups.get(at)) else {
                    continue;
                };
                if share.is_none() && have < needed {
                    *share = if near {
                        self.near(group, &mut tried)
                    } else {
                        self.far(group, &mut services, &mut tried)
                    };
                }
            }
        }
        let shares: Vec<Share> = shares.into_iter().flatten().collect();
        if shares.len() >= needed {
            let key = if meta.groups.len() > 1 {
                shamir::combine(&shares)
            } else {
                shares.first().cloned()
            };
            if let Some(key) = key.and_then(|key| DataKey::from_bytes(&key)) {
                return Ok(key);
            }
            tried.push(Tried::of("what the keys open".to_owned(), "no data key"));
        }
        if meta.keys().any(|key| matches!(key.holder, Holder::Age(_))) {
            tried.splice(0..0, self.identities.tried());
        }
        Err(SopsError::NoKey {
            recipients: meta.keys().map(|key| key.holder.name()).collect(),
            shares: (meta.groups.len() > 1).then_some((shares.len(), needed)),
            tried,
        })
    }

    /// With age identities and `gpg`, in the order that the user wants.
    fn near(&self, group: &Group, tried: &mut Vec<Tried>) -> Option<Share> {
        let order = self.environment.get("SOPS_DECRYPTION_ORDER");
        let order = order.and_then(|order| order.to_str()).unwrap_or("age,pgp");
        let first = order.split(',').find(|name| ["age", "pgp"].contains(name));
        if first == Some("pgp") {
            self.gpg(group, tried).or_else(|| self.age(group, tried))
        } else {
            self.age(group, tried).or_else(|| self.gpg(group, tried))
        }
    }

    fn age(&self, group: &Group, tried: &mut Vec<Tried>) -> Option<Share> {
        let keys: Vec<_> = group
            .iter()
            .filter_map(|key| match &key.holder {
                Holder::Age(recipient) => Some((recipient.as_str(), key.enc.as_str())),
                Holder::Pgp(_) | Holder::Service(_) => None,
            })
            .collect();
        if keys.is_empty() {
            return None;
        }
        self.identities.open(&keys, tried)
    }

    fn gpg(&self, group: &Group, tried: &mut Vec<Tried>) -> Option<Share> {
        group.iter().find_map(|key| {
            let Holder::Pgp(fingerprint) = &key.holder else {
                return None;
            };
            match gpg::decrypt(&key.enc, &self.environment) {
                Ok(share) => Some(share),
                Err(why) => {
                    let program = gpg::name(&self.environment);
                    tried.push(Tried::of(format!("`{program}` for `{fingerprint}`"), why));
                    None
                }
            }
        })
    }

    /// With key services: those of the cloud, and for age what is not built in.
    fn far(
        &self,
        group: &Group,
        services: &mut KeyServices<'_>,
        tried: &mut Vec<Tried>,
    ) -> Option<Share> {
        group.iter().find_map(|key| {
            let asked = services.has_remote()
                || match &key.holder {
                    Holder::Service(_) => true,
                    Holder::Age(_) => self.identities.has_foreign(),
                    Holder::Pgp(_) => false,
                };
            if !asked {
                return None;
            }
            match services.decrypt(&key.holder, &key.enc) {
                Ok(share) => Some(share),
                Err(why) => {
                    tried.push(Tried::of(format!("the key `{}`", key.holder.name()), why));
                    None
                }
            }
        })
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.identities.fmt(f)
    }
}
