//! Konnect's own word on whether it can register clients with what it was given.

use std::time::Duration;

use serde_json::Value as Json;

use crate::base::Address;
use crate::engine::planning::Planned;
use crate::engine::{ApplyReport, Engine, EngineError, Outcome, Verdict};
use crate::kinds::konnect::dcr_provider;
use crate::plan::{Action, FieldRule, KindInfo};
use crate::vendor::path;

/// Konnect may take a moment until it uses what it was given.
const TRIES: u32 = 4;
const BETWEEN_TRIES: Duration = Duration::from_millis(700);

impl Engine {
    /// Asks Konnect to try each provider that this apply gave a new secret.
    pub async fn verify_rotated(
        &self,
        planned: &Planned,
        done: &ApplyReport,
    ) -> Result<Vec<Verdict>, EngineError> {
        let kinds = crate::kinds::infos();
        let mut verdicts = Vec::new();
        for (address, action, outcome) in &done.outcomes {
            let is_done = matches!(outcome, Outcome::Done) && *action == Action::Update;
            if is_done && address.is(dcr_provider::NAME) && has_new_secret(planned, address, &kinds)
            {
                verdicts.push(self.verify_provider(planned, address).await?);
            }
        }
        Ok(verdicts)
    }

    /// Asks Konnect to try a provider: `POST /v2/dcr-providers/{id}/verify`.
    pub async fn verify_provider(
        &self,
        planned: &Planned,
        address: &Address,
    ) -> Result<Verdict, EngineError> {
        let mut verdict = Verdict::of(address.as_str());
        let Some(live) = planned.world.get(address) else {
            verdict.fail("konnect", "it is not in Konnect", "run `dcrsync apply`");
            return Ok(verdict);
        };
        let verify = path(&["v2", "dcr-providers", &live.id, "verify"]);
        let writers = self.writers();
        for tried in 1..=TRIES {
            let answer = writers.konnect.act(&verify).await;
            let answer = answer.map_err(|source| EngineError::Vendor {
                doing: format!("have Konnect try `{address}`"),
                source: Box::new(source),
            })?;
            if answer.get("status").and_then(Json::as_str) == Some("success") {
                verdict.pass(
                    "konnect",
                    "Konnect logs in to the identity provider with it",
                );
                break;
            }
            if tried < TRIES {
                self.options.http.clock.sleep(BETWEEN_TRIES).await;
                continue;
            }
            let errors = answer.get("errors").and_then(Json::as_array);
            let errors: Vec<&str> = errors
                .into_iter()
                .flatten()
                .filter_map(Json::as_str)
                .collect();
            let detail = format!("Konnect says: {}", errors.join("; "));
            verdict.fail(
                "konnect",
                self.scrubber.scrub(&detail),
                "the token is of another org, revoked, or may not register clients",
            );
        }
        Ok(verdict)
    }
}

fn has_new_secret(planned: &Planned, address: &Address, kinds: &[KindInfo]) -> bool {
    let kind = kinds.iter().find(|kind| address.is(kind.name));
    let write_only = |name: &str| {
        kind.and_then(|kind| kind.field(name))
            .is_some_and(|field| field.rule == FieldRule::WriteOnly)
    };
    let step = planned.plan.step(address);
    step.is_some_and(|step| step.fields.iter().any(|change| write_only(change.name)))
}
