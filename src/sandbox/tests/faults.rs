//! Which requests a fault strikes, and the answers it gives in a vendor's place.

use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::stage::{SERVERS, Stage};
use crate::sandbox::{Effect, Fault, Options, Vendor};

#[tokio::test]
async fn strikes_the_next_request_and_is_gone() {
    let stage = Stage::new().await;
    let told = stage
        .arm(json!([{ "effect": { "status": { "code": 503 } } }]))
        .await;
    assert_eq!(
        told,
        json!({ "armed": [{
            "nth": 1, "times": 1, "effect": { "status": { "code": 503 } }, "seen": 0, "struck": 0
        }] })
    );
    assert_eq!(stage.get(Vendor::Okta, SERVERS).await.status(), 503);
    assert_eq!(stage.get(Vendor::Okta, SERVERS).await.status(), 200);
    let requests = stage.requests().await;
    assert_eq!(requests[0]["fault"], "status");
    assert_eq!(requests[0]["status"], 503);
    assert_eq!(requests[1]["fault"], Value::Null);
}

#[tokio::test]
async fn strikes_only_what_matches_from_the_nth_on() {
    let stage = Stage::new().await;
    stage
        .arm(json!([{
            "vendor": "okta", "method": "get", "path": r"Servers\?limit=\d+$", "nth": 2, "times": 2,
            "effect": { "status": { "code": 500 } }
        }]))
        .await;
    let mut seen = Vec::new();
    stage.get(Vendor::Konnect, "/v3/portals?limit=1").await;
    stage.add_server("partners").await.unwrap();
    for query in ["", "?limit=1", "", "?limit=2", "?limit=3", "?limit=4"] {
        let answer = stage.get(Vendor::Okta, &format!("{SERVERS}{query}")).await;
        seen.push(answer.status().as_u16());
    }
    assert_eq!(seen, [200, 200, 200, 500, 500, 200]);
}

#[tokio::test]
async fn several_faults_take_turns() {
    let stage = Stage::new().await;
    stage
        .arm(json!([
            { "effect": { "status": { "code": 500 } } },
            { "effect": { "status": { "code": 503 } } }
        ]))
        .await;
    let first = stage.get(Vendor::Okta, SERVERS).await.status();
    let second = stage.get(Vendor::Okta, SERVERS).await.status();
    assert_eq!([first.as_u16(), second.as_u16()], [500, 503]);
}

#[tokio::test]
async fn are_taken_away() {
    let stage = Stage::new().await;
    stage
        .arm(json!([{ "effect": "reset" }, { "effect": { "lost": {} } }]))
        .await;
    stage.control(Method::DELETE, "faults", None).await;
    assert_eq!(stage.get(Vendor::Okta, SERVERS).await.status(), 200);
}

#[tokio::test]
async fn a_misspelt_fault_is_refused_and_named() {
    let stage = Stage::new().await;
    for (fault, word) in [
        (json!([{ "effect": "explode" }]), "explode"),
        (json!([{ "effect": "reset", "verb": "GET" }]), "verb"),
        (json!([{ "effect": "reset", "path": "(" }]), "unclosed"),
        (json!([{ "effect": "reset", "nth": 0 }]), "nonzero"),
        (json!([{ "effect": { "status": { "code": 99 } } }]), "99"),
        (json!({ "effect": "reset" }), "sequence"),
    ] {
        let answer = stage.control(Method::POST, "faults", Some(fault)).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
        let text = answer.text().await.unwrap();
        assert!(text.contains(word), "{text}");
    }
    assert_eq!(stage.get(Vendor::Okta, SERVERS).await.status(), 200);
}

