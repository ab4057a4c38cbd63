use std::time::Duration;

use serde::Serialize;
use serde_json::Value as Json;

use super::{Engine, EngineError, planning::Planned};
use crate::base::{CredentialStore, CredentialTarget, Credentials};
use crate::config::Verify;
use crate::kinds::konnect::app;
use crate::plan::Desired;
use crate::vendor::token::{Metadata, Probe, Token};

/// What the last step of the job found for one API and application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// The application.
    pub app: String,
    /// The API; absent when only the token is proven.
    pub api: Option<String>,
    /// The steps, in order; after a failed one nothing is tried.
    pub steps: Vec<VerdictStep>,
}

/// One step of a proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VerdictStep {
    /// What was tried: `credentials`, `issuer`, `token`, `scopes`, `claim`, `gateway`.
    pub name: &'static str,
    /// Whether it was as it must be.
    pub passed: bool,
    /// What was seen.
    pub detail: String,
    /// Where it failed: the likely cause.
    pub cause: Option<String>,
}

impl Verdict {
    /// Tells whether all steps passed.
    pub fn passed(&self) -> bool {
        self.steps.iter().all(|step| step.passed)
    }

    fn pass(&mut self, name: &'static str, detail: impl Into<String>) {
        self.steps.push(VerdictStep {
            name,
            passed: true,
            detail: detail.into(),
            cause: None,
        });
    }

    fn fail(&mut self, name: &'static str, detail: impl Into<String>, cause: impl Into<String>) {
        self.steps.push(VerdictStep {
            name,
            passed: false,
            detail: detail.into(),
            cause: Some(cause.into()),
        });
    }
}

/// Policies, rules and registrations take a moment until tokens and gateway follow them.
const TRIES: u32 = 4;
const BETWEEN_TRIES: Duration = Duration::from_millis(700);

impl Engine {
    /// Proves the way of each application: credentials, token, its scopes and claim, the gateway.
    ///
    /// Without `only`, all of the document's `verify` entries and all applications with credentials.
    pub async fn verify(
        &self,
        planned: &Planned,
        only: Option<&str>,
    ) -> Result<Vec<Verdict>, EngineError> {
        let mut verdicts = Vec::new();
        let settings = &self.checked.settings;
        let wanted = |app: &str| only.is_none_or(|only| only == app);
        for (api, verify) in &settings.verify {
            if wanted(&verify.app) {
                verdicts.push(self.one(planned, &verify.app, Some((api, verify))).await);
            }
        }
        for desired in planned.declared.of(app::NAME).filter(|app| !app.absent) {
            let name = desired.address.key();
            let covered = settings
                .verify
                .values()
                .any(|verify| verify.app.value == name);
            if wanted(name) && !covered && target(planned, desired).is_some() {
                verdicts.push(self.one(planned, name, None).await);
            }
        }
        Ok(verdicts)
    }

    async fn one(&self, planned: &Planned, name: &str, api: Option<(&String, &Verify)>) -> Verdict {
        let mut verdict = Verdict {
            app: name.to_owned(),
            api: api.map(|(api, _)| api.clone()),
            steps: Vec::new(),
        };
        let Some(app) = planned.declared.get(&app::NAME.at(name)) else {
            verdict.fail(
                "credentials",
                "the document declares no such app",
                "check the name",
            );
            return verdict;
        };
        let Some(credentials) = self.credentials(planned, app, &mut verdict) else {
            return verdict;
        };
        self.scrubber.learn(&credentials.client_secret);
        let strategy = app
            .field("auth_strategy")
            .as_ref_address()
            .and_then(|address| planned.declared.get(address));
        let Some((strategy, issuer)) =
            strategy.and_then(|strategy| Some((strategy, strategy.field("issuer").as_text()?)))
        else {
            verdict.fail(
                "issuer",
                "the strategy has no issuer that is known",
                "run `dcrsync apply` first",
            );
            return verdict;
        };
        let probe = Probe::new(self.scrubber.clone(), self.options.http.clone());
        let metadata = match probe.discover(issuer).await {
            Ok(metadata) => metadata,
            Err(error) => {
                verdict.fail("issuer", chain(&error), format!("is `{issuer}` the issuer of the authorization server, and is the server active?"));
                return verdict;
            }
        };
        verdict.pass("issuer", issuer.to_owned());
        let scopes: Vec<&str> = match api.and_then(|(_, verify)| verify.scopes.as_ref()) {
            Some(scopes) => scopes.iter().map(String::as_str).collect(),
            None => strategy.field("scopes").texts(),
        };
        let Some(token) = self
            .token(&probe, &metadata, &credentials, &scopes, &mut verdict)
            .await
        else {
            return verdict;
        };
        if !self
            .claims(
                &probe,
                &metadata,
                &token,
                strategy,
                &credentials,
                &mut verdict,
            )
            .await
        {
            return verdict;
        }
        if let Some((_, verify)) = api {
            self.gateway(&probe, verify, &credentials, &mut verdict)
                .await;
        }
        verdict
    }

    fn credentials(
        &self,
        planned: &Planned,
        app: &Desired,
        verdict: &mut Verdict,
    ) -> Option<Credentials> {
        let Some(target) = target(planned, app) else {
            verdict.fail(
                "credentials",
                "the document does not say where they are",
                "add `credentials: { sops: …, in: … }` to the app",
            );
            return None;
        };
        match self.store.get(target) {
            Ok(Some(credentials)) => {
                verdict.pass(
                    "credentials",
                    format!("client `{}` from `{}`", credentials.client_id, target.file),
                );
                Some(credentials)
            }
            Ok(None) => {
                verdict.fail(
                    "credentials",
                    format!("nothing is at `{}` in `{}`", target.path, target.file),
                    "run `dcrsync apply`: it issues and keeps them",
                );
                None
            }
            Err(error) => {
                verdict.fail(
                    "credentials",
                    chain(&error),
                    "is an age identity at hand that opens the file?",
                );
                None
            }
        }
    }

