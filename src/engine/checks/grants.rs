//! A token needs a policy whose rule grants the scopes to these clients.

use super::facts::{Facts, Part, Strategy};
use crate::base::{Address, Report, Value};
use crate::kinds::okta::{policy, policy_rule};
use crate::plan::Desired;

/// Okta's word for every client of the org.
const ALL: &str = "ALL_CLIENTS";

pub(super) fn check(facts: &Facts<'_>, report: &mut Report) {
    for strategy in facts.strategies() {
        let (Some(server), true) = (&strategy.server, strategy.okta && strategy.for_machines())
        else {
            continue;
        };
        let scopes = strategy.scopes();
        if scopes.is_empty() {
            continue;
        }
        let rules = granting(facts, &strategy, server);
        let missing: Vec<&str> = scopes
            .iter()
            .copied()
            .filter(|scope| {
                !rules.iter().any(|granted| {
                    granted.contains(&"*".to_owned()) || granted.iter().any(|name| name == scope)
                })
            })
            .collect();
        // Okta grants by the first rule that fits, so one rule must grant all of them
        let one = rules.iter().any(|granted| {
            granted.contains(&"*".to_owned())
                || scopes
                    .iter()
                    .all(|scope| granted.iter().any(|name| name == scope))
        });
        if one {
            continue;
        }
        let what = if missing.is_empty() { scopes } else { missing };
        let place = what.first().map_or_else(
            || strategy.desired.span_of("scopes"),
            |scope| strategy.desired.span_of_item("scopes", scope),
        );
        let listed = what
            .iter()
            .map(|scope| format!("`{scope}`"))
            .collect::<Vec<_>>()
            .join(", ");
        let offline = if facts.world.is_some() {
            ""
        } else {
            " that the document declares"
        };
        report.push(
            facts
                .absent(
                    "no-policy-rule",
                    format!(
                        "no policy rule of the authorization server `{}`{offline} grants {listed} to the clients of `{}`",
                        server.key(),
                        strategy.desired.address.key()
                    ),
                )
                .at(place)
                .help(format!(
                    "add under `okta.authorization_servers.{}`: `policies: {{ portal apps: {{ clients: all, rules: \
                     {{ machine to machine: {{ grant_types: [client_credentials], scopes: [{}] }} }} }} }}`",
                    server.key(),
                    strategy.scopes().join(", ")
                )),
        );
    }
}

/// The scopes that each active rule grants to this strategy's machines.
fn granting(facts: &Facts<'_>, strategy: &Strategy<'_>, server: &Address) -> Vec<Vec<String>> {
    let policies = facts.parts(policy::NAME, Some(server));
    let clients: Vec<&str> = facts
        .apps_of(strategy.desired)
        .filter_map(|app| app.field("client_id").as_text())
        .collect();
    let only_known =
        !clients.is_empty() && facts.apps_of(strategy.desired).count() == clients.len();
    let mut granted = Vec::new();
    for part in &policies {
        let included = part.field("clients").texts();
        let fits =
            included.contains(&ALL) || only_known && clients.iter().all(|id| included.contains(id));
        if !fits || off(part) {
            continue;
        }
        let address = part
            .desired
            .map(|desired| desired.address.clone())
            .or_else(|| part.live?.address.clone());
        for rule in facts.parts(policy_rule::NAME, address.as_ref()) {
            if !off(&rule)
                && rule
                    .field("grant_types")
                    .texts()
                    .contains(&"client_credentials")
            {
                granted.push(
                    rule.field("scopes")
                        .texts()
                        .into_iter()
                        .map(str::to_owned)
                        .collect(),
                );
            }
        }
    }
    granted
}

fn off(part: &Part<'_>) -> bool {
    let absent = part.desired.is_some_and(|desired: &Desired| desired.absent);
    absent || *part.field("active") == Value::Bool(false)
}
