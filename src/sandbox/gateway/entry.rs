use axum::http::{HeaderMap, Uri, header};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value};
use url::form_urlencoded;
use uuid::Uuid;

use super::issuer::Issuer;
use crate::sandbox::konnect::{
    Application, Digest, Konnect, KonnectState, Method, Status, Strategy,
};

/// What one publication of an API asks of callers.
#[derive(Debug)]
pub(super) struct Door {
    pub(super) portal: Uuid,
    pub(super) strategy: Strategy,
}

/// Why somebody is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Denied {
    /// No credentials, or wrong ones.
    Unauthorized,
    /// The issuer could not be asked.
    Broken,
    /// Good credentials, but no approved registration.
    Forbidden,
}

impl Denied {
    /// Of two doors, the refusal of the one that was nearer to opening.
    pub(super) fn or(self, other: Self) -> Self {
        self.max(other)
    }
}

impl Door {
    /// The form of credentials that callers are asked for.
    pub(super) fn challenge(&self) -> &'static str {
        match self.strategy.method {
            Method::KeyAuth => "Key realm=\"sandbox\"",
            Method::OpenidConnect => "Bearer realm=\"sandbox\"",
        }
    }

    /// Lets a request through whose application is registered for the API.
    pub(super) async fn pass(
        &self,
        konnect: &Konnect,
        headers: &HeaderMap,
        uri: &Uri,
        api: Uuid,
    ) -> Result<Application, Denied> {
        let caller = match self.strategy.method {
            Method::KeyAuth => self.by_key(konnect, headers, uri)?,
            Method::OpenidConnect => {
                let claims = self.claims(konnect, headers).await?;
                self.by_claim(konnect, &claims)?
            }
        };
        konnect.state.read(|state| {
            let approved = state
                .registrations_of(caller.id)
                .any(|r| r.api == api && r.status == Status::Approved);
            if approved {
                Ok(caller)
            } else {
                Err(Denied::Forbidden)
            }
        })
    }

    fn by_key(
        &self,
        konnect: &Konnect,
        headers: &HeaderMap,
        uri: &Uri,
    ) -> Result<Application, Denied> {
        let names = self.strategy.texts("key_names");
        let in_header = names
            .iter()
            .find_map(|name| headers.get(*name)?.to_str().ok().map(str::to_owned));
        let in_query = || {
            form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes())
                .find(|(name, _)| names.contains(&name.as_ref()))
                .map(|(_, value)| value.into_owned())
        };
        let key = in_header.or_else(in_query).ok_or(Denied::Unauthorized)?;
        let digest = Digest::of_token(&key);
        let now = konnect.state.now();
        konnect
            .state
            .read(|state| {
                let mut keys = state.credentials.values();
                let key = keys.find(|key| key.key == digest && key.is_valid(now))?;
                let application = state.applications.get(&key.application)?;
                self.is_mine(application).then(|| application.clone())
            })
            .ok_or(Denied::Unauthorized)
    }

    /// The claims of a good token: the caller's own, or one fetched with the caller's credentials.
    async fn claims(
        &self,
        konnect: &Konnect,
        headers: &HeaderMap,
    ) -> Result<Map<String, Value>, Denied> {
        let (scheme, value) = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.trim().split_once(' '))
            .ok_or(Denied::Unauthorized)?;
        let issuer = self.strategy.issuer().ok_or(Denied::Broken)?;
        if scheme.eq_ignore_ascii_case("basic") && self.allows("client_credentials") {
            let (id, secret) = basic(value).ok_or(Denied::Unauthorized)?;
            let issuer = Issuer::discover(konnect, issuer).await?;
            let token = issuer
                .fetch_token(&id, &secret, &self.strategy.texts("scopes"))
                .await?;
            return issuer.read_token(&token).await;
        }
        if scheme.eq_ignore_ascii_case("bearer") && self.allows("bearer") {
            let issuer = Issuer::discover(konnect, issuer).await?;
            return issuer.read_token(value.trim()).await;
        }
        Err(Denied::Unauthorized)
    }

    /// With no methods named the plugin allows them all.
    fn allows(&self, method: &str) -> bool {
        let methods = self.strategy.texts("auth_methods");
        methods.is_empty() || methods.contains(&method)
    }

    fn by_claim(
        &self,
        konnect: &Konnect,
        claims: &Map<String, Value>,
    ) -> Result<Application, Denied> {
        let mut path = self.strategy.texts("credential_claim");
        if path.is_empty() {
            // the plugin's default
            path.push("sub");
        }
        let mut keys = path.into_iter();
        let first = keys.next().and_then(|key| claims.get(key));
        let value = keys.try_fold(first, |value, key| Some(value?.get(key)));
        let value = value.flatten().and_then(Value::as_str);
        let value = value.ok_or(Denied::Forbidden)?;
        konnect
            .state
            .read(|state: &KonnectState| {
                let mut applications = state.applications.values();
                applications
                    .find(|app| self.is_mine(app) && app.client_id.as_deref() == Some(value))
                    .cloned()
            })
            .ok_or(Denied::Forbidden)
    }

    fn is_mine(&self, application: &Application) -> bool {
        application.portal == self.portal && application.strategy == self.strategy.id
    }
}

/// Reads `id:secret` (RFC 7617). What the vendor's tutorial prints unencoded has to be encoded.
fn basic(value: &str) -> Option<(String, String)> {
    let bytes = BASE64_STANDARD.decode(value.trim()).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}
