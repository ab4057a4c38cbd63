//! What the vendor's own command line and Terraform's provider ask of Konnect, in their order, each
//! with what they check in the answer. Seen on the wire of both; facts and no text of theirs.

use reqwest::Method;
use serde_json::{Value, json};

use super::stage::Stage;
use crate::sandbox::{Entry, Vendor};

/// A client that knows nothing but addresses, as those are.
struct Tool {
    stage: Stage,
}

impl Tool {
    async fn new() -> Self {
        Self {
            stage: Stage::new().await,
        }
    }

    async fn send(&self, method: Method, path: &str, body: Value, status: u16) -> Value {
        let request = self.stage.request(Vendor::Konnect, method.clone(), path);
        let request = if body.is_null() {
            request
        } else {
            request.json(&body)
        };
        let answer = request.send().await.unwrap();
        let found = answer.status().as_u16();
        let kind = answer.headers().get("content-type").cloned();
        let bytes = answer.bytes().await.unwrap();
        assert_eq!(
            found,
            status,
            "{method} {path}: {}",
            String::from_utf8_lossy(&bytes)
        );
        if status >= 400 {
            assert_eq!(kind.unwrap(), "application/problem+json", "{path}");
        }
        serde_json::from_slice(&bytes).unwrap_or_default()
    }

    async fn get(&self, path: &str) -> Value {
        self.send(Method::GET, path, Value::Null, 200).await
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        self.send(Method::POST, path, body, 201).await
    }

    async fn delete(&self, path: &str) {
        self.send(Method::DELETE, path, Value::Null, 204).await;
    }

    fn unimplemented(&self) -> Vec<String> {
        let journal = self.stage.sandbox.journal().into_iter();
        let lacking = journal.filter(|entry: &Entry| entry.unimplemented);
        lacking.map(|entry| entry.path).collect()
    }
}

fn id(made: &Value) -> &str {
    made["id"].as_str().unwrap()
}

/// Tier 1: providers and strategies are found by name, labels decide whose they are.
#[tokio::test]
async fn the_command_line_makes_finds_adopts_and_deletes_dcr() {
    let tool = Tool::new().await;
    let provider = tool
        .post(
            "/v2/dcr-providers",
            json!({
                "provider_type": "http",
                "name": "bridge",
                "issuer": "https://issuer.example.com",
                "dcr_config": {
                    "dcr_base_url": "https://dcr.example.com",
                    "api_key": "0123456789abcdef",
                    "allow_multiple_credentials": true,
                },
                "labels": { "KONGCTL-namespace": "default" },
            }),
        )
        .await;
    let list = "/v2/dcr-providers?page%5Bnumber%5D=1&page%5Bsize%5D=100";
    let found = tool.get(list).await;
    assert_eq!(found["meta"]["page"]["total"], 1);
    assert_eq!(found["data"][0]["name"], "bridge");

    let path = format!("/v2/dcr-providers/{}", id(&provider));
    let body = json!({
        "dcr_config": { "dcr_base_url": "https://dcr2.example.com" },
        "labels": { "KONGCTL-namespace": "other", "env": "test" },
    });
    let changed = tool.send(Method::PATCH, &path, body, 200).await;
    assert_eq!(changed["dcr_config"]["allow_multiple_credentials"], true);
    assert_eq!(
        changed["dcr_config"]["dcr_base_url"],
        "https://dcr2.example.com"
    );
    assert!(changed["dcr_config"].get("api_key").is_none());
    assert_eq!(
        changed["labels"],
        json!({ "KONGCTL-namespace": "other", "env": "test" })
    );

    let strategy = tool
        .post(
            "/v2/application-auth-strategies",
            json!({
                "strategy_type": "openid_connect",
                "name": "oidc",
                "display_name": "OIDC",
                "dcr_provider_id": null,
                "configs": { "openid-connect": {
                    "issuer": "https://issuer.example.com",
                    "credential_claim": ["sub"],
                    "scopes": ["openid"],
                    "auth_methods": ["bearer"],
                    "ssl_verify": false,
                } },
            }),
        )
        .await;
    assert_eq!(strategy["configs"]["openid-connect"]["ssl_verify"], false);
    let path_of_strategy = format!("/v2/application-auth-strategies/{}", id(&strategy));
    let body = json!({ "dcr_provider_id": id(&provider), "labels": { "gone": null } });
    tool.send(Method::PATCH, &path_of_strategy, body, 200).await;
    let read = tool.get(&path_of_strategy).await;
    assert_eq!(read["dcr_provider"]["id"], id(&provider));
    let filtered =
        "/v2/application-auth-strategies?filter%5Bname%5D%5Beq%5D=oidc&page%5Bsize%5D=10";
    assert_eq!(tool.get(filtered).await["data"][0]["id"], id(&strategy));

    tool.send(Method::DELETE, &path, Value::Null, 409).await;
    tool.delete(&path_of_strategy).await;
    tool.delete(&path).await;
    assert_eq!(tool.unimplemented(), Vec::<String>::new());
}

