use reqwest::{Method, StatusCode};
use serde_json::json;

use super::stage::Stage;
use crate::sandbox::Vendor;

async fn portals(stage: &Stage, token: &str) -> reqwest::Response {
    let url = format!("{}/v3/portals", stage.sandbox.origins.konnect);
    let request = stage.client.get(url).bearer_auth(token);
    request.send().await.unwrap()
}

#[tokio::test]
async fn konnects_limit_counts_for_each_token_and_ends_with_the_minute() {
    let stage = Stage::new().await;
    stage.sandbox.accept_konnect_token("another");
    let limits = json!({ "/v3/portals": 2, "/v3": 1 });
    stage.control(Method::POST, "limits", Some(limits)).await;
    let token = stage.sandbox.konnect_token.clone();
    assert_eq!(portals(&stage, &token).await.status(), StatusCode::OK);
    assert_eq!(portals(&stage, &token).await.status(), StatusCode::OK);

    let refused = portals(&stage, &token).await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(
        refused.headers()["content-type"],
        "application/problem+json"
    );
    let wait: u32 = refused.headers()["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    assert_eq!(portals(&stage, "another").await.status(), StatusCode::OK);

    let body = json!({ "advance_seconds": wait });
    stage.control(Method::POST, "clock", Some(body)).await;
    assert_eq!(portals(&stage, &token).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn limits_of_both_vendors_are_shown_together_and_gone_after_a_reset() {
    let stage = Stage::new().await;
    let limits = json!({ "/api/v1": 50, "/v2": 5 });
    stage
        .control(Method::POST, "limits", Some(limits.clone()))
        .await;
    let shown = stage.control(Method::GET, "limits", None).await;
    assert_eq!(shown.json::<serde_json::Value>().await.unwrap(), limits);
    stage.control(Method::POST, "reset", None).await;
    let shown = stage.control(Method::GET, "limits", None).await;
    assert_eq!(shown.json::<serde_json::Value>().await.unwrap(), json!({}));
}

#[tokio::test]
async fn a_session_ends_with_the_sandbox_clock() {
    let stage = Stage::new().await;
    let log_in = json!({ "username": "dev@example.com", "password": "sandbox" });
    let path = "/api/v3/developer/authenticate";
    let request = stage
        .request(Vendor::Portal, Method::POST, path)
        .json(&log_in);
    let answer = request.send().await.unwrap();
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
    let me = || {
        let url = format!("{}/api/v3/developer/me", stage.sandbox.origins.portal);
        stage.client.get(url).header("cookie", &cookie).send()
    };
    assert_eq!(me().await.unwrap().status(), StatusCode::OK);
    let body = json!({ "advance_seconds": 86_400 });
    stage.control(Method::POST, "clock", Some(body)).await;
    assert_eq!(me().await.unwrap().status(), StatusCode::UNAUTHORIZED);
}
