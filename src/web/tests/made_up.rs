//! A status with something of everything, for the tests of the page; both the library's and the browser's.
#![allow(unreachable_pub, reason = "the browser's test includes this file, too")]

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::base::Urgency;
use crate::plan::Action;
use crate::status::{
    Actor, AlertKind, AlertStatus, Alerting, BudgetStatus, Difference, DocumentStatus,
    FieldDifference, Happening, Health, HistoryEntry, Hold, Moved, ObjectState, ObjectStatus,
    Place, RequestCount, RunOutcome, RunStatus, RunTally, SecretStatus, Status, Trigger,
};

/// The document that most tests look at.
pub const SHOP: &str = "shop";

const OBJECTS: [(&str, &[&str]); 12] = [
    ("okta.scope.default/orders.read", &[]),
    ("okta.scope.default/orders.write", &[]),
    ("okta.claim.default/client_id", &[]),
    ("okta.policy.default/portal apps", &[]),
    (
        "okta.policy_rule.default/portal apps/machine to machine",
        &[
            "okta.policy.default/portal apps",
            "okta.scope.default/orders.read",
            "okta.scope.default/orders.write",
        ],
    ),
    ("konnect.dcr_provider.okta-prod", &[]),
    (
        "konnect.auth_strategy.okta-oidc",
        &[
            "konnect.dcr_provider.okta-prod",
            "okta.scope.default/orders.read",
            "okta.scope.default/orders.write",
            "okta.claim.default/client_id",
        ],
    ),
    ("konnect.portal.developer-portal", &[]),
    (
        "konnect.publication.orders/developer-portal",
        &[
            "konnect.auth_strategy.okta-oidc",
            "konnect.portal.developer-portal",
        ],
    ),
    (
        "konnect.app.mobile-backend",
        &[
            "konnect.auth_strategy.okta-oidc",
            "konnect.portal.developer-portal",
        ],
    ),
    (
        "konnect.registration.mobile-backend/orders",
        &[
            "konnect.app.mobile-backend",
            "konnect.publication.orders/developer-portal",
        ],
    ),
    (
        "okta.client.nightly-report",
        &["okta.scope.default/orders.read"],
    ),
];

/// The times are relative to this one.
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// `minutes` ago.
pub fn ago(minutes: i64) -> Timestamp {
    now() - SignedDuration::from_mins(minutes)
}

/// Three documents: one in sync, one that drifted, one that another replica works on.
pub fn drifted() -> Status {
    let mut status = in_sync();
    let shop = &mut status.documents[0];
    shop.health = Health::Drifted;
    shop.differences = vec![scope_changed(), claim_gone()];
    shop.plan = Some(PLAN.to_owned());
    for object in &mut shop.objects {
        match object.address.as_str() {
            "okta.scope.default/orders.read" => object.state = ObjectState::Drifted,
            "okta.claim.default/client_id" => object.state = ObjectState::Missing,
            _ => {}
        }
    }
    let appeared = shop.differences.iter().map(|difference| HistoryEntry {
        at: difference.since,
        document: SHOP.to_owned(),
        what: Happening::Appeared {
            difference: difference.clone(),
        },
    });
    let alerted = HistoryEntry {
        at: ago(11),
        document: SHOP.to_owned(),
        what: Happening::Alerted {
            key: "drift/okta.claim.default/client_id".to_owned(),
            receiver: "slack #1".to_owned(),
            message: "okta.claim.default/client_id is gone".to_owned(),
            delivered: true,
        },
    };
    let earlier: Vec<HistoryEntry> = [alerted].into_iter().chain(appeared).collect();
    shop.history.extend(earlier);
    shop.last_in_sync = Some(ago(13));
    let run = RunStatus {
        outcome: RunOutcome::Differs,
        message: "2 objects differ".to_owned(),
        differing: 2,
        ..run()
    };
    shop.history[0].what = Happening::Run { run: run.clone() };
    shop.last_run = Some(run);
    status.alerting.firing = vec![AlertStatus {
        document: SHOP.to_owned(),
        key: "drift/okta.claim.default/client_id".to_owned(),
        kind: AlertKind::Drift,
        severity: Urgency::Critical,
        summary: "okta.claim.default/client_id is gone".to_owned(),
        detail: String::new(),
        difference: Some(claim_gone()),
        since: ago(12),
    }];
    status
}

const PLAN: &str = "\
~ okta.scope.default/orders.read
    ~ description: \"changed by hand\" -> \"Read orders\"
+ okta.claim.default/client_id
    + value: \"app.clientId\"
    + token: \"access\"

1 to create, 1 to update";

/// The same, when nothing differs.
pub fn in_sync() -> Status {
    Status {
        format: Status::FORMAT,
        version: "0.1.0".to_owned(),
        instance: "dcrsync-0".to_owned(),
        started: ago(60 * 30),
        documents: vec![
            document(SHOP, Health::InSync),
            frozen(),
            DocumentStatus {
                leads: false,
                ..document("partners", Health::Standby)
            },
        ],
        budgets: vec![
            budget(
                "okta",
                "https://acme.okta.com",
                "/api/v1/authorizationServers",
                50,
                41,
            ),
            budget("konnect", "https://us.api.konghq.com", "all", 0, 0),
        ],
        requests: vec![
            requests("okta", "/api/v1/authorizationServers", Some(200), 812),
            requests("okta", "/api/v1/authorizationServers", Some(429), 3),
            requests("konnect", "all", None, 1),
        ],
        alerting: Alerting {
            delivered: 4,
            failed: 1,
            ..Alerting::default()
        },
    }
}

