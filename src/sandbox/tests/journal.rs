use reqwest::Method;
use serde_json::json;

use super::stage::{SERVERS, Stage};
use crate::sandbox::Vendor;

#[tokio::test]
async fn remembers_method_path_query_status_and_vendor() {
    let stage = Stage::new().await;
    stage.get(Vendor::Okta, &format!("{SERVERS}?limit=5")).await;
    stage.add_server("partners").await.unwrap();
    stage.get(Vendor::Konnect, "/v3/portals").await;

    let requests = stage.requests().await;
    let seen: Vec<_> = requests
        .iter()
        .map(|r| json!([r["n"], r["vendor"], r["method"], r["path"], r["status"]]))
        .collect();
    assert_eq!(
        seen,
        [
            json!([
                1,
                "okta",
                "GET",
                "/api/v1/authorizationServers?limit=5",
                200
            ]),
            json!([2, "okta", "POST", "/api/v1/authorizationServers", 201]),
            json!([3, "konnect", "GET", "/v3/portals", 200]),
        ]
    );
    let time = requests[0]["time"].as_str().unwrap();
    let time: jiff::Timestamp = time.parse().unwrap();
    assert!(time.duration_until(jiff::Timestamp::now()).as_secs() < 60);
    assert_eq!(stage.sandbox.journal().len(), 3);
}

#[tokio::test]
async fn holds_no_body_and_no_token() {
    let stage = Stage::new().await;
    stage.add_server("marker-in-the-body").await.unwrap();

    let text = json!(stage.requests().await).to_string();
    assert!(!text.contains("marker-in-the-body"));
    assert!(!text.contains(&stage.sandbox.okta_token));
}

#[tokio::test]
async fn marks_what_the_sandbox_lacks_but_not_what_is_missing() {
    let stage = Stage::new().await;
    stage.get(Vendor::Okta, "/api/v1/no-such-thing").await;
    stage
        .request(Vendor::Okta, Method::PATCH, SERVERS)
        .send()
        .await
        .unwrap();
    stage.get(Vendor::Okta, SERVERS).await;

    let marks: Vec<_> = stage
        .requests()
        .await
        .iter()
        .map(|request| request["unimplemented"].as_bool().unwrap_or(false))
        .collect();
    assert_eq!(marks, [true, true, false]);
}

#[tokio::test]
async fn is_emptied_and_counts_on() {
    let stage = Stage::new().await;
    stage.get(Vendor::Okta, SERVERS).await;
    stage.control(Method::DELETE, "requests", None).await;
    assert!(stage.requests().await.is_empty());

    stage.get(Vendor::Okta, SERVERS).await;
    assert_eq!(stage.requests().await[0]["n"], 2);
}

#[tokio::test]
async fn is_the_same_on_each_port_and_does_not_list_itself() {
    let stage = Stage::new().await;
    stage.get(Vendor::Okta, SERVERS).await;
    for vendor in Vendor::ALL {
        let answer = stage.get(vendor, "/_sandbox/requests").await;
        let requests: Vec<serde_json::Value> = answer.json().await.unwrap();
        assert_eq!(requests.len(), 1, "{vendor}");
    }
}
