//! The proofs themselves: a token, what is in it, and the gateway's answer.

use std::time::Duration;

use serde_json::Value as Json;

use super::{Verdict, chain};
use crate::base::Credentials;
use crate::config::Verify;
use crate::engine::Engine;
use crate::plan::Desired;
use crate::vendor::token::{Metadata, Probe, Token};

/// Policies, rules and registrations take a moment until tokens and gateway follow them.
const TRIES: u32 = 4;
const BETWEEN_TRIES: Duration = Duration::from_millis(700);

impl Engine {
    pub(super) async fn token(
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
                Err(_) if tried < TRIES => self.options.http.clock.sleep(BETWEEN_TRIES).await,
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

    pub(super) async fn claims(
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

    pub(super) async fn gateway(
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
                Ok(_) | Err(_) if tried < TRIES => {
                    self.options.http.clock.sleep(BETWEEN_TRIES).await;
                }
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