/// A document with this many objects, so that they are grouped.
pub fn crowd(objects: usize) -> Status {
    let mut status = in_sync();
    let shop = &mut status.documents[0];
    shop.objects = (0..objects)
        .map(|number| ObjectStatus {
            address: format!("okta.scope.default/s{number}")
                .parse()
                .expect("an address"),
            state: ObjectState::InSync,
            needs: Vec::new(),
        })
        .collect();
    status
}

/// Shares it as the daemon does.
pub fn shared(status: Status) -> Arc<Status> {
    Arc::new(status)
}

fn document(name: &str, health: Health) -> DocumentStatus {
    let mut runs = RunTally::default();
    runs.count(RunOutcome::InSync, 0.8);
    runs.count(RunOutcome::Applied, 4.2);
    DocumentStatus {
        name: name.to_owned(),
        files: vec![format!("/etc/dcrsync/{name}.yaml")],
        digest: Some("5f1c0d7e9a4b2c3d5f1c0d7e9a4b2c3d".to_owned()),
        organisations: vec![
            "https://acme.okta.com/".to_owned(),
            "https://us.api.konghq.com".to_owned(),
        ],
        health,
        applies: false,
        hold: None,
        leads: true,
        running: false,
        last_run: Some(run()),
        runs,
        last_in_sync: Some(ago(3)),
        last_success: Some(ago(3)),
        next_run: Some(ago(-2)),
        trouble: None,
        differences: Vec::new(),
        plan: None,
        objects: objects(),
        secrets: secrets(),
        history: vec![HistoryEntry {
            at: ago(3),
            document: name.to_owned(),
            what: Happening::Run { run: run() },
        }],
    }
}

fn frozen() -> DocumentStatus {
    DocumentStatus {
        applies: true,
        hold: Some(Hold::Freeze {
            reason: Some("end of the quarter".to_owned()),
            until: ago(-60 * 5),
        }),
        secrets: Vec::new(),
        ..document("payments", Health::InSync)
    }
}

fn run() -> RunStatus {
    RunStatus {
        id: "01k9".to_owned(),
        trigger: Trigger::Schedule,
        started: ago(3),
        seconds: 0.84,
        outcome: RunOutcome::InSync,
        message: "both vendors are as the document says".to_owned(),
        requests: 9,
        written: 0,
        differing: 0,
        digest: None,
    }
}

fn objects() -> Vec<ObjectStatus> {
    OBJECTS
        .iter()
        .map(|(address, needs)| ObjectStatus {
            address: address.parse().expect("an address"),
            state: ObjectState::InSync,
            needs: needs
                .iter()
                .map(|it| it.parse().expect("an address"))
                .collect(),
        })
        .collect()
}

fn secrets() -> Vec<SecretStatus> {
    let secret =
        |owner: &str, field: &str, source: &str, days: i64, ends: Option<i64>| SecretStatus {
            owner: owner.to_owned(),
            field: field.to_owned(),
            source: source.to_owned(),
            since: Some(ago(60 * 24 * days)),
            expires: ends.map(|days| ago(-60 * 24 * days)),
            in_step: (field == "dcr_token").then_some(true),
        };
    vec![
        secret("okta", "token", "sops:okta.api_token", 41, Some(5)),
        secret(
            "konnect.dcr_provider.okta-prod",
            "dcr_token",
            "sops:okta.dcr_token",
            400,
            None,
        ),
    ]
}

fn scope_changed() -> Difference {
    Difference {
        address: "okta.scope.default/orders.read"
            .parse()
            .expect("an address"),
        action: Action::Update,
        fields: vec![FieldDifference {
            name: "description".to_owned(),
            wanted: json!("Read orders"),
            live: json!("changed by hand"),
            sensitive: false,
            place: Some(place(14)),
        }],
        moved: Moved::Live,
        severity: Urgency::Warning,
        actor: Some(Actor {
            name: "Ada Example".to_owned(),
            login: "ada@acme.example".to_owned(),
            kind: "User".to_owned(),
            ip: Some("192.0.2.7".to_owned()),
            user_agent: Some("Firefox".to_owned()),
            event: "oauth2.scope.updated".to_owned(),
            at: ago(12),
            request_id: None,
        }),
        since: ago(12),
        times: 2,
        place: Some(place(13)),
    }
}

fn claim_gone() -> Difference {
    Difference {
        address: "okta.claim.default/client_id".parse().expect("an address"),
        action: Action::Create,
        fields: Vec::new(),
        moved: Moved::Live,
        severity: Urgency::Critical,
        actor: None,
        since: ago(12),
        times: 1,
        place: Some(place(17)),
    }
}

fn place(line: usize) -> Place {
    Place {
        file: "shop.yaml".to_owned(),
        line,
        column: 9,
    }
}

fn budget(vendor: &str, origin: &str, bucket: &str, limit: u64, left: u64) -> BudgetStatus {
    BudgetStatus {
        vendor: vendor.to_owned(),
        origin: origin.to_owned(),
        bucket: bucket.to_owned(),
        limit: (limit > 0).then_some(limit),
        left: (limit > 0).then_some(left),
    }
}

fn requests(vendor: &str, bucket: &str, status: Option<u16>, count: u64) -> RequestCount {
    RequestCount {
        vendor: vendor.to_owned(),
        bucket: bucket.to_owned(),
        status,
        count,
    }
}
