//! What is known of each secret that the document names; a secret itself is never told.
//!
//! The vendors' word goes before the files': Okta tells when a client secret or a token was made,
//! a SOPS file only when anything in it was last changed. What nobody tells is said to be unknown.

mod clients;
mod holding;
mod objects;
mod tokens;

pub use holding::{Holding, Since};

use std::path::Path;

use jiff::Timestamp;

use super::planning::Planned;
use super::{Engine, EngineError};
use crate::base::{Address, Secret, SecretRef, Span};
use crate::config::{Alert, OktaAuth, OktaSettings};

impl Engine {
    /// Looks at every secret that the document names, in its order.
    pub async fn inventory(&self, planned: &Planned) -> Result<Vec<Holding>, EngineError> {
        let mut all = self.logins().await?;
        all.extend(self.of_objects(planned).await?);
        all.extend(self.of_clients(planned).await?);
        all.extend(self.of_alerts());
        Ok(all)
    }

    /// Starts with what its place tells.
    fn holding(
        &self,
        owner: &str,
        field: &str,
        reference: &SecretRef,
        span: Span,
        secret: Option<&Secret>,
    ) -> Holding {
        let folder = self.vault.folders.get(span.file.0 as usize);
        let folder = folder.map_or(Path::new(""), |folder| folder.as_path());
        let mut holding = Holding::new(owner, field, reference.to_string());
        if let Some(origin) = self.vault.secrets.origin(reference, folder) {
            holding.file = Some(origin.file.display().to_string());
            if let Some(changed) = origin.changed {
                holding.since = Since::AtLeast(changed);
            }
        }
        if let Some(secret) = secret {
            let address: Option<Address> = owner.parse().ok();
            let address =
                address.unwrap_or_else(|| crate::base::KindName::new("secret.of").at(owner));
            let document = &self.checked.settings.name;
            holding.fingerprint = Some((self.options.fingerprint)(secret, document, &address));
        }
        holding
    }

    /// What dcrsync itself logs in with.
    async fn logins(&self) -> Result<Vec<Holding>, EngineError> {
        let settings = &self.checked.settings;
        let top = Span::default();
        let mut all = Vec::new();
        match settings.okta.as_ref().and_then(OktaSettings::auth) {
            Some(OktaAuth::Token(reference)) => {
                let token = self.vault.read(reference, top, "okta.token")?;
                let mut holding = self.holding("okta", "token", reference, top, Some(&token));
                self.ask_about_token(&token, &mut holding).await;
                all.push(holding);
            }
            Some(OktaAuth::OAuth(oauth)) => {
                let reference = &oauth.private_key;
                let key = self.vault.read(reference, top, "okta.oauth.private_key")?;
                let mut holding =
                    self.holding("okta", "oauth.private_key", reference, top, Some(&key));
                holding.note("Okta does not tell to which of the app's keys a private key belongs");
                all.push(holding);
            }
            None => {}
        }
        if let Some(konnect) = &settings.konnect {
            let token = self.vault.read(&konnect.token, top, "konnect.token")?;
            let mut holding = self.holding("konnect", "token", &konnect.token, top, Some(&token));
            holding.note("Konnect tells neither the age nor the end of a token by its value: look at it under Personal Access Tokens");
            all.push(holding);
        }
        Ok(all)
    }

    fn of_alerts(&self) -> Vec<Holding> {
        let references = self.checked.settings.alerts.iter().enumerate();
        let references = references.filter_map(|(at, alert)| {
            let (field, reference) = match alert {
                Alert::Slack(slack) => ("slack.url", Some(&slack.url)),
                Alert::Teams(teams) => ("teams.url", Some(&teams.url)),
                Alert::PagerDuty(duty) => ("pagerduty.routing_key", Some(&duty.routing_key)),
                Alert::Webhook(hook) => ("webhook.secret", hook.secret.as_ref()),
                Alert::Command(_) => ("command", None),
            };
            Some((at, field, reference?))
        });
        references
            .map(|(at, field, reference)| {
                let owner = format!("alerts[{at}]");
                let read = self.vault.read(reference, Span::default(), &owner);
                let mut holding = self.holding(
                    &owner,
                    field,
                    reference,
                    Span::default(),
                    read.as_ref().ok(),
                );
                match read {
                    Ok(_) => holding.note("its service tells neither age nor end"),
                    Err(error) => holding.problem = Some(super::verify::chain(&error)),
                }
                holding
            })
            .collect()
    }
}

/// Days as people count them.
pub(super) fn days(since: Timestamp, now: Timestamp) -> i64 {
    now.duration_since(since).as_hours() / 24
}

#[cfg(test)]
mod tests;
