//! The token by which Konnect registers clients in Okta.
//!
//! The old one is revoked by itself (`DELETE /api/v1/api-tokens/current`): Okta tells no token's id by
//! its value, so nothing else is exact. Until then it lies in the SOPS file, beside the new one; once it
//! is revoked its entry goes, so that the file is as it was but for the token.

use jiff::Timestamp;

use super::{Rotate, Stage};
use crate::base::{Address, Secret, SecretRef, Value};
use crate::config::{OktaAuth, OktaSettings};
use crate::engine::planning::Planned;
use crate::engine::verify::chain;
use crate::engine::{Engine, EngineError, Verdict};
use crate::kinds::konnect::dcr_provider;
use crate::plan::Note;
use crate::secrets::SecretError;
use crate::vendor::VendorError;

/// The field of the provider.
const FIELD: &str = "dcr_token";
/// Stands before the last name of the token's path where the old one waits for its end.
const RETIRING: &str = "retiring_";

/// A token that takes the place of another one.
#[derive(Debug)]
pub struct NewToken {
    path: String,
    new: Secret,
    old: Secret,
}

/// An old token that is still to be revoked.
struct Retiring {
    path: String,
    since: Timestamp,
    token: Secret,
}

impl Engine {
    /// Lets a plan see a new token although it is written nowhere yet; `None` when it is there already.
    pub fn offer_token(
        &mut self,
        address: &Address,
        new: Secret,
    ) -> Result<Option<NewToken>, EngineError> {
        self.scrubber.learn(&new);
        let path = match self.reference(address)? {
            SecretRef::Sops(path) => path.clone(),
            reference @ (SecretRef::Env(_) | SecretRef::File(_)) => {
                return Err(refuse(
                    address,
                    format!(
                        "the document takes its token from `{reference}`, where dcrsync writes nothing"
                    ),
                    "put the new token there, and run it again without a new one",
                ));
            }
        };
        let old = self.dcr_token(address)?;
        if new == old {
            return Ok(None);
        }
        let print = (self.options.fingerprint)(&new, &self.checked.settings.name, address);
        for desired in self.declared.iter_mut() {
            if desired.address == *address {
                let print = Value::Fingerprint(print.clone());
                desired.fields.insert(FIELD, print);
            }
        }
        let secrets = self.secrets.entry(address.clone()).or_default();
        secrets.insert(FIELD, new.clone());
        Ok(Some(NewToken { path, new, old }))
    }

    /// Tells what is next for a provider's token; the plan is the ordinary one for the provider.
    pub fn rotate_token(
        &self,
        planned: &mut Planned,
        ask: &Rotate<'_>,
        offered: Option<&NewToken>,
    ) -> Result<Stage, EngineError> {
        self.reference(ask.address)?;
        let retiring = self.retiring(ask.address)?;
        let early = |retiring: &Retiring| !ask.again && !ask.is_due(Some(retiring.since));
        if offered.is_some() && retiring.as_ref().is_some_and(early) {
            return Err(refuse(
                ask.address,
                "the token before the present one still waits for its end".to_owned(),
                "wait until the grace is over, or give `--again`: that revokes it at once",
            ));
        }
        let uses = |retiring: &Retiring| {
            let live = planned.world.get(ask.address).map(|live| live.field(FIELD));
            let document = &self.checked.settings.name;
            let print = (self.options.fingerprint)(&retiring.token, document, ask.address);
            live == Some(&Value::Fingerprint(print))
        };
        if offered.is_some() && retiring.as_ref().is_some_and(uses) {
            return Err(refuse(
                ask.address,
                "Konnect still uses the token that was to be retired: the last rotation did not get so far".to_owned(),
                "run it without a new token first: that gives Konnect the one in the SOPS file",
            ));
        }
        let changes = planned
            .plan
            .step(ask.address)
            .is_some_and(|step| step.fields.iter().any(|field| field.name == FIELD));
        let mut note = |message: String| {
            planned.plan.notes.push(Note {
                address: Some(ask.address.clone()),
                message,
            });
        };
        if changes {
            note(if ask.grace.is_zero() {
                "the old token is revoked as soon as Konnect uses the new one, if it is known here"
                    .to_owned()
            } else {
                format!(
                    "the old token, if it is known here, is kept in the SOPS file and works for another {:#}",
                    ask.grace
                )
            });
            return Ok(Stage::Renew);
        }
        let Some(retiring) = retiring else {
            return Err(refuse(
                ask.address,
                "Konnect has the token of the document already, and no old one waits for its end"
                    .to_owned(),
                "give a new token with `--new-env NAME`, `--new-file PATH` or `--new-file -`",
            ));
        };
        if ask.again || ask.is_due(Some(retiring.since)) {
            note("the old token is revoked in Okta".to_owned());
            return Ok(Stage::Retire);
        }
        match ask.until(Some(retiring.since)) {
            Some(until) => {
                note(format!(
                    "Konnect has the new token; the old one is revoked after {}: run `dcrsync rotate {}` again then",
                    until.strftime("%FT%TZ"),
                    ask.address
                ));
                Ok(Stage::Wait(until))
            }
            None => Ok(Stage::Done),
        }
    }

