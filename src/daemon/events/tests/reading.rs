use std::sync::Mutex;

use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value as Json, json};

use super::world::{SCOPES, World};
use crate::daemon::events::{Feed, LogEvent, LogPage, LogReader};
use crate::vendor::VendorError;
use crate::vendor::okta::NextPage;

fn types(events: &[LogEvent]) -> Vec<&str> {
    events
        .iter()
        .map(|event| event.event_type.as_str())
        .collect()
}

#[tokio::test]
async fn each_change_is_told_once_and_costs_one_request() {
    let world = World::start().await;
    let mut feed = Feed::default();
    assert_eq!(feed.poll(&world.reader).await.unwrap(), []);
    let id = world.scope("orders.read").await;
    let events = feed.poll(&world.reader).await.unwrap();
    assert_eq!(types(&events), ["oauth2.scope.created"]);
    let event = &events[0];
    assert!(event.succeeded && event.names(&id));
    assert_eq!(event.targets[0].name, "orders.read");
    assert_eq!(event.targets[1].name, "default");
    assert_eq!(event.actor.kind, "User");
    assert_eq!(event.actor.ip.as_deref(), Some("203.0.113.7"));
    assert_eq!(event.actor.user_agent.as_deref(), Some("Mozilla/5.0"));
    assert_eq!(event.actor.event, "oauth2.scope.created");
    assert_eq!(event.actor.at, event.published);
    assert_eq!(feed.newest(), Some(event.published));
    assert_eq!(feed.poll(&world.reader).await.unwrap(), []);
    world
        .other("DELETE", &format!("{SCOPES}/{id}"), &Json::Null)
        .await;
    let events = feed.poll(&world.reader).await.unwrap();
    assert_eq!(types(&events), ["oauth2.scope.deleted"]);
    assert_eq!(feed.poll(&world.reader).await.unwrap(), []);
    assert_eq!(world.asked(), 5);
}

#[tokio::test]
async fn what_is_not_watched_is_not_asked_for() {
    let world = World::start().await;
    let mut feed = Feed::default();
    let app = json!({
        "name": "oidc_client", "label": "machine", "signOnMode": "OPENID_CONNECT",
        "credentials": { "oauthClient": { "token_endpoint_auth_method": "client_secret_basic" } },
        "settings": { "oauthClient": {
            "application_type": "service", "grant_types": ["client_credentials"],
            "response_types": ["token"],
        } },
    });
    let made = world.other("POST", "/api/v1/apps", &app).await;
    let id = made["id"].as_str().unwrap();
    let secrets = format!("/api/v1/apps/{id}/credentials/secrets");
    world.other("POST", &secrets, &json!({})).await;
    let events = feed.poll(&world.reader).await.unwrap();
    let wanted = [
        "application.lifecycle.create",
        "app.oauth2.credentials.lifecycle.create",
    ];
    assert_eq!(types(&events), wanted);
    assert!(events.iter().all(|event| event.names(id)));
    // a token that is granted is an event as well, and none of these
    let client = &made["credentials"]["oauthClient"];
    let form = [
        ("grant_type", "client_credentials"),
        ("scope", "orders"),
        ("client_id", client["client_id"].as_str().unwrap()),
        ("client_secret", client["client_secret"].as_str().unwrap()),
    ];
    let url = format!("{}/oauth2/default/v1/token", world.sandbox.origins.okta);
    let _ = reqwest::Client::new()
        .post(url)
        .form(&form)
        .send()
        .await
        .unwrap();
    let all = world.reader.page("/api/v1/logs", &[]).await.unwrap();
    assert!(all.items.len() > events.len(), "the log holds more");
    assert_eq!(feed.poll(&world.reader).await.unwrap(), []);
}

#[tokio::test]
async fn a_full_page_is_followed() {
    let world = World::start().await;
    let admin = world.sandbox.okta_admin().unwrap();
    for number in 0..1_001 {
        let body = json!({ "name": format!("scope{number}") });
        admin
            .send("test", Method::POST, SCOPES, Some(&body))
            .await
            .unwrap();
    }
    let mut feed = Feed::default();
    assert_eq!(feed.poll(&world.reader).await.unwrap().len(), 1_001);
    assert_eq!(world.asked(), 2);
}

