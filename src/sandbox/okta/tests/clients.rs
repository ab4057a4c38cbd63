use serde_json::json;

use super::world::World;

const CLIENTS: &str = "/oauth2/v1/clients";

#[tokio::test]
async fn a_registered_client_is_an_app_too() {
    let world = World::start().await;
    let metadata = json!({
        "client_name": "mobile", "application_type": "service", "grant_types": ["client_credentials"],
        "token_endpoint_auth_method": "client_secret_basic",
    });
    let made = world.post(CLIENTS, metadata).await;
    assert_eq!(made.status, 201);
    let keys: Vec<&str> = made
        .body
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(
        keys,
        [
            "client_id",
            "client_secret",
            "client_id_issued_at",
            "client_secret_expires_at",
            "client_name",
            "client_uri",
            "logo_uri",
            "redirect_uris",
            "response_types",
            "grant_types",
            "token_endpoint_auth_method",
            "application_type",
        ]
    );
    assert_eq!(made.body["client_secret_expires_at"], 0);
    let id = made.text("/client_id");
    let app = world.get(&format!("/api/v1/apps/{id}")).await;
    assert_eq!(app.text("/label"), "mobile");
    assert_eq!(app.text("/settings/oauthClient/consent_method"), "REQUIRED");
    let read = world.get(&format!("{CLIENTS}/{id}")).await;
    assert!(read.body.get("client_secret").is_none());
    let list = world.get(&format!("{CLIENTS}?q=mob")).await;
    assert_eq!(list.text("/0/client_id"), id);
    assert_eq!(
        world.delete(&format!("{CLIENTS}/{id}")).await.status,
        204,
        "active or not"
    );
    let gone = world.get(&format!("{CLIENTS}/{id}")).await;
    assert_eq!(gone.code(), (404, "E0000007"));
    assert!(gone.text("/errorSummary").ends_with("(PublicClientApp)"));
}

#[tokio::test]
async fn metadata_are_refused_in_the_words_of_oauth() {
    let world = World::start().await;
    for (wrong, field) in [
        (json!({}), "client_name"),
        (json!({ "client_name": "a" }), "redirect_uris"),
        (
            json!({ "client_name": "a", "application_type": "service", "grant_types": ["password"] }),
            "grant_types",
        ),
        (
            json!({ "client_name": "a", "application_type": "web", "grant_types": ["client_credentials"] }),
            "grant_types",
        ),
        (
            json!({ "client_name": "a", "application_type": "service", "token_endpoint_auth_method": "x" }),
            "token_endpoint_auth_method",
        ),
    ] {
        let refused = world.post(CLIENTS, wrong).await;
        assert_eq!(refused.code(), (400, "invalid_client_metadata"));
        assert!(
            refused.text("/error_description").contains(field),
            "{}",
            refused.body
        );
    }
}

#[tokio::test]
async fn a_new_secret_replaces_all_old_ones() {
    let world = World::start().await;
    let metadata = json!({ "client_name": "a", "application_type": "service" });
    let made = world.post(CLIENTS, metadata).await;
    let path = format!("{CLIENTS}/{}", made.text("/client_id"));
    let renewed = world.switch(&format!("{path}/lifecycle/newSecret")).await;
    assert_eq!(renewed.status, 200);
    assert_ne!(renewed.text("/client_secret"), made.text("/client_secret"));
    let put = json!({ "client_name": "b", "application_type": "service" });
    let put = world.put(&path, put).await;
    assert_eq!(put.text("/client_name"), "b");
    assert_eq!(put.text("/client_secret"), renewed.text("/client_secret"));
}

/// The ids are those recorded from Okta in February 2026.
#[tokio::test]
async fn a_client_has_admin_roles() {
    let world = World::start().await;
    let metadata = json!({ "client_name": "a", "application_type": "service" });
    let client = world.post(CLIENTS, metadata).await.text("/client_id");
    let path = format!("{CLIENTS}/{client}/roles");
    for (kind, id, label) in [
        (
            "HELP_DESK_ADMIN",
            "JBCUYUC7IRCVGS27IFCE2SKO",
            "Help Desk Administrator",
        ),
        (
            "GROUP_MEMBERSHIP_ADMIN",
            "I5JE6VKQL5GUKTKCIVJFGSCJKBPUCRCNJFHA",
            "Group Membership Administrator",
        ),
    ] {
        let made = world.post(&path, json!({ "type": kind })).await;
        assert_eq!(
            (made.status.as_u16(), made.text("/id")),
            (201, id.to_owned())
        );
        assert_eq!(made.text("/label"), label);
        let assignee = format!("{}{CLIENTS}/{client}", world.origin);
        assert_eq!(made.text("/_links/assignee/href"), assignee);
        assert_eq!(world.get(&format!("{path}/{id}")).await.body, made.body);
    }
    let again = world
        .post(&path, json!({ "type": "HELP_DESK_ADMIN" }))
        .await;
    assert_eq!(again.code(), (409, "E0000090"));
    let unknown = world.post(&path, json!({ "type": "KING" })).await;
    assert_eq!(unknown.code(), (400, "E0000001"));
    let one = format!("{path}/JBCUYUC7IRCVGS27IFCE2SKO");
    assert_eq!(world.delete(&one).await.status, 204);
    assert_eq!(world.delete(&one).await.code(), (404, "E0000007"));
    assert_eq!(world.get(&path).await.body.as_array().unwrap().len(), 1);
}