#[tokio::test]
async fn a_rate_limit_speaks_oktas_way() {
    let stage = Stage::new().await;
    stage
        .arm(json!([{ "effect": { "status": { "code": 429, "retry_after": 7 } } }]))
        .await;
    let answer = stage.get(Vendor::Okta, SERVERS).await;
    assert_eq!(answer.status(), 429);
    let headers = answer.headers().clone();
    assert_eq!(headers["x-rate-limit-remaining"], "0");
    assert!(!headers.contains_key("retry-after"));
    let reset: i64 = headers["x-rate-limit-reset"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    let wait = reset - jiff::Timestamp::now().as_second();
    assert!((5..=7).contains(&wait), "{wait}");
    let body: Value = answer.json().await.unwrap();
    let mut keys: Vec<_> = body
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    keys.sort_unstable();
    assert_eq!(
        keys,
        [
            "errorCauses",
            "errorCode",
            "errorId",
            "errorLink",
            "errorSummary"
        ]
    );
    assert_eq!(body["errorCode"], "E0000047");
}

#[tokio::test]
async fn a_token_endpoint_speaks_oauth() {
    let stage = Stage::new().await;
    stage
        .arm(json!([{ "effect": { "status": { "code": 500 } } }]))
        .await;
    let request = stage.request(Vendor::Okta, Method::POST, "/oauth2/default/v1/token");
    let body: Value = request.send().await.unwrap().json().await.unwrap();
    assert_eq!(body["error"], "server_error");
    assert_eq!(body["errorCode"], Value::Null);
}

#[tokio::test]
async fn a_rate_limit_speaks_konnects_way() {
    let stage = Stage::new().await;
    let effect =
        json!({ "status": { "code": 429, "retry_after": 3, "headers": { "x-more": "1" } } });
    stage
        .arm(json!([{ "vendor": "konnect", "effect": effect }]))
        .await;
    let answer = stage.get(Vendor::Konnect, "/v3/portals").await;
    assert_eq!(answer.headers()["retry-after"], "3");
    assert_eq!(answer.headers()["x-more"], "1");
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["status"], 429);
    for field in ["title", "instance", "detail"] {
        assert!(body[field].is_string(), "{field}");
    }
}

#[tokio::test]
async fn a_locked_answer_changes_nothing() {
    let stage = Stage::new().await;
    stage
        .arm(json!([{ "method": "POST", "effect": "locked" }]))
        .await;
    let answer = stage.add_server("partners").await.unwrap();
    assert_eq!(answer.status(), 423);
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["errorCode"], "E0000239");
    assert!(!stage.has_server("partners").await);
}

#[tokio::test]
async fn html_and_empty_lists_come_with_200() {
    let stage = Stage::new().await;
    stage
        .arm(json!([{ "effect": "html" }, { "effect": "empty_list" }, { "effect": "empty_list" }]))
        .await;
    let html = stage.get(Vendor::Okta, SERVERS).await;
    assert_eq!(html.status(), 200);
    assert!(
        html.headers()["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/html")
    );
    assert!(html.text().await.unwrap().starts_with("<!doctype html>"));

    let list: Value = stage.get(Vendor::Okta, SERVERS).await.json().await.unwrap();
    assert_eq!(list, json!([]));
    let list: Value = stage
        .get(Vendor::Konnect, "/v3/portals")
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(list["data"], json!([]));
    assert_eq!(list["meta"]["page"]["total"], 0);
}

#[tokio::test]
async fn a_stale_read_lags_one_behind() {
    let stage = Stage::new().await;
    let count = async || {
        let list: Value = stage.get(Vendor::Okta, SERVERS).await.json().await.unwrap();
        list.as_array().unwrap().len()
    };
    let before = count().await;
    stage.arm(json!([{ "times": 2, "effect": "stale" }])).await;
    let created = stage.add_server("partners").await.unwrap();
    assert_eq!(created.status(), 201, "a write is carried out");
    assert_eq!(count().await, before);
    assert_eq!(count().await, before + 1);
}