    /// Asks Okta what the provider's token may do, before Konnect gets it.
    pub async fn check_token(&self, planned: &Planned, address: &Address) -> Verdict {
        let mut verdict = Verdict::of(address.as_str());
        let token = match self.dcr_token(address) {
            Ok(token) => token,
            Err(error) => {
                verdict.fail(
                    "okta",
                    chain(&error),
                    "put the token where the document takes it from",
                );
                return verdict;
            }
        };
        let org = self.readers.okta.base().to_string();
        let reader = match self.readers.okta.with_token(&token) {
            Ok(reader) => reader,
            Err(error) => {
                verdict.fail(
                    "okta",
                    chain(&error),
                    "is it the token, and nothing besides?",
                );
                return verdict;
            }
        };
        match reader.get("/api/v1/users/me").await {
            Ok(user) => {
                let login = user
                    .as_ref()
                    .and_then(|user| user.pointer("/profile/login"));
                let login = login
                    .and_then(serde_json::Value::as_str)
                    .unwrap_or("a user");
                verdict.pass("okta", format!("{org} takes it as a token of `{login}`"));
            }
            Err(error) => {
                let cause = "it is of another org, expired (30 days without use), revoked, or bound to other networks";
                verdict.fail("okta", chain(&error), cause);
                return verdict;
            }
        }
        let issuer = planned.declared.get(address);
        let issuer = issuer.and_then(|provider| provider.field("issuer").as_text());
        match issuer {
            Some(issuer) if issuer.starts_with(&org) => {
                verdict.pass("org", format!("the issuer `{issuer}` is of the same org"));
            }
            Some(issuer) => verdict.pass(
                "org",
                format!("the issuer `{issuer}` has another address than `{org}`: not compared"),
            ),
            None => {}
        }
        match reader.peek("/oauth2/v1/clients", &[("limit", "1")]).await {
            Ok(()) => verdict.pass("clients", "it may read registered clients, as Konnect does"),
            Err(error) => verdict.fail(
                "clients",
                chain(&error),
                "its user needs an admin role that manages applications, such as Application Administrator",
            ),
        }
        verdict
    }

    /// Writes a new token where the document takes it from, and the old one beside it.
    pub async fn keep_token(
        &self,
        address: &Address,
        token: &NewToken,
        now: Timestamp,
    ) -> Result<(), EngineError> {
        // there is room for one only
        self.retire_token(address).await?;
        let old = Secret::new(format!("{now} {}", token.old.expose()));
        let beside = retiring_path(&token.path);
        let mut values = vec![(token.path.as_str(), &token.new)];
        // one that somebody else needs is never revoked, so it is not remembered
        if !self.is_needed(&token.old, &token.path)? {
            values.push((beside.as_str(), &old));
        }
        self.vault
            .secrets
            .put(&token.path, &values)
            .map_err(|source| unread(&token.path, source))
    }

    /// Revokes the old token, and tells whether there was one.
    pub async fn retire_token(&self, address: &Address) -> Result<bool, EngineError> {
        let Some(retiring) = self.retiring(address)? else {
            return Ok(false);
        };
        if !self.is_needed(&retiring.token, &retiring.path)? {
            let revoked = async {
                let writer = self.readers.okta.with_token(&retiring.token)?;
                let writer = crate::vendor::okta::Writer::new(writer);
                writer.delete("/api/v1/api-tokens/current").await
            };
            match revoked.await {
                // whom Okta does not know any more is revoked already
                Ok(()) => {}
                Err(error) if is_unknown(&error) => {}
                Err(source) => {
                    return Err(EngineError::Vendor {
                        doing: format!("revoke the old token of `{address}`"),
                        source: Box::new(source),
                    });
                }
            }
        }
        self.vault
            .secrets
            .remove(&retiring.path)
            .map_err(|source| unread(&retiring.path, source))?;
        Ok(true)
    }

