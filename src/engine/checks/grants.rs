//! A token needs a policy whose rule grants the scopes to these clients.

use std::collections::{HashMap, HashSet};

use super::facts::{Facts, Part, Strategy};
use crate::base::{Address, Report, Value};
use crate::kinds::okta::{policy, policy_rule};
use crate::plan::Desired;

/// Okta's word for every client of the org.
const ALL: &str = "ALL_CLIENTS";

pub(super) fn check(facts: &Facts<'_>, report: &mut Report) {
    let mut known: HashMap<Address, Vec<Grant<'_>>> = HashMap::new();
    for strategy in facts.strategies() {
        let (Some(server), true) = (&strategy.server, strategy.okta && strategy.for_machines())
        else {
            continue;
        };
        let scopes = strategy.scopes();
        if scopes.is_empty() {
            continue;
        }
        let rules = known
            .entry(server.clone())
            .or_insert_with(|| grants(facts, server));
        let rules = serving(rules, facts, &strategy);
        let missing: Vec<&str> = scopes
            .iter()
            .copied()
            .filter(|scope| !rules.iter().any(|rule| rule.grants(scope)))
            .collect();
        // Okta grants by the first rule that fits, so one rule must grant all of them
        let one = rules
            .iter()
            .any(|rule| scopes.iter().all(|scope| rule.grants(scope)));
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

/// What one rule grants to machines.
struct Grant<'a> {
    clients: HashSet<&'a str>,
    scopes: HashSet<&'a str>,
}

impl Grant<'_> {
    fn grants(&self, scope: &str) -> bool {
        self.scopes.contains(policy_rule::ANY_SCOPE) || self.scopes.contains(scope)
    }
}

/// What the active rules of a server grant to machines.
fn grants<'a>(facts: &Facts<'a>, server: &Address) -> Vec<Grant<'a>> {
    let mut granted = Vec::new();
    let policies = facts.parts(policy::NAME, Some(server)).iter();
    for policy in policies.filter(|policy| !off(**policy)) {
        let address = policy
            .desired
            .map(|desired| &desired.address)
            .or_else(|| policy.live?.address.as_ref());
        for rule in facts.parts(policy_rule::NAME, address) {
            let types = rule.field("grant_types").texts();
            if !off(*rule) && types.contains(&"client_credentials") {
                granted.push(Grant {
                    clients: policy.field("clients").texts().into_iter().collect(),
                    scopes: rule.field("scopes").texts().into_iter().collect(),
                });
            }
        }
    }
    granted
}

/// Those that serve all clients of a strategy.
fn serving<'g, 'a>(
    rules: &'g [Grant<'a>],
    facts: &Facts<'_>,
    strategy: &Strategy<'_>,
) -> Vec<&'g Grant<'a>> {
    let apps = facts.apps_of(strategy.desired).iter();
    // `None` is a client that is yet to be made
    let clients: Vec<Option<&str>> = apps.map(|app| app.field("client_id").as_text()).collect();
    let only_known = |rule: &Grant<'_>| {
        let included = |id: Option<&str>| id.is_some_and(|id| rule.clients.contains(id));
        !clients.is_empty() && clients.iter().copied().all(included)
    };
    let rules = rules.iter();
    rules
        .filter(|rule| rule.clients.contains(ALL) || only_known(rule))
        .collect()
}

fn off(part: Part<'_>) -> bool {
    let absent = part.desired.is_some_and(|desired: &Desired| desired.absent);
    absent || *part.field("active") == Value::Bool(false)
}