/// Tier 1: an API and its publication read back as they were sent.
#[tokio::test]
async fn the_command_line_publishes_an_api() {
    let tool = Tool::new().await;
    let api = tool
        .post("/v3/apis", json!({ "name": "SMS API", "version": "3.2.0" }))
        .await;
    assert_eq!(api["slug"], "sms-api-3");
    let path = format!("/v3/apis/{}", id(&api));
    let plain = tool.post("/v3/apis", json!({ "name": "bare" })).await;
    for key in ["version", "description", "current_version_summary"] {
        assert_eq!(plain[key], Value::Null, "{key}");
    }
    for key in ["labels", "attributes"] {
        assert_eq!(plain[key], json!({}), "{key}");
    }

    let portals = tool.get("/v3/portals?page%5Bsize%5D=10").await;
    let portal = portals["data"][0]["id"].as_str().unwrap();
    let place = format!("{path}/publications/{portal}");
    tool.send(Method::GET, &place, Value::Null, 404).await;
    let body = json!({ "visibility": "public" });
    tool.send(Method::PUT, &place, body, 200).await;
    assert_eq!(tool.get(&place).await["visibility"], "public");
    let found = format!(
        "/v3/api-publications?filter%5Bapi_id%5D%5Beq%5D={}",
        id(&api)
    );
    assert_eq!(tool.get(&found).await["data"][0]["portal_id"], portal);
    let read = tool.get(&path).await;
    assert_eq!(read["portals"][0]["id"], portal);
    assert!(read["portals"][0]["display_name"].is_string());
    let none = format!(
        "/v3/api-implementations?filter%5Bapi_id%5D%5Beq%5D={}",
        id(&api)
    );
    assert_eq!(tool.get(&none).await["data"], json!([]));

    let changed = format!("{path}?force=false");
    let body = json!({ "labels": { "team": "sms" }, "attributes": {} });
    let changed = tool.send(Method::PATCH, &changed, body, 200).await;
    assert_eq!(changed["labels"], json!({ "team": "sms" }));
    let past_the_end = tool
        .get("/v3/apis?page%5Bnumber%5D=9&page%5Bsize%5D=100")
        .await;
    assert_eq!(past_the_end["data"], json!([]));
    tool.get("/v3/users/me").await;
    tool.get("/v3/organizations/me").await;
    assert_eq!(tool.unimplemented(), Vec::<String>::new());
}

