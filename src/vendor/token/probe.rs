use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::Value as Json;
use url::Url;
use url::form_urlencoded::byte_serialize;

use super::{TokenError, claims};
use crate::base::{Scrubber, Secret};
use crate::vendor::http::{Ask, Auth, Body, Client};
use crate::vendor::{Options, Vendor, VendorError};

/// Plays an application: asks an issuer for tokens and calls the gateway.
#[derive(Debug, Clone)]
pub struct Probe {
    scrubber: Arc<Scrubber>,
    options: Options,
}

/// What an issuer says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata {
    /// Its own name, the `iss` of its tokens.
    pub issuer: String,
    /// Where tokens are asked for.
    pub token_endpoint: Url,
    /// Where its public keys are.
    pub jwks_uri: Url,
}

/// An access token.
#[derive(Debug, Clone)]
pub struct Token {
    /// The token itself.
    pub access_token: Secret,
    /// The scopes that were granted; may be fewer than were asked for.
    pub scope: Vec<String>,
    /// Its life in seconds, if the issuer tells.
    pub expires_in: Option<u64>,
}

/// What the gateway answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Called {
    /// The HTTP status.
    pub status: u16,
    /// The gateway's own words where it refused; scrubbed and cut.
    pub message: String,
}

impl Probe {
    /// Prepares; nothing is sent.
    pub fn new(scrubber: Arc<Scrubber>, options: Options) -> Self {
        Self { scrubber, options }
    }

    /// Asks an issuer for its metadata (`OpenID` Connect discovery; RFC 8414's place where that is missing).
    pub async fn discover(&self, issuer: &str) -> Result<Metadata, TokenError> {
        let issuer = issuer.trim().trim_end_matches('/');
        let client = self.client(Vendor::Issuer, issuer, Auth::Open)?;
        let found = match fetch(&client, "/.well-known/openid-configuration").await {
            Err(error) if error.not_found() => {
                fetch(&client, "/.well-known/oauth-authorization-server").await?
            }
            done => done?,
        };
        let theirs = text(&found, "issuer")?;
        if theirs.trim_end_matches('/') != issuer {
            return Err(TokenError::OtherIssuer {
                ours: issuer.to_owned(),
                theirs: theirs.to_owned(),
            });
        }
        let endpoint = |name| {
            crate::vendor::http::parse_origin(Vendor::Issuer, text(&found, name)?)
                .map_err(TokenError::from)
        };
        Ok(Metadata {
            issuer: theirs.to_owned(),
            token_endpoint: endpoint("token_endpoint")?,
            jwks_uri: endpoint("jwks_uri")?,
        })
    }

    /// Gets a token for an application itself (RFC 6749, section 4.4), the secret sent as Basic.
    pub async fn client_credentials(
        &self,
        metadata: &Metadata,
        client_id: &str,
        client_secret: &Secret,
        scopes: &[&str],
    ) -> Result<Token, TokenError> {
        self.scrubber.learn(client_secret);
        // RFC 6749, section 2.3.1: both are form-encoded before they are joined.
        let encode = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
        let login = basic(
            &encode(client_id),
            &Secret::new(encode(client_secret.expose())),
        );
        self.scrubber.learn(&login);
        let auth = Auth::token(Vendor::Issuer, "Basic", &login)?;
        let client = self.client(Vendor::Issuer, metadata.token_endpoint.as_str(), auth)?;
        let scope = scopes.join(" ");
        let mut form = vec![("grant_type", "client_credentials")];
        if !scope.is_empty() {
            form.push(("scope", &scope));
        }
        let ask = Ask {
            method: Method::POST,
            url: metadata.token_endpoint.clone(),
            body: Body::Form(&form),
            repeatable: true,
        };
        let body = client.send(&ask).await?.body;
        let access_token = Secret::new(text(&body, "access_token")?);
        self.scrubber.learn(&access_token);
        // A missing `scope` means: as asked for (RFC 6749, section 5.1).
        let granted = body.get("scope").and_then(Json::as_str).unwrap_or(&scope);
        Ok(Token {
            access_token,
            scope: granted.split_whitespace().map(str::to_owned).collect(),
            expires_in: body.get("expires_in").and_then(Json::as_u64),
        })
    }

    /// Reads the claims of an access token, its signature verified by the issuer's keys.
    pub async fn claims(&self, metadata: &Metadata, token: &Secret) -> Result<Json, TokenError> {
        let client = self.client(Vendor::Issuer, metadata.jwks_uri.as_str(), Auth::Open)?;
        let keys = client
            .send(&Ask::get(metadata.jwks_uri.clone()))
            .await?
            .body;
        claims::verified(token, &keys, &metadata.issuer)
    }

    /// Calls the gateway once with `Basic client_id:client_secret`; any status is an answer.
    pub async fn call(
        &self,
        url: &str,
        client_id: &str,
        client_secret: &Secret,
    ) -> Result<Called, VendorError> {
        self.scrubber.learn(client_secret);
        let login = basic(client_id, client_secret);
        self.scrubber.learn(&login);
        let auth = Auth::token(Vendor::Gateway, "Basic", &login)?;
        let (base, _) = url.split_once(['?', '#']).unwrap_or((url, ""));
        let client = self.client(Vendor::Gateway, base, auth)?;
        let url = Url::parse(url).map_err(|_| VendorError::Origin {
            vendor: Vendor::Gateway,
            url: base.to_owned(),
            reason: "it is no URL",
        })?;
        let (status, error) = client.status(&Ask::get(url)).await?;
        let message = match &error {
            Some(VendorError::NotJson { received, .. }) => received.clone(),
            error => error
                .as_ref()
                .and_then(VendorError::answer)
                .map(|answer| answer.message.clone())
                .unwrap_or_default(),
        };
        Ok(Called { status, message })
    }

    fn client(&self, vendor: Vendor, base: &str, auth: Auth) -> Result<Client, VendorError> {
        Client::new(
            vendor,
            base,
            auth,
            Arc::clone(&self.scrubber),
            self.options.clone(),
        )
    }
}

async fn fetch(client: &Client, path: &str) -> Result<Json, VendorError> {
    let url = client.url(&Method::GET, path, &[])?;
    Ok(client.send(&Ask::get(url)).await?.body)
}

fn basic(user: &str, password: &Secret) -> Secret {
    let pair = zeroize::Zeroizing::new(format!("{user}:{}", password.expose()));
    Secret::new(STANDARD.encode(pair.as_bytes()))
}

fn text<'a>(json: &'a Json, name: &'static str) -> Result<&'a str, TokenError> {
    json.get(name)
        .and_then(Json::as_str)
        .filter(|text| !text.is_empty())
        .ok_or(TokenError::Missing(name))
}
