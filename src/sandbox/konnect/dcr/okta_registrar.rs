use axum::http::StatusCode;
use axum::http::header::CONTENT_LENGTH;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use url::Url;

use super::registrar::{Client, NewSecret, Registrar, SecretEntry, Wish, client_of, gone, refused};
use crate::sandbox::konnect::wire::problem::Problem;

/// Okta's side of dynamic client registration (okta.md, section 6.2), with the provider's own token.
///
/// Which calls Konnect makes is not documented. Registration, deletion and the replacement of the
/// only secret go by the client registration API; several secrets exist in the app API alone.
pub(in crate::sandbox::konnect) struct Okta<'a> {
    registrar: &'a Registrar<'a>,
    origin: Url,
    token: &'a str,
}

const CLIENTS: [&str; 3] = ["oauth2", "v1", "clients"];

impl<'a> Okta<'a> {
    /// The Okta organisation that an issuer belongs to.
    pub(in crate::sandbox::konnect) fn new(
        registrar: &'a Registrar<'a>,
        issuer: &str,
        token: Option<&'a str>,
    ) -> Result<Self, Problem> {
        let bad = || Problem::new(StatusCode::BAD_REQUEST, "issuer is not a URL");
        let mut origin = Url::parse(issuer).map_err(|_| bad())?;
        if !origin.has_host() {
            return Err(bad());
        }
        origin.set_path("/");
        origin.set_query(None);
        origin.set_fragment(None);
        Ok(Self {
            registrar,
            origin,
            token: token.unwrap_or_default(),
        })
    }

    pub(in crate::sandbox::konnect) async fn register(
        &self,
        wish: Wish<'_>,
    ) -> Result<Client, Problem> {
        // with an address to come back to, users may log in as well
        let body = match wish.redirect_uri {
            None => json!({
                "client_name": wish.name,
                "application_type": "service",
                "grant_types": ["client_credentials"],
                "response_types": ["token"],
                "token_endpoint_auth_method": "client_secret_basic",
            }),
            Some(redirect_uri) => json!({
                "client_name": wish.name,
                "application_type": "web",
                "grant_types": ["authorization_code", "client_credentials"],
                "response_types": ["code"],
                "redirect_uris": [redirect_uri],
                "token_endpoint_auth_method": "client_secret_basic",
            }),
        };
        let (url, request) = self.request(Method::POST, &CLIENTS, &[]);
        let (status, answer) = self.registrar.send(&url, request.json(&body)).await?;
        client_of(status, &answer)
    }

    pub(in crate::sandbox::konnect) async fn unregister(
        &self,
        client_id: &str,
    ) -> Result<(), Problem> {
        let (url, request) = self.request(Method::DELETE, &CLIENTS, &[client_id]);
        let (status, _) = self.registrar.send(&url, request).await?;
        gone(status)
    }

    pub(in crate::sandbox::konnect) async fn renew_secret(
        &self,
        client_id: &str,
    ) -> Result<Client, Problem> {
        let path = [client_id, "lifecycle", "newSecret"];
        let (url, request) = self.request(Method::POST, &CLIENTS, &path);
        let (status, answer) = self.registrar.send(&url, bare(request)).await?;
        client_of(status, &answer)
    }

    pub(in crate::sandbox::konnect) async fn secrets(
        &self,
        client_id: &str,
    ) -> Result<Vec<SecretEntry>, Problem> {
        let (url, request) = self.secret_request(Method::GET, client_id, &[]);
        let (status, answer) = self.registrar.send(&url, request).await?;
        match answer.as_array() {
            Some(secrets) if status.is_success() => Ok(secrets.iter().map(entry).collect()),
            _ => Err(refused(status, &answer)),
        }
    }

    pub(in crate::sandbox::konnect) async fn add_secret(
        &self,
        client_id: &str,
    ) -> Result<NewSecret, Problem> {
        let (url, request) = self.secret_request(Method::POST, client_id, &[]);
        let (status, answer) = self.registrar.send(&url, request.json(&json!({}))).await?;
        match answer.get("client_secret").and_then(Value::as_str) {
            Some(secret) if status.is_success() => Ok(NewSecret {
                entry: entry(&answer),
                client_secret: secret.to_owned(),
            }),
            _ => Err(refused(status, &answer)),
        }
    }

    /// Okta deletes a secret only once it is inactive.
    pub(in crate::sandbox::konnect) async fn remove_secret(
        &self,
        client_id: &str,
        secret_id: &str,
    ) -> Result<(), Problem> {
        let path = [secret_id, "lifecycle", "deactivate"];
        let (url, request) = self.secret_request(Method::POST, client_id, &path);
        let (status, answer) = self.registrar.send(&url, bare(request)).await?;
        if status == StatusCode::NOT_FOUND {
            return Err(Problem::not_found());
        }
        if !status.is_success() {
            return Err(refused(status, &answer));
        }
        let (url, request) = self.secret_request(Method::DELETE, client_id, &[secret_id]);
        let (status, _) = self.registrar.send(&url, request).await?;
        gone(status)
    }

    /// Why the token is not let in, if it is not.
    pub(in crate::sandbox::konnect) async fn log_in_fault(&self) -> Option<String> {
        let (mut url, _) = self.request(Method::GET, &CLIENTS, &[]);
        url.set_query(Some("limit=1"));
        let request = self.authorized(self.registrar.http().get(url.clone()));
        match self.registrar.send(&url, request).await {
            Ok((status, _)) if status.is_success() => None,
            Ok((status, _)) => Some(format!(
                "identity provider does not accept the DCR token: {status}"
            )),
            Err(_) => Some("identity provider could not be reached".to_owned()),
        }
    }

    fn secret_request(
        &self,
        method: Method,
        client_id: &str,
        path: &[&str],
    ) -> (Url, RequestBuilder) {
        let app = ["api", "v1", "apps", client_id, "credentials", "secrets"];
        self.request(method, &app, path)
    }

    fn request(&self, method: Method, base: &[&str], path: &[&str]) -> (Url, RequestBuilder) {
        let mut url = self.origin.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(base).extend(path);
        }
        let request = self.registrar.http().request(method, url.clone());
        let request = self.authorized(request);
        (url, request)
    }

    fn authorized(&self, request: RequestBuilder) -> RequestBuilder {
        request.header("authorization", format!("SSWS {}", self.token))
    }
}

/// A write without a body, whose length Okta wants to be told.
fn bare(request: RequestBuilder) -> RequestBuilder {
    request.header(CONTENT_LENGTH, 0)
}

fn entry(secret: &Value) -> SecretEntry {
    let text = |key: &str| secret.get(key).and_then(Value::as_str).map(str::to_owned);
    SecretEntry {
        id: text("id").unwrap_or_default(),
        created_at: text("created"),
    }
}
