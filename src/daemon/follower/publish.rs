use std::collections::{HashMap, HashSet};
use std::time::Duration;

use super::Follower;
use super::in_force::{Holding, InForce};
use crate::base::{Address, scrub_for_all};
use crate::config::{KonnectSettings, Mode};
use crate::daemon::source::{Source, shown};
use crate::engine::{Planned, Since};
use crate::plan::Action;
use crate::plan::render::{View, text};
use crate::status::{
    BudgetStatus, DocumentStatus, Health, ObjectState, ObjectStatus, RunOutcome, RunTally,
    SecretStatus,
};

/// Secrets are looked at so often, and when the document changed.
const SECRETS_EVERY: Duration = Duration::from_hours(6);

/// So many lines of history are shown.
pub(super) const RECENT: usize = 50;

/// A document of which nothing is known yet.
pub(super) fn starting(
    name: &str,
    source: &Source,
    in_force: &InForce,
    over: Option<Mode>,
) -> DocumentStatus {
    let settings = in_force.settings();
    let okta = settings.okta.as_ref().map(|okta| okta.org_url.to_string());
    let konnect = settings.konnect.as_ref().and_then(KonnectSettings::base);
    DocumentStatus {
        name: name.to_owned(),
        files: source.places().iter().map(|place| shown(place)).collect(),
        digest: Some(in_force.engine.checked().document.digest.clone()),
        organisations: okta
            .into_iter()
            .chain(konnect.map(|base| base.to_string()))
            .collect(),
        health: Health::Starting,
        applies: Holding::new(settings, over).ever_applies(),
        hold: None,
        leads: true,
        running: false,
        last_run: None,
        runs: RunTally::default(),
        last_in_sync: None,
        last_success: None,
        next_run: None,
        trouble: None,
        differences: Vec::new(),
        plan: None,
        objects: Vec::new(),
        secrets: Vec::new(),
        history: Vec::new(),
    }
}

impl Follower {
    pub(super) fn publish(&self) {
        self.shared.board.document(self.status.clone());
        let alerting = self.shared.teller.alerting();
        let budgets = self.in_force.as_ref().map(budgets);
        self.shared.board.change(|status| {
            status.alerting = alerting;
            for budget in budgets.into_iter().flatten() {
                let known = status
                    .budgets
                    .iter_mut()
                    .find(|known| known.origin == budget.origin && known.bucket == budget.bucket);
                match known {
                    Some(known) => *known = budget,
                    None => status.budgets.push(budget),
                }
            }
        });
    }

    /// In one word.
    pub(super) fn health(&self, outcome: RunOutcome) -> Health {
        if self.broken.is_some() {
            return Health::Broken;
        }
        let differences = &self.status.differences;
        let fights = differences
            .iter()
            .any(|difference| self.memory.is_fight(&difference.address));
        match outcome {
            RunOutcome::Broken => Health::Broken,
            RunOutcome::Unreachable => Health::Unreachable,
            RunOutcome::Refused => Health::Refused,
            RunOutcome::Failed | RunOutcome::Partial => Health::Failed,
            RunOutcome::InSync => Health::InSync,
            RunOutcome::Applied | RunOutcome::Differs | RunOutcome::Stopped => {
                if differences.is_empty() {
                    Health::InSync
                } else if fights {
                    Health::Fighting
                } else if differences.iter().any(|it| it.moved.is_drift()) {
                    Health::Drifted
                } else {
                    Health::Pending
                }
            }
        }
    }

    /// Publishes what a look found: the plan, and how each object is.
    pub(super) fn publish_plan(&mut self, in_force: &InForce, planned: &Planned) {
        let checked = in_force.engine.checked();
        self.status.plan = (!planned.plan.is_empty()).then(|| {
            let view = View {
                plan: &planned.plan,
                sources: &in_force.sources,
                document: &checked.settings.name,
                digest: &checked.document.digest,
                observed_at: &self.now().strftime("%FT%TZ").to_string(),
                seconds: None,
            };
            // a secret that somebody wrote into a field where none belongs is shown to nobody
            scrub_for_all(&text(&view, false)).unwrap_or_else(|| "(not shown)".to_owned())
        });
        let drifted: HashSet<&Address> = self
            .status
            .differences
            .iter()
            .filter(|difference| difference.moved.is_drift())
            .map(|difference| &difference.address)
            .collect();
        let steps = planned.plan.steps.iter();
        let states: HashMap<&Address, ObjectState> = steps
            .map(|step| {
                let state = match step.action {
                    Action::Create if drifted.contains(&step.address) => ObjectState::Missing,
                    Action::Delete => ObjectState::Surplus,
                    _ if drifted.contains(&step.address) => ObjectState::Drifted,
                    Action::Create | Action::Adopt | Action::Update | Action::Replace => {
                        ObjectState::Pending
                    }
                };
                (&step.address, state)
            })
            .collect();
        let state = |address| states.get(address).copied();
        let declared = planned.declared.iter().filter(|desired| !desired.absent);
        let mut objects: Vec<ObjectStatus> = declared
            .map(|desired| {
                let mut needs: Vec<Address> = desired.needs().cloned().collect();
                needs.sort();
                needs.dedup();
                ObjectStatus {
                    address: desired.address.clone(),
                    state: state(&desired.address).unwrap_or(ObjectState::InSync),
                    needs,
                }
            })
            .collect();
        for step in &planned.plan.steps {
            if step.action == Action::Delete {
                objects.push(ObjectStatus {
                    address: step.address.clone(),
                    state: ObjectState::Surplus,
                    needs: Vec::new(),
                });
            }
        }
        self.status.objects = objects;
    }

    /// Says of objects that they are as the document says now.
    pub(super) fn mark(&mut self, written: &[Address]) {
        self.status.objects.retain(|object| {
            object.state != ObjectState::Surplus || !written.contains(&object.address)
        });
        for object in &mut self.status.objects {
            if written.contains(&object.address) {
                object.state = ObjectState::InSync;
            }
        }
    }

    /// Asks once in a while what is known of the secrets; that costs some requests.
    pub(super) async fn look_at_secrets(&mut self, in_force: &InForce, planned: &Planned) {
        let now = self.shared.http.clock.now();
        if self
            .secrets_seen
            .is_some_and(|seen| now < seen + SECRETS_EVERY)
        {
            return;
        }
        self.secrets_seen = Some(now);
        match in_force.engine.inventory(planned).await {
            Ok(holdings) => {
                self.status.secrets = holdings
                    .into_iter()
                    .map(|holding| SecretStatus {
                        owner: holding.owner,
                        field: holding.field,
                        source: holding.source,
                        since: match holding.since {
                            Since::Exactly(at) | Since::AtLeast(at) => Some(at),
                            Since::Unknown => None,
                        },
                        expires: holding.expires,
                        in_step: holding.in_step,
                    })
                    .collect();
            }
            // a look that fails says so by itself
            Err(error) => tracing::debug!(%error, "the secrets were not looked at"),
        }
    }
}

fn budgets(in_force: &InForce) -> Vec<BudgetStatus> {
    let outlooks = in_force.engine.outlooks();
    let of = |(vendor, origin, outlook): (&'static str, String, crate::vendor::Outlook)| {
        outlook
            .buckets
            .into_iter()
            .map(move |allowance| BudgetStatus {
                vendor: vendor.to_owned(),
                origin: origin.clone(),
                bucket: allowance.bucket.to_owned(),
                limit: Some(allowance.limit),
                left: Some(allowance.left),
            })
    };
    outlooks.into_iter().flat_map(of).collect()
}
