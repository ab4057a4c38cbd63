use reqwest::Method;
use serde_json::{Value, json};

use super::stage::{SERVERS, Stage};
use crate::sandbox::Vendor;

async fn changes(stage: &Stage) -> Vec<Value> {
    let answer = stage.control(Method::GET, "audit", None).await;
    answer.json().await.unwrap()
}

async fn send(stage: &Stage, method: Method, path: &str, body: Value) -> Value {
    let request = stage.request(Vendor::Konnect, method, path).json(&body);
    let answer = request.send().await.unwrap();
    answer.json().await.unwrap_or_default()
}

#[tokio::test]
async fn tells_who_changed_what_with_which_token() {
    let stage = Stage::new().await;
    stage.sandbox.accept_konnect_token("from-the-document");
    let api = send(
        &stage,
        Method::POST,
        "/v3/apis",
        json!({ "name": "invoices" }),
    )
    .await;
    let id = api["id"].as_str().unwrap();
    let url = format!("{}/v3/apis/{id}", stage.sandbox.origins.konnect);
    let request = stage.client.patch(url).bearer_auth("from-the-document");
    request
        .json(&json!({ "description": "all" }))
        .send()
        .await
        .unwrap();
    stage.add_server("partners").await.unwrap();

    let seen: Vec<Value> = changes(&stage)
        .await
        .into_iter()
        .map(|c| {
            json!([
                c["vendor"],
                c["actor"],
                c["token"],
                c["action"],
                c["kind"],
                c["name"]
            ])
        })
        .collect();
    let admin = "admin@example.com";
    assert_eq!(
        seen,
        [
            json!(["konnect", admin, "sandbox", "create", "apis", "invoices"]),
            json!(["konnect", admin, "token-1", "update", "apis", "invoices"]),
            json!([
                "okta",
                admin,
                "sandbox",
                "create",
                "authorizationServers",
                "partners"
            ]),
        ]
    );
    assert_eq!(changes(&stage).await[1]["id"], id);
}

#[tokio::test]
async fn reads_refusals_and_log_ins_are_no_changes() {
    let stage = Stage::new().await;
    stage.get(Vendor::Okta, SERVERS).await;
    send(&stage, Method::POST, "/v3/apis", json!({ "nome": "x" })).await;
    let log_in = json!({ "username": "dev@example.com", "password": "sandbox" });
    let path = "/api/v3/developer/authenticate";
    let request = stage
        .request(Vendor::Portal, Method::POST, path)
        .json(&log_in);
    assert_eq!(request.send().await.unwrap().status(), 204);
    assert_eq!(changes(&stage).await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_switch_is_told_by_its_verb_and_a_developer_by_the_session() {
    let stage = Stage::new().await;
    let server: Value = stage
        .add_server("partners")
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let id = server["id"].as_str().unwrap();
    let path = format!("{SERVERS}/{id}/lifecycle/deactivate");
    let request = stage.request(Vendor::Okta, Method::POST, &path);
    let request = request.header("content-length", "0");
    assert!(request.send().await.unwrap().status().is_success());

    let log_in = json!({ "username": "dev@example.com", "password": "sandbox" });
    let path = "/api/v3/developer/authenticate";
    let request = stage
        .request(Vendor::Portal, Method::POST, path)
        .json(&log_in);
    let answer = request.send().await.unwrap();
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
    let cookie = cookie.split(';').next().unwrap();
    let request = stage
        .request(Vendor::Portal, Method::POST, "/api/v3/applications")
        .header("cookie", cookie)
        .json(&json!({ "name": "mobile" }));
    assert_eq!(request.send().await.unwrap().status(), 201);

    let seen = changes(&stage).await;
    let (switch, made) = (&seen[1], &seen[2]);
    assert_eq!(
        (&switch["action"], &switch["id"]),
        (&json!("deactivate"), &json!(id))
    );
    let made = [
        &made["vendor"],
        &made["actor"],
        &made["token"],
        &made["name"],
    ];
    assert_eq!(made, ["portal", "dev@example.com", "session", "mobile"]);
}

#[tokio::test]
async fn no_value_and_no_token_is_in_it() {
    let stage = Stage::new().await;
    let body = json!({
        "provider_type": "okta",
        "name": "okta",
        "issuer": "https://acme.okta.com/oauth2/default",
        "dcr_config": { "dcr_token": "very-secret" },
    });
    send(&stage, Method::POST, "/v2/dcr-providers", body).await;
    let text = serde_json::to_string(&changes(&stage).await).unwrap();
    assert!(text.contains("dcr-providers"));
    assert!(!text.contains("very-secret"));
    assert!(!text.contains(&stage.sandbox.konnect_token));
}
