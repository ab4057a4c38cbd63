use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use url::Url;

use super::http::Http;
use super::keeper::Keeper;
use super::load::Checked;
use super::okta_scopes::OktaScopes;
use super::resolve::{Fingerprints, SecretsByField};
use super::{EngineError, resolve};
use crate::base::{Scrubber, Secret, SecretRef, SourceMap, Span, Value};
use crate::config::{OktaAuth, OktaSettings};
use crate::kinds::{PortalAccess, Readers, Writers};
use crate::plan::Declared;
use crate::secrets::{Environment, Fingerprinter, Secrets, SopsStore};
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

/// What the sandbox has to be told so that a document works against it as it is.
#[derive(Debug, Default)]
pub struct Needs {
    /// Tokens of the document that Okta is to accept.
    pub okta_tokens: Vec<Secret>,
    /// Tokens of the document that Konnect is to accept.
    pub konnect_tokens: Vec<Secret>,
    /// Authorization servers that are only named.
    pub servers: Vec<String>,
    /// Portals that are only named.
    pub portals: Vec<String>,
    /// APIs.
    pub apis: Vec<String>,
    /// Developers by portal and e-mail address, with the password that the document knows.
    pub developers: Vec<(String, String, Option<Secret>)>,
    /// Teams by portal and name.
    pub teams: Vec<(String, String)>,
}

impl Needs {
    /// Collects the tokens and all that the document only names.
    pub fn of(
        checked: &Checked,
        sources: &SourceMap,
        environment: &Environment,
    ) -> Result<Self, EngineError> {
        let vault = Vault::new(checked, sources, environment);
        let mut needs = Self::default();
        let top = Span::default();
        if let Some(OktaAuth::Token(token)) =
            checked.settings.okta.as_ref().and_then(OktaSettings::auth)
        {
            needs.okta_tokens.push(vault.read(token, top, "okta")?);
        }
        if let Some(konnect) = &checked.settings.konnect {
            needs
                .konnect_tokens
                .push(vault.read(&konnect.token, top, "konnect")?);
        }
        for desired in checked.declared.iter().filter(|desired| !desired.absent) {
            if let Value::Secret(reference) = desired.field("dcr_token") {
                let span = desired.span_of("dcr_token");
                needs
                    .okta_tokens
                    .push(vault.read(reference, span, desired.address.as_str())?);
            }
            let login = match desired.secrets.get("login") {
                Some(reference) => {
                    Some(vault.read(reference, desired.span, desired.address.as_str())?)
                }
                None => None,
            };
            for address in desired.needs() {
                if checked.declared.get(address).is_none() {
                    needs.name(address, login.as_ref());
                }
            }
        }
        Ok(needs)
    }

    fn name(&mut self, address: &crate::base::Address, login: Option<&Secret>) {
        let key = address.key().to_owned();
        let below = || {
            key.split_once('/')
                .map(|(portal, name)| (portal.to_owned(), name.to_owned()))
        };
        match address.kind() {
            "okta.authorization_server" if !self.servers.contains(&key) => self.servers.push(key),
            "konnect.portal" if !self.portals.contains(&key) => self.portals.push(key),
            "konnect.api" if !self.apis.contains(&key) => self.apis.push(key),
            "konnect.team" => self
                .teams
                .extend(below().filter(|team| !self.teams.contains(team))),
            "konnect.developer" => {
                let Some((portal, email)) = below() else {
                    return;
                };
                let known = self
                    .developers
                    .iter_mut()
                    .find(|(there, who, _)| *there == portal && *who == email);
                match known {
                    Some((_, _, password)) if password.is_none() => *password = login.cloned(),
                    Some(_) => {}
                    None => self.developers.push((portal, email, login.cloned())),
                }
            }
            _ => {}
        }
    }
}

/// The secrets of a document and where its files lie.
pub(super) struct Vault {
    pub(super) secrets: Arc<Secrets>,
    pub(super) folders: Vec<PathBuf>,
    sources: SourceMap,
}

impl Vault {
    fn new(checked: &Checked, sources: &SourceMap, environment: &Environment) -> Self {
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
    fn within(&self, path: &crate::base::Spanned<String>) -> PathBuf {
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
    fn of_objects(
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
