use axum::http::StatusCode;
use reqwest::RequestBuilder;
use serde_json::{Value, json};
use url::Url;

use super::okta_registrar::Okta;
use super::provider::{Provider, ProviderType};
use crate::sandbox::konnect::context::Konnect;
use crate::sandbox::konnect::wire::problem::Problem;

/// Carries dynamic client registration out at the identity provider of a DCR provider.
#[derive(Debug)]
pub(in crate::sandbox) struct Registrar<'a> {
    konnect: &'a Konnect,
    provider: &'a Provider,
}

/// The ways in which the sandbox can talk to an identity provider.
enum Line<'a> {
    Okta(Okta<'a>),
    Bridge,
}

/// A client as the identity provider made it.
pub(in crate::sandbox) struct Client {
    pub(in crate::sandbox) client_id: String,
    pub(in crate::sandbox) client_secret: String,
}

/// A client's secret without its value, in the vendor's words.
pub(in crate::sandbox) struct SecretEntry {
    pub(in crate::sandbox) id: String,
    pub(in crate::sandbox) created_at: Option<String>,
}

/// A secret just made: the one time that its value is seen.
pub(in crate::sandbox) struct NewSecret {
    pub(in crate::sandbox) entry: SecretEntry,
    pub(in crate::sandbox) client_secret: String,
}

/// What an application asks for.
#[derive(Debug, Clone, Copy)]
pub(in crate::sandbox::konnect) struct Wish<'a> {
    pub(in crate::sandbox::konnect) name: &'a str,
    pub(in crate::sandbox::konnect) redirect_uri: Option<&'a str>,
}

impl<'a> Registrar<'a> {
    /// A registrar for one provider.
    pub(in crate::sandbox) fn new(konnect: &'a Konnect, provider: &'a Provider) -> Self {
        Self { konnect, provider }
    }

    /// Registers a client.
    pub(in crate::sandbox::konnect) async fn register(
        &self,
        wish: Wish<'_>,
    ) -> Result<Client, Problem> {
        match self.line()? {
            Line::Okta(okta) => okta.register(wish).await,
            Line::Bridge => self.bridge_register(wish).await,
        }
    }

    /// Deletes a client; one that is gone already is as good as deleted.
    pub(in crate::sandbox::konnect) async fn unregister(
        &self,
        client_id: &str,
    ) -> Result<(), Problem> {
        match self.provider.kind {
            ProviderType::Okta => self.okta()?.unregister(client_id).await,
            ProviderType::Http => {
                let url = self.bridge_url(&[client_id])?;
                let request = self.konnect.http().delete(url.clone());
                let (status, _) = self.send(&url, self.bridge(request)).await?;
                gone(status)
            }
            // nothing was ever registered there
            ProviderType::Auth0
            | ProviderType::AzureAd
            | ProviderType::Curity
            | ProviderType::KongIdentity => Ok(()),
        }
    }

    /// The secrets that a client has now.
    pub(in crate::sandbox) async fn secrets(
        &self,
        client_id: &str,
    ) -> Result<Vec<SecretEntry>, Problem> {
        match self.line()? {
            Line::Okta(okta) => okta.secrets(client_id).await,
            // the bridge has no call for it, and each client has one
            Line::Bridge => Ok(vec![SecretEntry {
                id: client_id.to_owned(),
                created_at: None,
            }]),
        }
    }

    /// Gives a client a further secret.
    pub(in crate::sandbox) async fn add_secret(
        &self,
        client_id: &str,
    ) -> Result<NewSecret, Problem> {
        match self.line()? {
            Line::Okta(okta) => okta.add_secret(client_id).await,
            Line::Bridge => Err(one_secret_only()),
        }
    }

    /// Takes one of its secrets from a client.
    pub(in crate::sandbox) async fn remove_secret(
        &self,
        client_id: &str,
        secret_id: &str,
    ) -> Result<(), Problem> {
        match self.line()? {
            Line::Okta(okta) => okta.remove_secret(client_id, secret_id).await,
            Line::Bridge => Err(one_secret_only()),
        }
    }

    /// Replaces a client's only secret in place.
    pub(in crate::sandbox) async fn renew_secret(
        &self,
        client_id: &str,
    ) -> Result<Client, Problem> {
        match self.line()? {
            Line::Okta(okta) => okta.renew_secret(client_id).await,
            Line::Bridge => {
                let url = self.bridge_url(&[client_id, "new-secret"])?;
                let request = self.konnect.http().post(url.clone());
                let (status, body) = self.send(&url, self.bridge(request)).await?;
                client_of(status, &body)
            }
        }
    }

    /// Tries the provider out and says what is wrong: first the issuer's discovery document, then
    /// a call that needs the stored secret.
    pub(in crate::sandbox::konnect) async fn verify(&self) -> Vec<String> {
        let mut errors = Vec::new();
        match self.provider.kind {
            ProviderType::Okta => {
                errors.extend(self.discovery_fault().await);
                let login = match self.okta() {
                    Ok(okta) => okta.log_in_fault().await,
                    Err(_) => Some("issuer is not a URL".to_owned()),
                };
                errors.extend(login);
            }
            ProviderType::Http => errors.extend(self.discovery_fault().await),
            other @ (ProviderType::Auth0
            | ProviderType::AzureAd
            | ProviderType::Curity
            | ProviderType::KongIdentity) => errors.push(none_here_text(other)),
        }
        errors
    }

