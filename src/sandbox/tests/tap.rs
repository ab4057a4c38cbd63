use std::sync::{Arc, Mutex};

use serde_json::json;

use super::stage::{SERVERS, Stage};
use crate::sandbox::{Options, Tap, Vendor};

/// What a tap was told: server, method, path, client, content type, body.
type Told = Arc<Mutex<Vec<[String; 6]>>>;

async fn tapped() -> (Stage, Told) {
    let told = Told::default();
    let heard = Arc::clone(&told);
    let tap = Tap::new(move |one| {
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        heard.lock().unwrap().push([
            one.vendor.to_string(),
            one.method.to_owned(),
            one.path.to_owned(),
            text(one.user_agent),
            text(one.content_type),
            String::from_utf8(one.body.to_owned()).unwrap(),
        ]);
    });
    let options = Options {
        tap: Some(tap),
        ..Options::default()
    };
    (Stage::with(options).await, told)
}

#[tokio::test]
async fn a_tap_hears_the_whole_request_and_keeps_nothing_from_the_vendor() {
    let (stage, told) = tapped().await;
    let body = json!({ "name": "partners", "audiences": ["api://all"] });
    let made = stage
        .request(Vendor::Okta, reqwest::Method::POST, SERVERS)
        .header("user-agent", "someone/1")
        .json(&body)
        .send()
        .await
        .unwrap();
    assert_eq!(made.status(), 201);
    stage.get(Vendor::Konnect, "/v3/portals?page[size]=1").await;
    let told = told.lock().unwrap().clone();
    let json = "application/json";
    let body = body.to_string();
    assert_eq!(
        told,
        [
            ["okta", "POST", SERVERS, "someone/1", json, &body].map(str::to_owned),
            ["konnect", "GET", "/v3/portals?page[size]=1", "", "", ""].map(str::to_owned),
        ]
    );
}

#[tokio::test]
async fn a_tap_hears_what_a_fault_strikes_and_not_the_control_api() {
    let (stage, told) = tapped().await;
    stage.arm(json!([{ "effect": "lost" }])).await;
    stage.add_server("partners").await.unwrap_err();
    assert_eq!(told.lock().unwrap().len(), 1);
}

#[test]
fn what_was_heard_is_not_shown() {
    let tap = Tap::new(|_| {});
    let heard = crate::sandbox::Heard {
        vendor: Vendor::Portal,
        method: "POST",
        path: "/api/v3/applications?secret=query",
        user_agent: None,
        content_type: None,
        body: b"secret body",
    };
    assert_eq!(
        format!("{heard:?} {tap:?}"),
        "Heard(portal POST /api/v3/applications) Tap"
    );
}
