//! The last step of the job: an application logs in and calls its API.

mod proof;
mod verdict;

pub use verdict::{Verdict, VerdictStep};

use super::{Engine, EngineError, planning::Planned};
use crate::base::{CredentialStore, CredentialTarget, Credentials};
use crate::config::Verify;
use crate::kinds::konnect::app;
use crate::plan::Desired;
use crate::vendor::token::Probe;

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

    pub(in crate::engine) async fn one(
        &self,
        planned: &Planned,
        name: &str,
        api: Option<(&String, &Verify)>,
    ) -> Verdict {
        let mut verdict = Verdict::of(name);
        verdict.api = api.map(|(api, _)| api.clone());
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
        let probe = Probe::new(self.scrubber.clone(), self.http.probe.clone());
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
}

/// Where an application's credentials are kept: with the app, or with its managed client.
fn target<'a>(planned: &'a Planned, app: &'a Desired) -> Option<&'a CredentialTarget> {
    let client = crate::kinds::okta::client::NAME.at(app.address.key());
    let client = || planned.declared.get(&client)?.store.as_ref();
    app.store.as_ref().or_else(client)
}

/// An error with all that caused it, on one line.
pub(in crate::engine) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text = format!("{text}: {cause}");
        next = cause.source();
    }
    text
}