#[tokio::test]
async fn after_an_error_nothing_is_lost() {
    let world = World::start().await;
    let mut feed = Feed::default();
    feed.poll(&world.reader).await.unwrap();
    world.scope("orders").await;
    world.refuse_log(500);
    feed.poll(&world.reader).await.unwrap_err();
    assert!(!feed.is_denied());
    assert_eq!(feed.poll(&world.reader).await.unwrap().len(), 1);
}

#[tokio::test]
async fn without_permission_it_rests_and_tries_again() {
    let world = World::start().await;
    let mut feed = Feed::default();
    world.refuse_log(403);
    world.scope("orders").await;
    for _ in 0..=100 {
        assert_eq!(feed.poll(&world.reader).await.unwrap(), []);
        assert!(feed.is_denied());
    }
    assert_eq!(world.asked(), 1);
    assert_eq!(feed.poll(&world.reader).await.unwrap().len(), 1);
    assert!(!feed.is_denied());
}

/// A log whose events may come late.
#[derive(Default)]
struct Log {
    events: Mutex<Vec<Json>>,
    asked: Mutex<Vec<Option<Timestamp>>>,
}

impl Log {
    fn add(&self, uuid: &str, published: Timestamp) {
        let event = json!({
            "uuid": uuid, "published": published.to_string(), "eventType": "oauth2.scope.updated",
        });
        self.events.lock().unwrap().push(event);
    }
}

impl LogReader for Log {
    async fn since(&self, since: Option<Timestamp>) -> Result<LogPage, VendorError> {
        self.asked.lock().unwrap().push(since);
        let events = self.events.lock().unwrap();
        let later = events.iter().filter(|event| {
            let published: Timestamp = event["published"].as_str().unwrap().parse().unwrap();
            since.is_none_or(|since| published >= since)
        });
        Ok(LogPage {
            items: later.cloned().collect(),
            next: None,
        })
    }

    async fn after(&self, _: &NextPage) -> Result<LogPage, VendorError> {
        unreachable!("there is one page")
    }
}

#[tokio::test]
async fn what_comes_late_is_told_and_nothing_twice() {
    let log = Log::default();
    let noon: Timestamp = "2026-02-06T12:00:00Z".parse().unwrap();
    let after = |seconds| noon + SignedDuration::from_secs(seconds);
    let mut feed = Feed::new(Some(noon));
    let mut polled = async || {
        let events = feed.poll(&log).await.unwrap();
        let uuids: Vec<String> = events.into_iter().map(|event| event.uuid).collect();
        uuids.join(" ")
    };
    log.add("b", after(60));
    assert_eq!(polled().await, "b");
    log.add("a", after(50));
    assert_eq!(polled().await, "a");
    log.add("d", after(62));
    log.add("c", after(61));
    assert_eq!(polled().await, "c d");
    for _ in 0..10 {
        assert_eq!(polled().await, "");
    }
    log.add("e", after(300));
    assert_eq!(polled().await, "e");
    assert_eq!(polled().await, "");
    let asked = log.asked.lock().unwrap().clone();
    let asked: Vec<i64> = asked
        .iter()
        .map(|at| at.unwrap().as_second() - noon.as_second())
        .collect();
    assert_eq!(asked[..4], [-15, 45, 45, 47]);
    assert_eq!(asked[13..], [47, 285]);
}

#[tokio::test]
async fn what_lies_behind_is_forgotten() {
    let log = Log::default();
    let noon: Timestamp = "2026-02-06T12:00:00Z".parse().unwrap();
    let mut feed = Feed::new(Some(noon));
    for number in 0..1_000 {
        log.add(
            &number.to_string(),
            noon + SignedDuration::from_secs(number * 20),
        );
        assert_eq!(feed.poll(&log).await.unwrap().len(), 1);
    }
    assert!(feed.remembered() <= 4, "{}", feed.remembered());
}
