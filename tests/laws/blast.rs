//! What stands behind each object that is to go: of every kind, deleted and replaced, counted by hand
//! from what the vendors' documentation says of who needs whom.

use std::collections::{BTreeMap, BTreeSet};

use dcrsync::plan::{Action, Step};

use crate::kinds::managed;
use crate::world::World;

/// One object of each kind, and two applications: Konnect registers the client of one itself.
const ALL: &str = "
okta:
  authorization_servers:
    partners:
      description: Tokens for partners
      scopes: { a: {} }
      claims: { client_id: { value: app.clientId, scopes: [a] } }
      policies: { p: { clients: all, rules: { r: { grant_types: [client_credentials], scopes: [a] } } } }
konnect:
  dcr_providers:
    okta: { type: okta, authorization_server: partners, dcr_token: { env: DCR_TOKEN } }
  auth_strategies:
    oidc: { display_name: O, dcr_provider: okta, scopes: [a], credential_claims: [client_id], auth_methods: [client_credentials] }
    second: { display_name: Second, dcr_provider: okta, scopes: [a], credential_claims: [client_id], auth_methods: [client_credentials] }
  portals:
    lab: { display_name: Lab }
    developer-portal: { description: Ours }
  publications:
    orders: { portal: developer-portal, auth_strategy: oidc }
  apps:
    mobile:
      portal: developer-portal
      owner: { developer: dev@example.com }
      auth_strategy: oidc
      apis: [orders]
      login: { env: PORTAL_PASSWORD }
      credentials: { sops: clients.mobile, in: clients.sops.yaml }
    batch:
      portal: developer-portal
      owner: { developer: dev@example.com }
      auth_strategy: oidc
      apis: [orders]
      client: managed
      credentials: { sops: clients.batch, in: clients.sops.yaml }
";

/// All that hangs on the strategy, and so on whatever that needs.
const STRATEGY: &str =
    "konnect.app 2, konnect.publication 1, konnect.registration 2, okta.client 1";

/// What one entry says, and what then stands behind each object that goes.
struct Case {
    says: &'static str,
    gone: &'static [(&'static str, &'static str)],
}

const DELETED: &[Case] = &[
    Case {
        says: "okta: { authorization_servers: { partners: { state: absent } } }",
        gone: &[(
            "okta.authorization_server.partners",
            "<inside>, konnect.dcr_provider 1, konnect.auth_strategy 2, <strategy>",
        )],
    },
    Case {
        says: "okta: { authorization_servers: { partners: { scopes: { a: { state: absent } } } } }",
        gone: &[(
            "okta.scope.partners/a",
            "okta.claim 1, okta.policy_rule 1, konnect.auth_strategy 2, <strategy>",
        )],
    },
    Case {
        says: "okta: { authorization_servers: { partners: { claims: { client_id: { state: absent } } } } }",
        gone: &[(
            "okta.claim.partners/client_id",
            "konnect.auth_strategy 2, <strategy>",
        )],
    },
    Case {
        says: "okta: { authorization_servers: { partners: { policies: { p: { state: absent } } } } }",
        gone: &[("okta.policy.partners/p", "okta.policy_rule 1")],
    },
    Case {
        says: "okta: { authorization_servers: { partners: { policies: { p: { clients: all, rules: { r: { state: absent } } } } } } }",
        gone: &[("okta.policy_rule.partners/p/r", "")],
    },
    Case {
        says: "konnect: { dcr_providers: { okta: { state: absent } } }",
        gone: &[(
            "konnect.dcr_provider.okta",
            "konnect.auth_strategy 2, <strategy>",
        )],
    },
    Case {
        says: "konnect: { auth_strategies: { oidc: { state: absent } } }",
        gone: &[("konnect.auth_strategy.oidc", "<strategy>")],
    },
    Case {
        says: "konnect: { portals: { developer-portal: { state: absent } } }",
        gone: &[(
            "konnect.portal.developer-portal",
            "konnect.developer 1, <strategy>",
        )],
    },
    Case {
        says: "konnect: { publications: { orders: { portal: developer-portal, state: absent } } }",
        gone: &[("konnect.publication.orders", "konnect.registration 2")],
    },
    Case {
        says: "konnect: { apps: { mobile: { portal: developer-portal, owner: { developer: dev@example.com }, apis: [orders], state: absent } } }",
        gone: &[(
            "konnect.app.mobile",
            "konnect.registration 1, okta.client 1",
        )],
    },
    Case {
        says: "konnect: { apps: { batch: { portal: developer-portal, owner: { developer: dev@example.com }, client: managed, state: absent } } }",
        gone: &[
            ("konnect.app.batch", "konnect.registration 1"),
            ("okta.client.batch", "konnect.app 1, konnect.registration 1"),
        ],
    },
];

