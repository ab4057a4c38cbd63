use std::path::PathBuf;
use std::sync::Arc;

use url::Url;

use super::http::Http;
use super::keeper::Keeper;
use super::load::Checked;
use super::okta_scopes::OktaScopes;
use super::resolve::SecretsByField;
use super::vault::Vault;
use super::{EngineError, resolve};
use crate::base::{Scrubber, Secret, SecretRef, SourceMap, Span, Spanned, Value};
use crate::config::OktaAuth;
use crate::kinds::{PortalAccess, Readers, Writers};
use crate::plan::Declared;
use crate::secrets::{Environment, Fingerprinter, SopsStore};
use crate::vendor::{self, konnect, okta};

/// How one run is to be done.
#[derive(Debug, Clone)]
pub struct Options {
    /// The process's environment, for secrets.
    pub environment: Environment,
    /// Addresses that take the place of the document's (the sandbox's).
    pub addresses: Option<Addresses>,
    /// Whether objects that others own are taken over.
    pub take_over: bool,
    /// What makes a write-only secret comparable: [`fingerprint`](crate::secrets::fingerprint), which is
    /// slow on purpose.
    pub fingerprint: Fingerprinter,
    /// How the clients behave.
    pub http: vendor::Options,
}

/// Addresses that take the place of the document's.
#[derive(Debug, Clone)]
pub struct Addresses {
    /// Okta's.
    pub okta: Url,
    /// Konnect's.
    pub konnect: Url,
    /// The portal's.
    pub portal: Url,
    /// The gateway's.
    pub gateway: Url,
    /// Takes the place of a service app's key, which only the real org knows.
    pub okta_token: Secret,
}

/// One document, its secrets, and the way to both vendors.
pub struct Engine {
    pub(super) checked: Checked,
    /// As declared, secrets as fingerprints.
    pub(super) declared: Declared,
    pub(super) secrets: SecretsByField,
    pub(super) store: Keeper<SopsStore>,
    pub(super) readers: Readers,
    pub(super) vault: Vault,
    pub(super) scrubber: Arc<Scrubber>,
    pub(super) options: Options,
    pub(super) http: Http,
}

impl Engine {
    /// Reads the secrets and prepares the clients; nothing is sent.
    pub fn open(
        checked: Checked,
        sources: &SourceMap,
        options: Options,
    ) -> Result<Self, EngineError> {
        let vault = Vault::new(&checked, sources, &options.environment);
        let scrubber = Scrubber::of_a_run();
        let (secrets, prints) = vault.of_objects(&checked, &scrubber, options.fingerprint)?;
        let http = Http::of(&checked.settings, &options.http, |file| vault.within(file));
        let readers = readers(&checked, &vault, &options, &http, &scrubber)?;
        let mut declared = checked.declared.clone();
        resolve::fingerprints(&mut declared, &prints);
        let folders = vault.folders.clone();
        let store = SopsStore::new(Arc::clone(&vault.secrets), move |file| {
            folders.get(file.0 as usize).cloned().unwrap_or_default()
        });
        Ok(Self {
            checked,
            declared,
            secrets,
            store: Keeper::new(store, Arc::clone(&scrubber)),
            readers,
            vault,
            scrubber,
            options,
            http,
        })
    }

    /// The requests sent so far.
    pub fn usage(&self) -> &vendor::Usage {
        &self.options.http.usage
    }

    /// Reads a secret that is no object's, such as an alert's; `place` says what needs it.
    pub fn secret(&self, reference: &SecretRef, place: &str) -> Result<Secret, EngineError> {
        let secret = self.vault.read(reference, Span::default(), place)?;
        self.scrubber.learn(&secret);
        Ok(secret)
    }

    /// A file that the document names, from the folder of the file that names it.
    pub fn path(&self, named: &Spanned<String>) -> PathBuf {
        self.vault.within(named)
    }

    /// Reads from the Okta org.
    pub fn okta(&self) -> &okta::Reader {
        &self.readers.okta
    }

    /// What is known of each organisation's limits: vendor, address, limits.
    pub fn outlooks(&self) -> Vec<(&'static str, String, vendor::Outlook)> {
        let Readers { okta, konnect } = &self.readers;
        vec![
            ("okta", okta.base().to_string(), okta.outlook()),
            ("konnect", konnect.base().to_string(), konnect.outlook()),
        ]
    }