#[tokio::test]
async fn a_delay_delays_and_latency_is_everywhere() {
    let stage = Stage::with(Options {
        latency: Duration::from_millis(60),
        faults: vec![Fault::new(Effect::DelayMs(200))],
        ..Options::default()
    })
    .await;
    let before = Instant::now();
    assert_eq!(stage.get(Vendor::Okta, SERVERS).await.status(), 200);
    assert!(before.elapsed() >= Duration::from_millis(260));
    let before = Instant::now();
    stage.get(Vendor::Konnect, "/v3/portals").await;
    assert!(before.elapsed() >= Duration::from_millis(60));
}

#[tokio::test]
async fn small_pages_hold_fewer_than_asked_for() {
    let stage = Stage::new().await;
    for name in ["a", "b", "c"] {
        stage.add_server(name).await.unwrap();
    }
    stage.arm(json!([{ "effect": { "small_pages": 2 } }])).await;
    let path = format!("{SERVERS}?limit=200");
    let page: Value = stage.get(Vendor::Okta, &path).await.json().await.unwrap();
    assert_eq!(page.as_array().unwrap().len(), 2);
    let page: Value = stage.get(Vendor::Okta, &path).await.json().await.unwrap();
    assert_eq!(page.as_array().unwrap().len(), 4);
}

/// The share of struck requests is that of the probability, and the same seed strikes the same ones.
#[tokio::test]
async fn chance_follows_its_seed() {
    let mut runs = Vec::new();
    for seed in [7, 7, 8] {
        let stage = Stage::new().await;
        let fault = json!([{
            "times": 1000,
            "probability": 0.3,
            "seed": seed,
            "effect": { "status": { "code": 503 } },
        }]);
        stage.arm(fault).await;
        let mut struck = Vec::new();
        for _ in 0..100 {
            struck.push(stage.get(Vendor::Okta, SERVERS).await.status() == 503);
        }
        runs.push(struck);
    }
    let share = runs[0].iter().filter(|struck| **struck).count();
    assert!((15..=45).contains(&share), "{share}");
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[0], runs[2]);
}

#[tokio::test]
async fn what_is_no_probability_is_refused() {
    let stage = Stage::new().await;
    let fault = json!([{ "probability": 1.5, "effect": "reset" }]);
    let answer = stage.control(Method::POST, "faults", Some(fault)).await;
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn racing_posts_make_two_scopes_of_one_name() {
    let stage = Stage::new().await;
    stage
        .arm(json!([{ "method": "POST", "path": "/scopes$", "effect": "duplicate" }]))
        .await;
    let path = format!("{SERVERS}/default/scopes");
    let post = async || {
        let request = stage.request(Vendor::Okta, Method::POST, &path);
        let body = json!({ "name": "orders" });
        request.json(&body).send().await.unwrap().status()
    };
    assert_eq!(post().await, 201);
    let query = format!("{path}?q=orders");
    let found: Value = stage.get(Vendor::Okta, &query).await.json().await.unwrap();
    assert_eq!(found.as_array().unwrap().len(), 2);
    assert_ne!(found[0]["id"], found[1]["id"]);
    // the race is over
    assert_eq!(post().await, 400);
}

#[tokio::test]
async fn the_answer_to_a_put_can_be_of_before() {
    let stage = Stage::new().await;
    stage.add_server("partners").await.unwrap();
    let old = stage.server("partners").await.unwrap();
    let path = format!("{SERVERS}/{}", old["id"].as_str().unwrap());
    stage
        .control(
            Method::POST,
            "clock",
            Some(json!({ "advance_seconds": 60 })),
        )
        .await;
    stage
        .arm(json!([{ "method": "PUT", "effect": "old_stamp" }]))
        .await;
    let body = json!({ "name": "partners", "audiences": ["api://new"] });
    let request = stage.request(Vendor::Okta, Method::PUT, &path);
    let told: Value = request
        .json(&body)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(told["audiences"], json!(["api://new"]));
    assert_eq!(told["lastUpdated"], old["lastUpdated"]);
    let read = stage.server("partners").await.unwrap();
    assert_ne!(read["lastUpdated"], old["lastUpdated"]);
}
