use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use reqwest::Method;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName};
use serde_json::Value as Json;
use tokio::sync::Mutex;
use url::Url;

use super::jwt::{ClientKey, ProofKey};
use crate::base::{Scrubber, Secret};
use crate::vendor::http::{Ask, Auth, Body, Client, Renewing, sensitive};
use crate::vendor::retry::{self, Verdict};
use crate::vendor::{Answer, Effort, Options, Traffic, Vendor, VendorError};

/// A service application of the org that may use the management API.
#[derive(Debug, Clone)]
pub struct Service {
    /// The application's client id.
    pub client_id: String,
    /// Its private key as PEM: RSA or P-256.
    pub private_key: Secret,
    /// The key's id at Okta; needed when the application has several.
    pub key_id: Option<String>,
    /// The scopes to ask for, such as `okta.authorizationServers.manage`.
    pub scopes: Vec<String>,
    /// The application requires `DPoP`.
    pub dpop: bool,
}

/// Gets access tokens when they are needed and signs each request.
pub(in crate::vendor::okta) struct ServiceLogin {
    client: Client,
    client_id: String,
    key: ClientKey,
    scopes: Vec<String>,
    proof_key: Option<ProofKey>,
    state: Mutex<State>,
    options: Options,
}

#[derive(Default)]
struct State {
    token: Option<Token>,
    nonce: Option<String>,
}

struct Token {
    secret: Secret,
    /// By the client's clock.
    ends: Duration,
}

const PATH: &str = "/oauth2/v1/token";
/// A token is renewed this long before its end, so that no request travels with a dead one.
const MARGIN: Duration = Duration::from_secs(30);

impl ServiceLogin {
    pub(in crate::vendor::okta) fn new(
        org_url: &str,
        service: Service,
        scrubber: Arc<Scrubber>,
        options: &Options,
    ) -> Result<Self, VendorError> {
        scrubber.learn(&service.private_key);
        // Lanes of its own: requests that hold all of the others may be waiting for this token.
        let apart = Options {
            traffic: Traffic::default(),
            ..options.clone()
        };
        let client = Client::new(Vendor::Okta, org_url, Auth::Open, scrubber, apart)?;
        let key = ClientKey::read(&service.private_key, service.key_id).map_err(setup)?;
        let proof_key = service.dpop.then(ProofKey::generate).transpose();
        Ok(Self {
            client,
            client_id: service.client_id,
            key,
            scopes: service.scopes,
            proof_key: proof_key.map_err(setup)?,
            state: Mutex::default(),
            options: options.clone(),
        })
    }

    /// Asks for a token; each try has a new assertion and a new proof.
    async fn fetch(&self, state: &mut State) -> Result<Token, VendorError> {
        let url = self.client.url(&Method::POST, PATH, &[])?;
        let scope = self.scopes.join(" ");
        let mut attempt = 1;
        let since = self.options.clock.now();
        loop {
            let now = self.options.clock.unix();
            let assertion = self.key.assertion(&self.client_id, &url, now);
            let assertion = assertion.map_err(setup)?;
            let form = [
                ("grant_type", "client_credentials"),
                ("scope", &scope),
                (
                    "client_assertion_type",
                    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                ),
                ("client_assertion", assertion.expose()),
            ];
            let mut headers = HeaderMap::new();
            self.prove(&mut headers, &Method::POST, &url, state, None)?;
            let ask = Ask {
                method: Method::POST,
                url: url.clone(),
                body: Body::Form(&form),
                repeatable: true,
            };
            let tried = self.client.attempt(&ask, headers, attempt).await;
            let error = match tried.result {
                Ok(reply) => return self.accept(&reply.body),
                Err(error) => error,
            };
            let nonce = tried
                .headers
                .as_ref()
                .and_then(|headers| headers.get("dpop-nonce")?.to_str().ok());
            let wants_nonce =
                error.answer().and_then(|answer| answer.code.as_deref()) == Some("use_dpop_nonce");
            attempt += 1;
            if let (true, Some(nonce)) = (wants_nonce && attempt <= self.options.pace.tries, nonce)
            {
                state.nonce = Some(nonce.to_owned());
                continue;
            }
            let asked = tried
                .headers
                .as_ref()
                .and_then(|headers| retry::asked_wait(Vendor::Okta, headers, now));
            let effort = Effort {
                tries: attempt - 1,
                time: self.options.clock.now().saturating_sub(since),
            };
            match retry::judge(&error, true, effort, asked, &self.options.pace) {
                Verdict::GiveUp => return Err(error),
                Verdict::Again(wait) | Verdict::AgainAll(wait) => {
                    self.options.clock.sleep(wait).await;
                }
            }
        }
    }

