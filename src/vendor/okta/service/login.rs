use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use reqwest::Method;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName};
use serde_json::Value as Json;
use tokio::sync::Mutex;
use url::Url;

use super::key::ClientKey;
use super::proof::ProofKey;
use super::refusal::not_let_in;
use crate::base::{Scrubber, Secret};
use crate::vendor::http::{Ask, Auth, Body, Client, Renewing, sensitive};
use crate::vendor::retry::{self, Verdict};
use crate::vendor::traffic;
use crate::vendor::{Answer, Effort, Options, Traffic, Vendor, VendorError};

/// A service application of the org that may use the management API.
#[derive(Debug, Clone)]
pub struct Service {
    /// The application's client id.
    pub client_id: String,
    /// Its private key as PEM or JWK: RSA, P-256, P-384 or P-521.
    pub private_key: Secret,
    /// The key's id at Okta; needed when the application has several, and the key is no JWK with a `kid`.
    pub key_id: Option<String>,
    /// The scopes to read with, such as `okta.authorizationServers.read`.
    pub read: Vec<String>,
    /// The scopes that are asked for besides when something is to be written.
    pub manage: Vec<String>,
    /// The application requires `DPoP`.
    pub dpop: bool,
}

/// Gets access tokens when they are needed and signs each request.
///
/// Who only reads never holds a token that could write: that one is fetched by the first write.
pub(in crate::vendor::okta) struct ServiceLogin {
    client: Client,
    client_id: String,
    key: ClientKey,
    read: Vec<String>,
    manage: Vec<String>,
    proof_key: Option<ProofKey>,
    state: Mutex<State>,
    options: Options,
}

#[derive(Default)]
struct State {
    /// For reads.
    reads: Option<Token>,
    /// For writes, and for reads once it is there.
    writes: Option<Token>,
    nonce: Option<String>,
    /// Seconds that Okta's clock is ahead of this machine's.
    ahead: i64,
}

struct Token {
    secret: Secret,
    /// Whether it was asked for with the scopes that write.
    writes: bool,
    /// Whether it is bound to the proof key, as Okta says.
    bound: bool,
    /// By the client's clock.
    ends: Duration,
}

const PATH: &str = "/oauth2/v1/token";
/// A token is renewed this long before its end, so that no request travels with a dead one.
const MARGIN: Duration = Duration::from_secs(30);
/// Clocks that differ by less than these seconds are taken as equal: an answer travels, too.
const SKEW: i64 = 5;

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
            read: service.read,
            manage: service.manage,
            proof_key: proof_key.map_err(setup)?,
            state: Mutex::default(),
            options: options.clone(),
        })
    }

    /// Asks for a token; each try has a new assertion and a new proof.
    async fn fetch(&self, state: &mut State, scopes: &[String]) -> Result<Token, VendorError> {
        let url = self.client.url(&Method::POST, PATH, &[])?;
        let scope = scopes.join(" ");
        let mut attempt = 1;
        let since = self.options.clock.now();
        let mut corrected = false;
        loop {
            let now = self.options.clock.unix() + state.ahead;
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
            let moved = tried
                .headers
                .as_ref()
                .is_some_and(|headers| self.set_clock(state, headers));
            let error = match tried.result {
                Ok(reply) => return self.accept(&reply.body, scopes),
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
            // signed for the wrong time of day: once more for Okta's
            if moved && !corrected && matches!(error.status(), Some(400 | 401)) {
                corrected = true;
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
            match retry::judge(&error, true, effort, asked, false, &self.options.pace) {
                Verdict::GiveUp => return Err(not_let_in(error, scopes)),
                Verdict::Again(wait) | Verdict::AgainAll(wait) => {
                    self.options.clock.sleep(wait).await;
                }
            }
        }
    }

    /// Goes by Okta's clock where this machine's differs; tells whether that is news.
    fn set_clock(&self, state: &mut State, headers: &HeaderMap) -> bool {
        let Some(date) = traffic::date(headers) else {
            return false;
        };
        let ahead = date - self.options.clock.unix();
        let ahead = if ahead.abs() < SKEW { 0 } else { ahead };
        if (ahead - state.ahead).abs() < SKEW {
            return false;
        }
        state.ahead = ahead;
        tracing::warn!(seconds = ahead, "Okta's clock differs from this machine's");
        true
    }

    fn accept(&self, body: &Json, scopes: &[String]) -> Result<Token, VendorError> {
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
        let missing: Vec<&str> = scopes
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
                scope: Some(missing.join("` and `")),
            });
        }
        let life = body.get("expires_in").and_then(Json::as_u64);
        let life = Duration::from_secs(life.unwrap_or(3600));
        let kind = body.get("token_type").and_then(Json::as_str);
        Ok(Token {
            secret,
            writes: false,
            bound: self.proof_key.is_some()
                && kind.is_none_or(|kind| kind.eq_ignore_ascii_case("dpop")),
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
            let now = self.options.clock.unix() + state.ahead;
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
            let reads = *method == Method::GET || *method == Method::HEAD;
            let good = |token: &Token| now < token.ends;
            let writes = state.writes.take().filter(good);
            let known = match (writes, reads) {
                (None, true) => state.reads.take().filter(good),
                (writes, _) => writes,
            };
            let token = match (known, reads) {
                (Some(token), _) => token,
                (None, true) => self.fetch(&mut state, &self.read).await?,
                (None, false) => {
                    let all = [self.read.as_slice(), &self.manage].concat();
                    let token = self.fetch(&mut state, &all).await?;
                    Token {
                        writes: true,
                        ..token
                    }
                }
            };
            let scheme = if token.bound { "DPoP" } else { "Bearer" };
            let mut headers = HeaderMap::new();
            let text = zeroize::Zeroizing::new(format!("{scheme} {}", token.secret.expose()));
            headers.insert(AUTHORIZATION, sensitive(Vendor::Okta, &text)?);
            if token.bound {
                self.prove(&mut headers, method, url, &state, Some(&token.secret))?;
            }
            if token.writes {
                state.writes = Some(token);
            } else {
                state.reads = Some(token);
            }
            Ok(headers)
        })
    }

    fn forget(&self) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            let mut state = self.state.lock().await;
            (state.reads, state.writes) = (None, None);
        })
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
        what: "the private key must be a PEM or a JWK: RSA of 2048 bits or more, P-256, P-384 or P-521"
            .to_owned(),
        source,
    }
}
