use schemars::JsonSchema;
use serde::Deserialize;

use super::{Endpoint, Percent};
use crate::base::{SecretRef, Spanned};

/// The Okta organisation and how to log in to it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OktaSettings {
    /// The organisation's address, without `-admin`.
    #[schemars(extend("examples" = ["https://acme.okta.com"]))]
    pub org_url: Spanned<Endpoint>,
    /// An API token; or `oauth`.
    pub token: Option<SecretRef>,
    /// A service app's key, which needs no user and is limited to scopes; or `token`.
    pub oauth: Option<OktaOAuth>,
    /// A file of certificates to trust besides the system's, PEM, relative to the document's file.
    #[schemars(length(min = 1))]
    pub ca_file: Option<Spanned<String>>,
    /// The share of Okta's rate limits that may be used; else the document's `budget`.
    pub budget: Option<Percent>,
}

/// The OAuth service app that logs in with a private key (`private_key_jwt`, RFC 7523).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OktaOAuth {
    /// The service app's client id.
    #[schemars(length(min = 1), extend("examples" = ["0oa1b2c3d4E5f6G7h8i9"]))]
    pub client_id: String,
    /// Its private key, PEM or JWK.
    pub private_key: SecretRef,
    /// The key's id at Okta; needed when the app has several keys and this one is no JWK with a `kid`.
    #[schemars(length(min = 1))]
    pub key_id: Option<String>,
    /// Whether tokens are bound to a key of this run (RFC 9449); the app must be set up for it.
    #[serde(default)]
    pub dpop: bool,
}

/// How to log in to Okta.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OktaAuth<'a> {
    /// With an API token.
    Token(&'a SecretRef),
    /// As a service app.
    OAuth(&'a OktaOAuth),
}

impl OktaSettings {
    /// How to log in; a document that was loaded has exactly one way.
    pub fn auth(&self) -> Option<OktaAuth<'_>> {
        let token = self.token.as_ref().map(OktaAuth::Token);
        token.or_else(|| self.oauth.as_ref().map(OktaAuth::OAuth))
    }
}