    fn accept(&self, body: &Json) -> Result<Token, VendorError> {
        let call = || Box::new(self.client.call(&Method::POST, PATH));
        let Some(token) = body.get("access_token").and_then(Json::as_str) else {
            return Err(VendorError::Inconsistent {
                call: call(),
                reason: "there is no `access_token`".to_owned(),
            });
        };
        let secret = Secret::new(token);
        self.client.scrubber().learn(&secret);
        // Okta may drop scopes that were not granted without a word.
        let granted = body.get("scope").and_then(Json::as_str);
        let missing: Vec<&str> = self
            .scopes
            .iter()
            .map(String::as_str)
            .filter(|scope| {
                granted.is_some_and(|granted| !granted.split(' ').any(|have| have == *scope))
            })
            .collect();
        if !missing.is_empty() {
            return Err(VendorError::Forbidden {
                call: call(),
                answer: Box::new(Answer {
                    status: 200,
                    message: "the token lacks scopes that were asked for".to_owned(),
                    ..Answer::default()
                }),
                scope: Some(missing.join(" ")),
            });
        }
        let life = body.get("expires_in").and_then(Json::as_u64);
        let life = Duration::from_secs(life.unwrap_or(3600));
        Ok(Token {
            secret,
            ends: self.options.clock.now() + life.saturating_sub(MARGIN),
        })
    }

    fn prove(
        &self,
        headers: &mut HeaderMap,
        method: &Method,
        url: &Url,
        state: &State,
        token: Option<&Secret>,
    ) -> Result<(), VendorError> {
        if let Some(key) = &self.proof_key {
            let now = self.options.clock.unix();
            let proof = key.proof(method, url, now, state.nonce.as_deref(), token);
            let proof = sensitive(Vendor::Okta, proof.map_err(setup)?.expose())?;
            headers.insert(HeaderName::from_static("dpop"), proof);
        }
        Ok(())
    }
}

impl Renewing for ServiceLogin {
    fn headers<'a>(
        &'a self,
        method: &'a Method,
        url: &'a Url,
    ) -> BoxFuture<'a, Result<HeaderMap, VendorError>> {
        Box::pin(async move {
            // Held while a token is fetched: the others wait for it instead of asking as well.
            let mut state = self.state.lock().await;
            let now = self.options.clock.now();
            let token = match state.token.take().filter(|token| now < token.ends) {
                Some(token) => token,
                None => self.fetch(&mut state).await?,
            };
            let scheme = if self.proof_key.is_some() {
                "DPoP"
            } else {
                "Bearer"
            };
            let mut headers = HeaderMap::new();
            let text = zeroize::Zeroizing::new(format!("{scheme} {}", token.secret.expose()));
            headers.insert(AUTHORIZATION, sensitive(Vendor::Okta, &text)?);
            self.prove(&mut headers, method, url, &state, Some(&token.secret))?;
            state.token = Some(token);
            Ok(headers)
        })
    }

    fn forget(&self) -> BoxFuture<'_, ()> {
        Box::pin(async move { self.state.lock().await.token = None })
    }
}

impl fmt::Debug for ServiceLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceLogin")
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

fn setup(source: Box<dyn std::error::Error + Send + Sync>) -> VendorError {
    VendorError::Setup {
        vendor: Vendor::Okta,
        what: "the private key must be a PEM, RSA or P-256".to_owned(),
        source,
    }
}
