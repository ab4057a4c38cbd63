use reqwest::Method;
use serde_json::json;

use super::super::OktaState;
use super::world::{World, told};

const SERVERS: &str = "/api/v1/authorizationServers";

#[tokio::test]
async fn no_token_is_403_and_a_wrong_one_401() {
    let world = World::start().await;
    let none = told(world.request(Method::GET, SERVERS)).await;
    assert_eq!(none.code(), (403, "E0000005"));
    let wrong = world.request(Method::GET, SERVERS);
    let wrong = told(wrong.header("authorization", "SSWS 00wrong")).await;
    assert_eq!(wrong.code(), (401, "E0000011"));
    let keys: Vec<&str> = wrong
        .body
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(
        keys,
        [
            "errorCode",
            "errorSummary",
            "errorLink",
            "errorId",
            "errorCauses"
        ]
    );
}

/// Okta's Python SDK (3.4) leaves the blank out.
#[tokio::test]
async fn the_scheme_of_an_api_token_needs_no_blank() {
    let world = World::start().await;
    for sent in ["SSWS{}", "ssws {}", "SSWS  {} "] {
        let request = world.request(Method::GET, SERVERS);
        let header = sent.replace("{}", &world.token);
        assert_eq!(
            told(request.header("authorization", header)).await.status,
            200,
            "{sent}"
        );
    }
    let bare = world.request(Method::GET, SERVERS);
    let bare = told(bare.header("authorization", &world.token)).await;
    assert_eq!(bare.code(), (401, "E0000011"));
}

#[tokio::test]
async fn a_token_of_a_document_is_accepted_once_and_kept_as_a_digest() {
    let world = World::start().await;
    for _ in 0..2 {
        world
            .state
            .write(|state| state.accept_token("00document", jiff::Timestamp::now()));
    }
    let call = world.request(Method::GET, "/api/v1/api-tokens");
    let list = told(call.header("authorization", "SSWS 00document")).await;
    assert_eq!(list.status, 200);
    assert_eq!(list.body.as_array().unwrap().len(), 2);
    let saved = world
        .state
        .read(|state| serde_json::to_string(state).unwrap());
    assert!(!saved.contains("00document"));
}

#[tokio::test]
async fn unknown_paths_and_methods_are_told_apart() {
    let world = World::start().await;
    assert_eq!(world.get("/api/v1/nothing").await.code(), (404, "E0000008"));
    assert_eq!(world.delete(SERVERS).await.code(), (405, "E0000022"));
    let empty = world.get(&format!("{SERVERS}/default/scopes/")).await;
    assert_eq!(empty.code(), (405, "E0000022"));
    let missing = world.get(&format!("{SERVERS}/ausnone")).await;
    assert_eq!(missing.code(), (404, "E0000007"));
    assert_eq!(
        missing.text("/errorSummary"),
        "Not found: Resource not found: ausnone (AuthorizationServer)"
    );
}

#[tokio::test]
async fn broken_bodies_are_refused_and_never_a_server_error() {
    let world = World::start().await;
    let post = || world.admin(Method::POST, SERVERS);
    let json = "application/json";
    let broken = told(post().header("content-type", json).body("{")).await;
    assert_eq!(broken.code(), (400, "E0000003"));
    let wrong_type = world.post(SERVERS, json!({ "name": 5 })).await;
    assert_eq!(wrong_type.code(), (400, "E0000003"));
    let text = told(post().header("content-type", "text/plain").body("{}")).await;
    assert_eq!(text.code(), (400, "E0000021"));
    let undecodable = told(world.admin(Method::GET, "/api/v1/apps/%ff")).await;
    assert_eq!(undecodable.code(), (404, "E0000008"));
}