/// Tier 2: a full read of a portal asks for all of these, and a wrong answer ends it.
#[tokio::test]
async fn a_full_read_of_a_portal_is_answered() {
    let tool = Tool::new().await;
    let portals = tool.get("/v3/portals?page%5Bsize%5D=100").await;
    let portal = &portals["data"][0];
    for key in ["canonical_domain", "default_domain"] {
        assert!(portal[key].is_string());
    }
    assert_eq!(portal["description"], Value::Null);
    let base = format!("/v3/portals/{}", id(portal));
    let team = tool
        .post(&format!("{base}/teams"), json!({ "name": "Mobile" }))
        .await;
    let roles = format!("{base}/teams/{}/assigned-roles", id(&team));
    for (path, pages) in [
        (format!("{base}/pages"), true),
        (format!("{base}/snippets"), true),
        (format!("{base}/teams"), true),
        (roles, true),
        (format!("{base}/email-templates"), false),
        ("/v3/portals/email-domains".to_owned(), true),
        ("/v2/control-planes?page%5Bsize%5D=100".to_owned(), true),
    ] {
        let answer = tool.get(&path).await;
        assert!(answer["data"].is_array(), "{path}");
        assert_eq!(answer["meta"]["page"]["total"].is_number(), pages, "{path}");
    }
    let addresses = tool.get(&format!("{base}/ip-allow-list")).await;
    assert_eq!(addresses["data"], json!([]));
    assert_eq!(addresses["meta"]["next"], Value::Null);
    assert!(addresses["meta"].get("page").is_none());
    let providers = tool.get(&format!("{base}/identity-providers")).await;
    assert_eq!(providers, json!([]));
    let settings = tool.get(&format!("{base}/authentication-settings")).await;
    assert_eq!(settings["basic_auth_enabled"], true);
    assert_eq!(settings["oidc_auth_enabled"], false);
    assert!(tool.get(&format!("{base}/customization")).await.is_object());
    let apis = tool.get("/v3/apis").await;
    let api = format!("/v3/apis/{}", id(&apis["data"][0]));
    assert_eq!(
        tool.get(&format!("{api}/versions")).await["data"],
        json!([])
    );
    assert_eq!(
        tool.get(&format!("{api}/documents")).await["data"],
        json!([])
    );
    assert_eq!(tool.unimplemented(), Vec::<String>::new());

    for none in [
        "audit-log-webhook",
        "custom-domain",
        "email-config",
        "integrations",
        "assets/logo",
        "assets/favicon",
    ] {
        let path = format!("{base}/{none}");
        tool.send(Method::GET, &path, Value::Null, 404).await;
    }
}

/// Tier 3: children are made, read again by their ids, changed and deleted.
#[tokio::test]
async fn children_of_portals_and_apis_live_by_the_contract() {
    let tool = Tool::new().await;
    let portals = tool.get("/v3/portals").await;
    let portal = format!("/v3/portals/{}", id(&portals["data"][0]));
    let apis = tool.get("/v3/apis").await;
    let api = format!("/v3/apis/{}", id(&apis["data"][0]));
    for (all, body, change) in [
        (
            format!("{portal}/pages"),
            json!({ "slug": "/start", "content": "# Start", "title": "Start" }),
            json!({ "title": "Begin" }),
        ),
        (
            format!("{portal}/snippets"),
            json!({ "name": "footer", "content": "(c)" }),
            json!({ "title": "Footer" }),
        ),
        (
            format!("{portal}/teams"),
            json!({ "name": "Web", "description": "of the web" }),
            json!({ "description": "of the whole web" }),
        ),
        (
            format!("{api}/versions"),
            json!({ "version": "2.0.0", "spec": { "content": "{\"openapi\":\"3.0.0\"}" } }),
            json!({ "version": "2.0.1" }),
        ),
        (
            format!("{api}/documents"),
            json!({ "content": "# Guide", "slug": "guide" }),
            json!({ "title": "The guide" }),
        ),
    ] {
        let made = tool.post(&all, body).await;
        let one = format!("{all}/{}", id(&made));
        let listed = tool.get(&all).await;
        assert_eq!(listed["data"][0]["id"], made["id"], "{all}");
        tool.send(Method::PATCH, &one, change.clone(), 200).await;
        let read = tool.get(&one).await;
        for (key, value) in change.as_object().unwrap() {
            assert_eq!(&read[key], value, "{one}");
        }
        tool.delete(&one).await;
        tool.send(Method::GET, &one, Value::Null, 404).await;
    }
}