    async fn discovery_fault(&self) -> Option<String> {
        let issuer = self.provider.issuer.trim_end_matches('/');
        let address = format!("{issuer}/.well-known/openid-configuration");
        let Ok(url) = Url::parse(&address) else {
            return Some("issuer is not a URL".to_owned());
        };
        let request = self.konnect.http().get(url.clone());
        match self.send(&url, request).await {
            Ok((StatusCode::OK, body)) => {
                let named = body.get("issuer").and_then(Value::as_str);
                let same = named.is_some_and(|named| named.trim_end_matches('/') == issuer);
                (!same).then(|| "discovery document names another issuer".to_owned())
            }
            Ok((status, _)) => Some(format!("discovery document is answered with {status}")),
            Err(_) => Some("identity provider could not be reached".to_owned()),
        }
    }

    fn line(&self) -> Result<Line<'_>, Problem> {
        match self.provider.kind {
            ProviderType::Okta => Ok(Line::Okta(self.okta()?)),
            ProviderType::Http => Ok(Line::Bridge),
            other @ (ProviderType::Auth0
            | ProviderType::AzureAd
            | ProviderType::Curity
            | ProviderType::KongIdentity) => Err(none_here(other)),
        }
    }

    fn okta(&self) -> Result<Okta<'_>, Problem> {
        Okta::new(self, &self.provider.issuer, self.provider.secret.as_deref())
    }

    /// Registers at a bridge of one's own: `POST {base}`, later `DELETE {base}/{client}` and
    /// `POST {base}/{client}/new-secret`, each with `x-api-key`. The paths are an assumption: the
    /// contract describes Konnect's side only.
    async fn bridge_register(&self, wish: Wish<'_>) -> Result<Client, Problem> {
        let url = self.bridge_url(&[])?;
        let request = self.konnect.http().post(url.clone()).json(&json!({
            "client_name": wish.name,
            "redirect_uris": wish.redirect_uri.into_iter().collect::<Vec<_>>(),
            "grant_types": ["client_credentials"],
            "token_endpoint_auth_method": "client_secret_basic",
        }));
        let (status, body) = self.send(&url, self.bridge(request)).await?;
        client_of(status, &body)
    }

    fn bridge(&self, request: RequestBuilder) -> RequestBuilder {
        request.header("x-api-key", self.provider.secret.as_deref().unwrap_or(""))
    }

    fn bridge_url(&self, path: &[&str]) -> Result<Url, Problem> {
        let base = self.provider.config.get("dcr_base_url");
        let base = base.and_then(Value::as_str).unwrap_or_default();
        below(base, path)
    }

    /// The client for a request.
    pub(in crate::sandbox::konnect) fn http(&self) -> &reqwest::Client {
        self.konnect.http()
    }

    /// Sends a request and reads its answer, which is null when it is no JSON.
    ///
    /// That a provider out of reach is told by 502 is an assumption: the contract has no 5xx at all.
    pub(in crate::sandbox::konnect) async fn send(
        &self,
        url: &Url,
        request: RequestBuilder,
    ) -> Result<(StatusCode, Value), Problem> {
        if !self.konnect.calls.may_call(url).await {
            return Err(Problem::new(
                StatusCode::BAD_REQUEST,
                "the sandbox calls identity providers on this machine only",
            ));
        }
        let unreachable = || {
            let detail = "identity provider could not be reached";
            Problem::new(StatusCode::BAD_GATEWAY, detail)
        };
        let response = request.send().await.map_err(|_| unreachable())?;
        let status = response.status();
        let text = response.text().await.map_err(|_| unreachable())?;
        Ok((status, serde_json::from_str(&text).unwrap_or_default()))
    }
}

/// A URL with further path segments, each escaped.
pub(in crate::sandbox::konnect) fn below(base: &str, path: &[&str]) -> Result<Url, Problem> {
    let not_a_url = || {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "identity provider has no valid URL",
        )
    };
    let mut url = Url::parse(base).map_err(|_| not_a_url())?;
    url.path_segments_mut()
        .map_err(|()| not_a_url())?
        .pop_if_empty()
        .extend(path);
    Ok(url)
}

/// What the identity provider's refusal becomes: an assumption, the vendor's own texts are not
/// known. Its texts are passed on, as a token without rights is otherwise hard to find.
pub(in crate::sandbox::konnect) fn refused(status: StatusCode, body: &Value) -> Problem {
    let reason = ["errorSummary", "error_description", "error", "message"]
        .iter()
        .find_map(|key| body.get(key).and_then(Value::as_str))
        .unwrap_or("no reason given");
    let detail = format!("identity provider answered {}: {reason}", status.as_u16());
    let status = if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
        StatusCode::BAD_GATEWAY
    } else {
        StatusCode::BAD_REQUEST
    };
    Problem::new(status, detail)
}

/// Reads a client out of an answer of the form of RFC 7591.
pub(in crate::sandbox::konnect) fn client_of(
    status: StatusCode,
    body: &Value,
) -> Result<Client, Problem> {
    let text = |key: &str| body.get(key).and_then(Value::as_str).map(str::to_owned);
    match (text("client_id"), text("client_secret")) {
        (Some(client_id), Some(client_secret)) if status.is_success() => Ok(Client {
            client_id,
            client_secret,
        }),
        (_, _) => Err(refused(status, body)),
    }
}

/// Whether a deletion did what it should.
pub(in crate::sandbox::konnect) fn gone(status: StatusCode) -> Result<(), Problem> {
    if status.is_success() || status == StatusCode::NOT_FOUND {
        return Ok(());
    }
    Err(refused(status, &Value::Null))
}

fn none_here_text(provider_type: ProviderType) -> String {
    format!("the sandbox has no identity provider of type {provider_type:?}")
}

fn none_here(provider_type: ProviderType) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, none_here_text(provider_type))
}

fn one_secret_only() -> Problem {
    Problem::conflict("applications of this identity provider have one credential only")
}