    /// The files besides the document's own that it is made of: secrets, keys, certificates.
    pub fn files(&self) -> Vec<PathBuf> {
        let settings = &self.checked.settings;
        let secrets = settings
            .secrets
            .files
            .iter()
            .chain(&settings.secrets.key_files);
        let okta = settings
            .okta
            .as_ref()
            .and_then(|okta| okta.ca_file.as_ref());
        let konnect = settings.konnect.as_ref();
        let konnect = konnect.and_then(|konnect| konnect.ca_file.as_ref());
        let named = secrets.chain(okta).chain(konnect);
        let mut files: Vec<PathBuf> = named.map(|file| self.vault.within(file)).collect();
        for desired in self.checked.declared.iter() {
            let folder = self.vault.folders.get(desired.span.file.0 as usize);
            let folder = folder.cloned().unwrap_or_default();
            let fields = desired.fields.values().filter_map(|value| {
                if let Value::Secret(reference) = value {
                    Some(reference)
                } else {
                    None
                }
            });
            for reference in fields.chain(desired.secrets.values()) {
                if let SecretRef::File(path) = reference {
                    files.push(folder.join(path));
                }
            }
        }
        files
    }

    /// What takes the run's secrets out of texts that others wrote.
    pub fn scrubber(&self) -> &Arc<Scrubber> {
        &self.scrubber
    }

    /// The document.
    pub fn checked(&self) -> &Checked {
        &self.checked
    }

    /// Access that can write; only apply takes it.
    pub(super) fn writers(&self) -> Writers {
        let portal_url = match &self.options.addresses {
            Some(addresses) => Some(addresses.portal.clone()),
            None => self
                .checked
                .settings
                .konnect
                .as_ref()
                .and_then(|konnect| konnect.portal_url.as_ref())
                .map(|endpoint| endpoint.url().clone()),
        };
        Writers {
            okta: okta::Writer::new(self.readers.okta.clone()),
            konnect: konnect::Writer::new(self.readers.konnect.clone()),
            portal: PortalAccess {
                url: portal_url,
                scrubber: Arc::clone(&self.scrubber),
                options: self.http.konnect.clone(),
            },
        }
    }
}

fn readers(
    checked: &Checked,
    vault: &Vault,
    options: &Options,
    http: &Http,
    scrubber: &Arc<Scrubber>,
) -> Result<Readers, EngineError> {
    let settings = &checked.settings;
    let top = Span::default();
    let okta_settings = settings
        .okta
        .as_ref()
        .ok_or(EngineError::NoVendor("okta"))?;
    let konnect_settings = settings
        .konnect
        .as_ref()
        .ok_or(EngineError::NoVendor("konnect"))?;
    let login = match okta_settings.auth() {
        Some(OktaAuth::Token(token)) => {
            okta::OktaLogin::Token(vault.read(token, top, "okta.token")?)
        }
        Some(OktaAuth::OAuth(_)) if options.addresses.is_some() => okta::OktaLogin::Token(
            options
                .addresses
                .as_ref()
                .map_or_else(|| Secret::new(""), |at| at.okta_token.clone()),
        ),
        Some(OktaAuth::OAuth(app)) => {
            let scopes = OktaScopes::of(&checked.declared, &checked.prune);
            okta::OktaLogin::Service(okta::OktaService {
                client_id: app.client_id.clone(),
                private_key: vault.read(&app.private_key, top, "okta.oauth.private_key")?,
                key_id: app.key_id.clone(),
                read: scopes.read,
                manage: scopes.manage,
                dpop: app.dpop,
            })
        }
        None => return Err(EngineError::NoVendor("okta.token")),
    };
    let addresses = options.addresses.as_ref();
    let org_url = addresses.map_or_else(
        || okta_settings.org_url.to_string(),
        |at| at.okta.to_string(),
    );
    let base_url = match (addresses, konnect_settings.base()) {
        (Some(addresses), _) => addresses.konnect.to_string(),
        (None, Some(base)) => base.to_string(),
        (None, None) => return Err(EngineError::NoVendor("konnect.region")),
    };
    let wrong = |doing: &str| {
        let doing = doing.to_owned();
        move |source| EngineError::Vendor {
            doing,
            source: Box::new(source),
        }
    };
    let okta_access = okta::OktaAccess {
        org_url,
        login,
        options: http.okta.clone(),
    };
    let konnect_access = konnect::KonnectAccess {
        base_url,
        token: vault.read(&konnect_settings.token, top, "konnect.token")?,
        options: http.konnect.clone(),
    };
    Ok(Readers {
        okta: okta::Reader::new(okta_access, Arc::clone(scrubber))
            .map_err(wrong("prepare the way to Okta"))?,
        konnect: konnect::Reader::new(konnect_access, Arc::clone(scrubber))
            .map_err(wrong("prepare the way to Konnect"))?,
    })
}
