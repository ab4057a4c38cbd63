use serde_json::{Value, json};

use super::world::World;

#[tokio::test]
async fn a_full_read_of_a_portal_meets_nothing_unexpected() {
    let world = World::start().await;
    let (portal, _, api) = world.seeded().await;
    let of_portal = |name: &str| format!("/v3/portals/{portal}/{name}");
    let empty = json!({ "number": 1, "size": 10, "total": 0 });
    for path in [
        of_portal("pages"),
        of_portal("snippets"),
        of_portal("teams"),
        format!("/v3/apis/{api}/versions"),
        format!("/v3/api-implementations?filter[api_id][eq]={api}"),
        "/v2/control-planes".to_owned(),
        "/v3/portals/email-domains".to_owned(),
    ] {
        let read = world.admin("GET", &path, Value::Null).await.with(200);
        assert_eq!(read["data"], json!([]), "{path}");
        assert_eq!(read["meta"]["page"], empty, "{path}");
    }
    for path in [
        of_portal("email-templates"),
        format!("/v3/apis/{api}/documents"),
    ] {
        let read = world.admin("GET", &path, Value::Null).await.with(200);
        assert_eq!(read, json!({ "data": [] }), "{path}");
    }
    let addresses = world
        .admin("GET", &of_portal("ip-allow-list"), Value::Null)
        .await;
    let meta = json!({ "next": null, "previous": null, "size": 0 });
    assert_eq!(addresses.with(200), json!({ "data": [], "meta": meta }));
    let providers = world
        .admin("GET", &of_portal("identity-providers"), Value::Null)
        .await;
    assert_eq!(providers.with(200), json!([]));
    let settings = world
        .admin("GET", &of_portal("authentication-settings"), Value::Null)
        .await;
    let settings = settings.with(200);
    assert_eq!(settings["basic_auth_enabled"], json!(true));
    assert_eq!(settings["oidc_auth_enabled"], json!(false));
    let customization = world
        .admin("GET", &of_portal("customization"), Value::Null)
        .await;
    assert!(customization.with(200).is_object());
    for name in [
        "audit-log-webhook",
        "custom-domain",
        "email-config",
        "integrations",
        "assets/logo",
    ] {
        let _ = world
            .admin("GET", &of_portal(name), Value::Null)
            .await
            .with(404);
    }
}

#[tokio::test]
async fn pages_form_a_tree_and_fall_with_their_root() {
    let world = World::start().await;
    let (portal, _, _) = world.seeded().await;
    let path = format!("/v3/portals/{portal}/pages");
    let root = json!({ "slug": "/guides", "content": "# Guides", "title": "Guides" });
    let root = world.admin("POST", &path, root).await.id(201);
    let leaf = json!({ "slug": "one", "content": "text", "parent_page_id": root });
    let leaf = world.admin("POST", &path, leaf).await.id(201);

    let list = world.admin("GET", &path, Value::Null).await.with(200);
    assert_eq!(list["meta"]["page"]["total"], 1, "{list}");
    assert_eq!(list["data"][0]["children"][0]["id"], json!(leaf));
    assert!(list["data"][0].get("content").is_none(), "{list}");
    let one = format!("{path}/{root}");
    let read = world.admin("GET", &one, Value::Null).await.with(200);
    assert_eq!(read["content"], "# Guides");
    let change = json!({ "status": "published" });
    let patched = world.admin("PATCH", &one, change).await.with(200);
    assert_eq!(
        (&patched["status"], &patched["title"]),
        (&json!("published"), &json!("Guides"))
    );
    let change = json!({ "status": "draft" });
    assert_eq!(
        world.admin("PATCH", &one, change).await.invalid(),
        ["status: enum"]
    );

    let _ = world.admin("DELETE", &one, Value::Null).await.with(204);
    let gone = format!("{path}/{leaf}");
    let _ = world.admin("GET", &gone, Value::Null).await.with(404);
}

#[tokio::test]
async fn versions_and_documents_read_their_text() {
    let world = World::start().await;
    let (_, _, api) = world.seeded().await;
    let path = format!("/v3/apis/{api}/versions");
    let spec = json!({ "openapi": "3.1.0", "info": { "version": "2.4" } }).to_string();
    let body = json!({ "spec": { "content": spec } });
    let made = world.admin("POST", &path, body.clone()).await.with(201);
    assert_eq!(
        (&made["version"], &made["spec"]["type"]),
        (&json!("2.4"), &json!("oas3"))
    );
    let _ = world.admin("POST", &path, body).await.with(409);
    let list = world.admin("GET", &path, Value::Null).await.with(200);
    assert_eq!(list["data"][0]["spec"], json!({ "type": "oas3" }));

    let path = format!("/v3/apis/{api}/documents");
    let body = json!({ "content": "intro\n# How to pay\n" });
    let made = world.admin("POST", &path, body).await.with(201);
    assert_eq!(
        (&made["title"], &made["slug"]),
        (&json!("How to pay"), &json!("how-to-pay"))
    );
}

#[tokio::test]
async fn settings_keep_what_was_sent() {
    let world = World::start().await;
    let (portal, _, _) = world.seeded().await;
    let path = format!("/v3/portals/{portal}/customization");
    let theme = json!({ "theme": { "mode": "dark" }, "css": ".a{}" });
    let _ = world.admin("PUT", &path, theme).await.with(200);
    let _ = world
        .admin("PATCH", &path, json!({ "css": null }))
        .await
        .with(200);
    let read = world.admin("GET", &path, Value::Null).await.with(200);
    assert_eq!(read, json!({ "theme": { "mode": "dark" } }));
    let path = format!("/v3/portals/{portal}/authentication-settings");
    let change = json!({ "konnect_mapping_enabled": true });
    let _ = world.admin("PATCH", &path, change).await.with(200);
    let read = world.admin("GET", &path, Value::Null).await.with(200);
    assert_eq!(read["konnect_mapping_enabled"], json!(true));
    assert_eq!(read["basic_auth_enabled"], json!(true));
}