/// What goes with something: the object, and what stands behind it.
type Gone = &'static [(&'static str, &'static str)];

/// What is made anew, by what is to be replaced in the document.
const REPLACED: &[(&str, &str, Gone)] = &[
    (
        "type: okta, authorization_server: partners, dcr_token: { env: DCR_TOKEN }",
        "type: curity, issuer: https://login.example, client_id: c, client_secret: { env: OTHER_SECRET }",
        &[
            (
                "konnect.dcr_provider.okta",
                "konnect.auth_strategy 2, <strategy>",
            ),
            ("konnect.auth_strategy.oidc", "<strategy>"),
            ("konnect.auth_strategy.second", ""),
            ("konnect.publication.orders", "konnect.registration 2"),
            (
                "konnect.app.mobile",
                "konnect.registration 1, okta.client 1",
            ),
            ("konnect.app.batch", "konnect.registration 1"),
            ("konnect.registration.mobile/orders", ""),
            ("konnect.registration.batch/orders", ""),
        ],
    ),
    (
        "auth_strategy: oidc",
        "auth_strategy: second",
        &[
            (
                "konnect.app.mobile",
                "konnect.registration 1, okta.client 1",
            ),
            ("konnect.app.batch", "konnect.registration 1"),
            ("konnect.registration.mobile/orders", ""),
            ("konnect.registration.batch/orders", ""),
        ],
    ),
];

/// `konnect.app 2, okta.client 1`, sorted.
fn told(step: &Step) -> String {
    let counts = step.blast_radius.by_kind.iter();
    let counts: Vec<String> = counts
        .map(|(kind, count)| format!("{kind} {count}"))
        .collect();
    counts.join(", ")
}

/// The expectation without its short forms, sorted.
fn whole(expected: &str, server: &BTreeMap<&str, usize>) -> String {
    let contents: Vec<String> = server
        .iter()
        .map(|(kind, count)| format!("{kind} {count}"))
        .collect();
    let text = expected
        .replace("<strategy>", STRATEGY)
        .replace("<inside>", &contents.join(", "));
    let parts: BTreeSet<&str> = text.split(", ").filter(|part| !part.is_empty()).collect();
    parts.into_iter().collect::<Vec<_>>().join(", ")
}

#[tokio::test]
async fn whoever_stands_behind_a_delete_or_a_replace_is_counted() {
    let mut world = World::settled(ALL).await;
    // Okta's own scopes and claims go with their server, too
    let dump = world.dump().await;
    let server: BTreeMap<&str, usize> = [
        ("okta.scope", "scopes"),
        ("okta.claim", "claims"),
        ("okta.policy", "policies"),
        ("okta.policy_rule", "rules"),
    ]
    .into_iter()
    .map(|(kind, collection)| (kind, dump.of(&format!("okta partners {collection}")).len()))
    .collect();
    assert!(server["okta.scope"] > 1, "{server:?}");
    let replaced: Vec<(String, Action, Gone)> = REPLACED
        .iter()
        .map(|(old, new, gone)| {
            assert!(ALL.contains(old), "{old}");
            (ALL.replace(old, new), Action::Replace, *gone)
        })
        .collect();
    let deleted = DELETED.iter();
    let deleted = deleted.map(|case| (case.says.to_owned(), Action::Delete, case.gone));
    let mut seen = BTreeSet::new();
    for (document, action, gone) in deleted.chain(replaced) {
        let planned = world.says(&document).plan().await;
        let steps = planned.plan.steps.iter();
        let steps: BTreeMap<&str, String> = steps
            .filter(|step| step.action == action)
            .map(|step| (step.address.as_str(), told(step)))
            .collect();
        let expected: BTreeMap<&str, String> = gone
            .iter()
            .map(|(address, behind)| (*address, whole(behind, &server)))
            .collect();
        assert_eq!(steps, expected, "{action} of\n{document}");
        seen.extend(gone.iter().map(|(address, _)| {
            let mut parts = address.splitn(3, '.');
            format!("{}.{}", parts.next().unwrap(), parts.next().unwrap())
        }));
    }
    let all: BTreeSet<String> = managed().map(|kind| kind.info().name.to_string()).collect();
    assert_eq!(seen, all, "a kind that nobody deletes here");
}

/// A change that only the owning developer may make, of an application whose client dcrsync made.
#[tokio::test]
async fn a_login_is_used_whoever_made_the_client() {
    let with_login = ALL.replace(
        "      client: managed\n",
        "      client: managed\n      description: Nightly\n      login: { env: PORTAL_PASSWORD }\n",
    );
    let mut world = World::settled(&with_login).await;
    world.says(&with_login.replace("Nightly", "Hourly"));
    world.converge().await;
    world.is_settled().await;
}