#[tokio::test]
async fn every_answer_has_rate_headers_and_a_request_id() {
    let mut state = OktaState::seed(jiff::Timestamp::now());
    state.limits.insert("/api/v1".to_owned(), 3);
    let world = World::with(state).await;
    let first = world.get(SERVERS).await;
    assert_eq!(first.header("x-rate-limit-limit"), "3");
    assert_eq!(first.header("x-rate-limit-remaining"), "2");
    assert!(first.header("x-okta-request-id").len() >= 20);
    // Refusals cost as well, and API tokens share the bucket with servers.
    assert_eq!(world.get(&format!("{SERVERS}/ausnone")).await.status, 404);
    assert_eq!(world.get("/api/v1/api-tokens").await.status, 200);
    let refused = world.get(SERVERS).await;
    assert_eq!(refused.code(), (429, "E0000047"));
    assert_eq!(refused.header("x-rate-limit-remaining"), "0");
    let reset: i64 = refused.header("x-rate-limit-reset").parse().unwrap();
    let now = jiff::Timestamp::now().as_second();
    assert!(
        reset > now && reset <= now + 60,
        "{reset} is not within a minute of {now}"
    );
    assert!(refused.header("date").ends_with(" GMT"));
    // Other buckets are not touched, and discovery is not limited at all.
    assert_eq!(world.get("/api/v1/apps").await.status, 200);
    let public = world.get("/.well-known/okta-organization").await;
    assert_eq!(
        (public.status.as_u16(), public.header("x-rate-limit-limit")),
        (200, "")
    );
    // The window ends with the sandbox's time, not with the machine's.
    let offset = &world.state.common.clock_offset;
    offset.store(61, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(world.get(SERVERS).await.status, 200);
}

#[tokio::test]
async fn reads_do_not_make_the_state_dirty() {
    let world = World::start().await;
    let dirty = || {
        world
            .state
            .common
            .dirty
            .load(std::sync::atomic::Ordering::Acquire)
    };
    world.get(SERVERS).await;
    assert!(!dirty());
    world
        .post(&format!("{SERVERS}/default/scopes"), json!({ "name": "a" }))
        .await;
    assert!(dirty());
}

#[tokio::test]
async fn the_org_survives_being_saved() {
    let world = World::start().await;
    world
        .post(&format!("{SERVERS}/default/scopes"), json!({ "name": "a" }))
        .await;
    let keys = world.get("/oauth2/default/v1/keys").await.body;
    let saved = world
        .state
        .read(|state| serde_json::to_string(state).unwrap());
    let mut restarted = World::with(serde_json::from_str(&saved).unwrap()).await;
    restarted.token.clone_from(&world.token);
    assert_eq!(restarted.get("/oauth2/default/v1/keys").await.body, keys);
    let scopes = restarted.get(&format!("{SERVERS}/default/scopes")).await;
    assert!(
        scopes
            .body
            .as_array()
            .unwrap()
            .iter()
            .any(|scope| scope["name"] == "a")
    );
}

#[tokio::test]
async fn changes_are_written_down_with_who_and_what() {
    let world = World::start().await;
    let path = format!("{SERVERS}/default/scopes");
    let scope = world.post(&path, json!({ "name": "a" })).await;
    world.post(&path, json!({ "name": "a" })).await;
    let mut history = world.state.read(|state| state.history.events().clone());
    let [event] = history.make_contiguous() else {
        panic!("not one change")
    };
    assert_eq!(event.kind, "oauth2.scope.created");
    assert_eq!(event.request_id, scope.header("x-okta-request-id"));
    assert_eq!(event.actor.name, "Ada Admin");
    let targets: Vec<_> = event
        .targets
        .iter()
        .map(|target| target.name.as_str())
        .collect();
    assert_eq!(targets, ["a", "default"]);
}

#[tokio::test]
async fn a_token_in_use_does_not_come_closer_to_its_end() {
    let world = World::start().await;
    let expires = async || world.get("/api/v1/api-tokens").await.text("/0/expiresAt");
    let before = expires().await;
    assert_eq!(expires().await, before);
    let offset = &world.state.common.clock_offset;
    offset.store(86_400, std::sync::atomic::Ordering::Relaxed);
    let after = expires().await;
    let day = |text: &str| text.parse::<jiff::Timestamp>().unwrap();
    let slid = day(&after).duration_since(day(&before));
    assert!(slid.as_hours() >= 23, "{before} became {after}");
}

#[tokio::test]
async fn the_token_endpoint_refuses_floods_in_the_words_of_oauth() {
    let mut state = OktaState::seed(jiff::Timestamp::now());
    state.limits.insert("/oauth2/{as}/v1/token".to_owned(), 0);
    let world = World::with(state).await;
    let refused = world.request(Method::POST, "/oauth2/default/v1/token");
    let refused = told(refused.header("content-length", "0")).await;
    assert_eq!(refused.code(), (429, "invalid_grant"));
    assert_eq!(world.get(SERVERS).await.status, 200);
}

#[tokio::test]
async fn debugging_shows_no_secret() {
    let world = World::start().await;
    let metadata = json!({ "client_name": "a", "application_type": "service" });
    let made = world.post("/oauth2/v1/clients", metadata).await;
    world.get("/oauth2/default/v1/keys").await;
    let shown = world.state.read(|state| format!("{state:?}"));
    assert!(shown.contains(&made.text("/client_id")));
    assert!(!shown.contains(&made.text("/client_secret")));
    assert!(!shown.contains(&world.token));
    // Each PKCS #1 key of this size starts like this in base64.
    let saved = world
        .state
        .read(|state| serde_json::to_string(state).unwrap());
    assert!(saved.contains("MIIE") && !shown.contains("MIIE"));
}

#[tokio::test]
async fn a_token_that_nobody_uses_for_thirty_days_is_dead() {
    let world = World::start().await;
    let days = |days: i64| {
        let offset = &world.state.common.clock_offset;
        offset.store(days * 86_400, std::sync::atomic::Ordering::Relaxed);
    };
    days(29);
    assert_eq!(world.get(SERVERS).await.status, 200);
    days(58);
    assert_eq!(world.get(SERVERS).await.status, 200);
    days(89);
    assert_eq!(world.get(SERVERS).await.code(), (401, "E0000011"));
    // what is dead is not listed either, and who is let in anew sees it no more
    let now = world.state.now();
    world
        .state
        .write(|state| state.accept_token("00other", now));
    let request = world.request(Method::GET, "/api/v1/api-tokens");
    let list = told(request.header("authorization", "SSWS 00other")).await;
    assert_eq!(list.body.as_array().unwrap().len(), 1);
    world
        .state
        .write(|state| state.accept_token(&world.token, now));
    assert_eq!(world.get(SERVERS).await.status, 200);
}

#[tokio::test]
async fn a_token_can_be_changed_and_revoke_itself() {
    let world = World::start().await;
    let own = world.get("/api/v1/api-tokens").await;
    let path = format!("/api/v1/api-tokens/{}", own.text("/0/id"));
    let network = json!({ "connection": "ZONE", "include": ["nzo1"] });
    let mut body = own.body[0].clone();
    body["network"] = network.clone();
    let changed = world.put(&path, body).await;
    assert_eq!(changed.status, 200);
    assert_eq!(changed.body["network"], network);
    assert_eq!(changed.text("/expiresAt"), own.text("/0/expiresAt"));
    let missing = world.get("/api/v1/api-tokens/00Tnone").await;
    assert_eq!(missing.code(), (404, "E0000007"));
    let gone = world.delete("/api/v1/api-tokens/current").await;
    assert_eq!(gone.status, 204);
    assert_eq!(world.get(SERVERS).await.code(), (401, "E0000011"));
}

/// Servers in front of Okta refuse a write of unknown length; an empty body has the length 0.
#[tokio::test]
async fn a_write_without_body_or_length_is_411() {
    let world = World::start().await;
    let path = format!("{SERVERS}/default/lifecycle/deactivate");
    for (method, path) in [
        (Method::POST, path.as_str()),
        (Method::PUT, "/api/v1/apps/0oa1/policies/rst1"),
    ] {
        let bare = told(world.admin(method, path)).await;
        assert_eq!(bare.status, 411, "{path}: {}", bare.body);
        assert!(!bare.header("x-okta-request-id").is_empty());
    }
    let read = world.get(&format!("{SERVERS}/default")).await;
    assert_eq!(read.text("/status"), "ACTIVE");
    assert_eq!(world.switch(&path).await.status, 204);
    assert_eq!(
        world
            .delete(&format!("{SERVERS}/default/scopes/scp1"))
            .await
            .status,
        404
    );
}
