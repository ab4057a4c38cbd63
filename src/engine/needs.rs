use super::EngineError;
use super::load::Checked;
use super::vault::Vault;
use crate::base::{Secret, SourceMap, Span, Value};
use crate::config::{OktaAuth, OktaSettings};
use crate::secrets::Environment;

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