/// Terraform reads by id, and each attribute has to come back as it was sent.
#[tokio::test]
async fn terraform_reads_back_what_it_sent() {
    let tool = Tool::new().await;
    let body = json!({
        "name": "partners",
        "display_name": "Partners",
        "description": "for partners",
        "authentication_enabled": true,
        "rbac_enabled": true,
        "sipr_enabled": false,
        "auto_approve_applications": true,
        "auto_approve_developers": false,
        "default_api_visibility": "public",
        "default_page_visibility": "private",
        "default_application_auth_strategy_id": null,
        "labels": { "managed-by": "terraform" },
    });
    let portal = tool.post("/v3/portals", body.clone()).await;
    let path = format!("/v3/portals/{}", id(&portal));
    let read = tool.get(&path).await;
    for (key, value) in body.as_object().unwrap() {
        assert_eq!(&read[key], value, "{key}");
    }
    let body = json!({
        "strategy_type": "key_auth",
        "name": "keys",
        "display_name": "Keys",
        "configs": { "key-auth": { "key_names": ["x-key"], "ttl": { "value": 3, "unit": "days" } } },
        "labels": {},
    });
    let strategy = tool
        .post("/v2/application-auth-strategies", body.clone())
        .await;
    let read = tool
        .get(&format!(
            "/v2/application-auth-strategies/{}",
            id(&strategy)
        ))
        .await;
    for (key, value) in body.as_object().unwrap() {
        assert_eq!(&read[key], value, "{key}");
    }
    tool.delete(&format!("{path}?force=true")).await;
    assert_eq!(tool.unimplemented(), Vec::<String>::new());
}

/// Terraform makes providers of each type, changes them by PATCH and strategies by PUT; the secrets
/// are the only thing that may be missing from what it reads.
#[tokio::test]
async fn terraform_changes_providers_and_strategies_in_place() {
    let tool = Tool::new().await;
    let client = json!({ "initial_client_id": "c", "initial_client_secret": "s" });
    let kinds = [
        ("okta", json!({ "dcr_token": "s" }), json!({})),
        (
            "azureAd",
            client.clone(),
            json!({ "initial_client_id": "c" }),
        ),
        ("curity", client, json!({ "initial_client_id": "c" })),
        ("kongIdentity", json!({}), json!({})),
    ];
    for (kind, config, read_config) in kinds {
        let mut body = json!({
            "name": kind, "provider_type": kind, "issuer": "https://issuer.example.com",
            "dcr_config": config, "labels": { "team": "platform" },
        });
        let mut made = tool.post("/v2/dcr-providers", body.clone()).await;
        let path = format!("/v2/dcr-providers/{}", id(&made));
        body["dcr_config"] = read_config;
        for (key, value) in body.as_object().unwrap() {
            assert_eq!(&made[key], value, "{kind}: {key}");
        }
        assert_eq!(made["active"], false);
        assert_eq!(tool.get(&path).await, made, "{kind}");
        let other = json!({ "name": "other", "labels": { "team": "data" } });
        let changed = tool.send(Method::PATCH, &path, other.clone(), 200).await;
        made["name"] = other["name"].clone();
        made["labels"] = other["labels"].clone();
        made["updated_at"] = changed["updated_at"].clone();
        assert_eq!(changed, made, "{kind}");

        let strategy = "/v2/application-auth-strategies";
        let mut body = json!({
            "strategy_type": "openid_connect", "name": kind, "display_name": kind,
            "dcr_provider_id": id(&made), "labels": {}, "principals": { "enabled": false },
            "configs": { "openid-connect": {
                "issuer": "https://issuer.example.com", "credential_claim": ["sub"],
                "scopes": ["openid"], "auth_methods": ["bearer"],
            } },
        });
        let before = tool.post(strategy, body.clone()).await;
        body["display_name"] = json!("Other");
        let one = format!("{strategy}/{}", id(&before));
        let after = tool.send(Method::PUT, &one, body, 200).await;
        for key in ["id", "created_at", "configs", "dcr_provider", "principals"] {
            assert_eq!(after[key], before[key], "{kind}: {key}");
        }
        assert_eq!(after["display_name"], "Other");
        assert_eq!(after["dcr_provider"]["id"], made["id"]);
        assert_eq!(tool.get(&one).await, after);
        tool.delete(&one).await;
        tool.delete(&path).await;
    }
    assert_eq!(tool.unimplemented(), Vec::<String>::new());
}

/// What is not emulated is said in the vendor's form, and told in the journal.
#[tokio::test]
async fn everything_else_is_unknown_and_marked() {
    let tool = Tool::new().await;
    for path in [
        "/v2/control-planes/5d1f1e3e-5c1e-4d5e-8e9e-3d7d8f6f2a11/core-entities/services",
        "/v3/dashboards",
        "/v3/teams",
    ] {
        tool.send(Method::GET, path, Value::Null, 404).await;
        assert_eq!(tool.unimplemented().last().unwrap(), path);
    }
}
