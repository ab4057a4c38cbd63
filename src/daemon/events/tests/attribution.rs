use std::collections::HashMap;

use serde_json::{Value as Json, json};

use super::world::{SCOPES, World};
use crate::base::Address;
use crate::daemon::events::{Feed, LogEvent, Own, concerns};
use crate::vendor::USER_AGENT;

fn event(targets: &[&str]) -> LogEvent {
    let targets: Vec<Json> = targets
        .iter()
        .map(|id| json!({ "id": id, "type": "T", "displayName": id }))
        .collect();
    let wire = json!({
        "uuid": "u", "published": "2026-02-06T12:00:00Z", "eventType": "x", "target": targets,
    });
    LogEvent::read(&wire).unwrap()
}

#[test]
fn an_event_is_about_the_innermost_object_that_is_known() {
    let live: HashMap<String, Address> = [
        ("aus1", "okta.authorization_server.default"),
        ("aus2", "okta.authorization_server.other"),
        ("scp1", "okta.scope.default/orders"),
        ("00p1", "okta.policy.default/portal"),
        ("0pr1", "okta.policy_rule.default/portal/machines"),
        ("0oa1", "okta.client.mobile"),
    ]
    .map(|(id, address)| (id.to_owned(), address.parse().unwrap()))
    .into();
    for (targets, wanted) in [
        (&["scp1", "aus1"][..], &["okta.scope.default/orders"][..]),
        (&["aus1"], &["okta.authorization_server.default"]),
        // a scope that is new
        (&["scp9", "aus1"], &["okta.authorization_server.default"]),
        (
            &["0pr1", "00p1", "aus1"],
            &["okta.policy_rule.default/portal/machines"],
        ),
        (&["0pr9", "00p1", "aus1"], &["okta.policy.default/portal"]),
        (&["ocs1", "0oa1"], &["okta.client.mobile"]),
        (
            &["aus2", "aus1", "aus2"],
            &[
                "okta.authorization_server.default",
                "okta.authorization_server.other",
            ],
        ),
        (&["scp9", "aus9"], &[]),
        (&[], &[]),
    ] {
        let found = concerns(&event(targets), &live);
        let found: Vec<&str> = found.iter().map(Address::as_str).collect();
        assert_eq!(found, wanted, "{targets:?}");
    }
}

#[tokio::test]
async fn our_own_changes_are_known_from_those_of_others() {
    let world = World::start().await;
    let mut feed = Feed::default();
    let ours = json!({ "name": "ours" });
    world.writer.post(SCOPES, &ours).await.unwrap();
    world.scope("theirs").await;
    let events = feed.poll(&world.reader).await.unwrap();
    let names: Vec<&str> = events
        .iter()
        .map(|it| it.targets[0].name.as_str())
        .collect();
    assert_eq!(names, ["ours", "theirs"]);
    let by_request = Own {
        requests: world.requests.clone(),
        ..Own::default()
    };
    assert!(by_request.did(&events[0]) && !by_request.did(&events[1]));
    // as after an answer that was lost: same token, but theirs is another program
    let by_login = Own {
        token_id: events[0].token_id.clone(),
        ..Own::default()
    };
    assert!(by_login.token_id.is_some());
    assert_eq!(events[0].token_id, events[1].token_id);
    assert!(by_login.did(&events[0]) && !by_login.did(&events[1]));
    assert!(!Own::default().did(&events[0]));
}

#[test]
fn a_client_is_known_by_its_id() {
    let own = Own {
        client_id: Some("0oaours".to_owned()),
        ..Own::default()
    };
    for (id, agent, wanted) in [
        ("0oaours", USER_AGENT, true),
        ("0oaours", "Terraform", false),
        ("0oaother", USER_AGENT, false),
    ] {
        let wire = json!({
            "uuid": "u", "published": "2026-02-06T12:00:00Z", "eventType": "x",
            "actor": { "id": id, "type": "PublicClientApp" },
            "client": { "userAgent": { "rawUserAgent": agent } },
        });
        assert_eq!(
            own.did(&LogEvent::read(&wire).unwrap()),
            wanted,
            "{id} {agent}"
        );
    }
}

#[test]
fn nothing_is_kept_of_the_details_and_nothing_unsafe_of_texts() {
    let wire = json!({
        "uuid": "u", "published": "2026-02-06T12:00:00Z",
        "eventType": "app.oauth2.credentials.lifecycle.create",
        "outcome": { "result": "FAILURE" },
        "actor": { "displayName": "Eve\u{1b}[2J", "alternateId": "x".repeat(10_000) },
        "target": [{ "id": "ocs1", "type": "T", "displayName": "secret",
            "detailEntry": { "clientSecret": "CANARY" } }],
        "debugContext": { "debugData": { "secret": "CANARY", "requestId": "req1" } },
    });
    let event = LogEvent::read(&wire).unwrap();
    assert!(!event.succeeded);
    assert_eq!(event.actor.name, "Eve\\u{1b}[2J");
    assert_eq!(event.actor.login.len(), 200);
    assert_eq!(event.actor.request_id.as_deref(), Some("req1"));
    assert!(!format!("{event:?}").contains("CANARY"));
    for lacking in ["/uuid", "/published", "/eventType"] {
        let mut wire = wire.clone();
        *wire.pointer_mut(lacking).unwrap() = Json::Null;
        assert_eq!(LogEvent::read(&wire), None, "{lacking}");
    }
}