    /// Where the document takes the provider's token from.
    fn reference(&self, address: &Address) -> Result<&SecretRef, EngineError> {
        let declared = self.checked.declared.get(address);
        let desired =
            declared.filter(|desired| desired.kind == dcr_provider::NAME && !desired.absent);
        match desired.map(|desired| desired.field(FIELD)) {
            Some(Value::Secret(reference)) => Ok(reference),
            Some(_) => Err(refuse(
                address,
                "it has no `dcr_token`; secrets of other identity providers are not dcrsync's to check".to_owned(),
                "change the secret where the document takes it from, then run `dcrsync apply`",
            )),
            None => Err(refuse(
                address,
                "the document does not declare it".to_owned(),
                "rotate a `konnect.app.NAME` or a `konnect.dcr_provider.NAME`",
            )),
        }
    }

    /// The token that is in force for this run.
    pub(in crate::engine) fn dcr_token(&self, address: &Address) -> Result<Secret, EngineError> {
        let known = self.secrets.get(address).and_then(|known| known.get(FIELD));
        known.cloned().ok_or_else(|| {
            refuse(
                address,
                "its token is not known".to_owned(),
                "add `dcr_token: { sops: … }`",
            )
        })
    }

    fn retiring(&self, address: &Address) -> Result<Option<Retiring>, EngineError> {
        let SecretRef::Sops(path) = self.reference(address)? else {
            return Ok(None);
        };
        let path = retiring_path(path);
        let secrets = &self.vault.secrets;
        let failed = |source| unread(&path, source);
        if !secrets.has(&path).map_err(failed)? {
            return Ok(None);
        }
        let reference = SecretRef::Sops(path.clone());
        let held = secrets
            .resolve(&reference, std::path::Path::new(""))
            .map_err(failed)?;
        let Some((since, token)) = held.expose().split_once(' ') else {
            return Ok(None);
        };
        let Ok(since) = since.parse() else {
            return Ok(None);
        };
        let token = Secret::new(token);
        self.scrubber.learn(&token);
        Ok(Some(Retiring { path, since, token }))
    }

    /// Tells whether something else in the document logs in with the same token.
    fn is_needed(&self, token: &Secret, path: &str) -> Result<bool, EngineError> {
        let own = match self
            .checked
            .settings
            .okta
            .as_ref()
            .and_then(OktaSettings::auth)
        {
            Some(OktaAuth::Token(reference)) => Some(self.vault.read(
                reference,
                crate::base::Span::default(),
                "okta.token",
            )?),
            Some(OktaAuth::OAuth(_)) | None => None,
        };
        if own.as_ref() == Some(token) {
            return Ok(true);
        }
        let mut others = self.checked.declared.iter().filter_map(|desired| {
            let Value::Secret(reference) = desired.field(FIELD) else {
                return None;
            };
            let same = *reference == SecretRef::Sops(path.to_owned());
            let known = self.secrets.get(&desired.address)?.get(FIELD)?;
            (!same).then_some(known)
        });
        Ok(others.any(|other| other == token))
    }
}

/// `okta.dcr_token` → `okta.retiring_dcr_token`: rules that encrypt by the end of a name still do.
fn retiring_path(path: &str) -> String {
    match path.rsplit_once('.') {
        Some((above, name)) => format!("{above}.{RETIRING}{name}"),
        None => format!("{RETIRING}{path}"),
    }
}

fn is_unknown(error: &VendorError) -> bool {
    error.not_found() || error.answer().is_some_and(|answer| answer.status == 401)
}

fn unread(path: &str, source: SecretError) -> EngineError {
    EngineError::Secret {
        reference: SecretRef::Sops(path.to_owned()),
        place: "the rotation".to_owned(),
        source: Box::new(source),
    }
}

fn refuse(address: &Address, reason: String, hint: &str) -> EngineError {
    EngineError::Rotate {
        address: address.clone(),
        reason,
        hint: hint.to_owned(),
    }
}