    async fn token(
        &self,
        probe: &Probe,
        metadata: &Metadata,
        credentials: &Credentials,
        scopes: &[&str],
        verdict: &mut Verdict,
    ) -> Option<Token> {
        let mut tried = 0;
        let token = loop {
            tried += 1;
            let asked = probe
                .client_credentials(
                    metadata,
                    &credentials.client_id,
                    &credentials.client_secret,
                    scopes,
                )
                .await;
            match asked {
                Ok(token) => break token,
                Err(_) if tried < TRIES => tokio::time::sleep(BETWEEN_TRIES).await,
                Err(error) => {
                    let code = error.oauth().map(|(code, _)| code.to_owned());
                    verdict.fail("token", chain(&error), token_cause(code.as_deref()));
                    return None;
                }
            }
        };
        verdict.pass("token", "by client_credentials");
        let missing: Vec<&str> = scopes
            .iter()
            .copied()
            .filter(|scope| !token.scope.iter().any(|granted| granted == scope))
            .collect();
        if missing.is_empty() {
            verdict.pass("scopes", token.scope.join(" "));
            Some(token)
        } else {
            verdict.fail(
                "scopes",
                format!("not granted: {}", missing.join(" ")),
                "no policy rule grants them to this client",
            );
            None
        }
    }

    async fn claims(
        &self,
        probe: &Probe,
        metadata: &Metadata,
        token: &Token,
        strategy: &Desired,
        credentials: &Credentials,
        verdict: &mut Verdict,
    ) -> bool {
        let claims = match probe.claims(metadata, &token.access_token).await {
            Ok(claims) => claims,
            Err(error) => {
                verdict.fail(
                    "claim",
                    chain(&error),
                    "does the issuer publish the keys that it signs with?",
                );
                return false;
            }
        };
        let path = strategy.field("credential_claims").texts();
        let found = path
            .iter()
            .try_fold(&claims, |claims, name| claims.get(*name));
        let name = path.join(".");
        match found.and_then(Json::as_str) {
            Some(value) if value == credentials.client_id => {
                verdict.pass("claim", format!("`{name}` is `{value}`"));
                true
            }
            Some(value) => {
                verdict.fail(
                    "claim",
                    format!("`{name}` is `{value}`"),
                    "the claim's value must be `app.clientId`",
                );
                false
            }
            None => {
                verdict.fail(
                    "claim",
                    format!("the token has no `{name}`"),
                    "is the claim an access token claim of this server, and active?",
                );
                false
            }
        }
    }

    async fn gateway(
        &self,
        probe: &Probe,
        verify: &Verify,
        credentials: &Credentials,
        verdict: &mut Verdict,
    ) {
        let Some(url) = &verify.url else {
            return;
        };
        let mut url = url.url().clone();
        if let Some(addresses) = &self.options.addresses {
            let mut local = addresses.gateway.clone();
            local.set_path(url.path());
            local.set_query(url.query());
            url = local;
        }
        let mut tried = 0;
        loop {
            tried += 1;
            let called = probe
                .call(
                    url.as_str(),
                    &credentials.client_id,
                    &credentials.client_secret,
                )
                .await;
            match called {
                Ok(called) if called.status == verify.expect => {
                    verdict.pass("gateway", format!("{} from {url}", called.status));
                    return;
                }
                Ok(_) | Err(_) if tried < TRIES => tokio::time::sleep(BETWEEN_TRIES).await,
                Ok(called) => {
                    let detail = format!(
                        "{} from {url}, expected {}: {}",
                        called.status, verify.expect, called.message
                    );
                    verdict.fail(
                        "gateway",
                        detail.trim_end_matches([':', ' ']),
                        gateway_cause(called.status),
                    );
                    return;
                }
                Err(error) => {
                    verdict.fail(
                        "gateway",
                        chain(&error),
                        "is the address that of a data plane that can be reached from here?",
                    );
                    return;
                }
            }
        }
    }
}

/// Where an application's credentials are kept: with the app, or with its managed client.
fn target<'a>(planned: &'a Planned, app: &'a Desired) -> Option<&'a CredentialTarget> {
    let client = crate::kinds::okta::client::NAME.at(app.address.key());
    let client = || planned.declared.get(&client)?.store.as_ref();
    app.store.as_ref().or_else(client)
}

fn token_cause(code: Option<&str>) -> &'static str {
    match code {
        Some("invalid_client") => {
            "the client is unknown, inactive, or its secret was renewed elsewhere"
        }
        Some("invalid_scope") => {
            "a scope of the strategy is not in the authorization server, or is `openid`"
        }
        Some("access_denied") => "no policy rule grants these scopes to this client",
        Some("consent_required") => {
            "a scope needs a person's consent; declare it with `consent: implicit`"
        }
        _ => "can the token endpoint be reached from here?",
    }
}

fn gateway_cause(status: u16) -> &'static str {
    match status {
        401 => {
            "the gateway does not accept the credentials: does the strategy have `client_credentials`?"
        }
        403 => "the application has no approved registration for this API",
        404 => "no route of the gateway has this path",
        _ => "look at the gateway's and the upstream's logs",
    }
}

/// An error with all that caused it, on one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text = format!("{text}: {cause}");
        next = cause.source();
    }
    text
}
