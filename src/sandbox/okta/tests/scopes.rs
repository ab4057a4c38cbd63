use serde_json::{Value, json};

use super::world::World;

const SCOPES: &str = "/api/v1/authorizationServers/default/scopes";

async fn system(world: &World, name: &str) -> Value {
    let list = world.get(SCOPES).await.body;
    let found = list
        .as_array()
        .unwrap()
        .iter()
        .find(|scope| scope["name"] == name);
    found.unwrap().clone()
}

#[tokio::test]
async fn defaults_are_those_of_the_api() {
    let world = World::start().await;
    let made = world.post(SCOPES, json!({ "name": "orders.read" })).await;
    assert_eq!(made.status, 201);
    let mut scope = made.body.clone();
    let links = scope.as_object_mut().unwrap().remove("_links").unwrap();
    let id = made.text("/id");
    assert_eq!(
        scope.to_string(),
        json!({
            "id": id, "name": "orders.read", "description": null, "system": false,
            "metadataPublish": "NO_CLIENTS", "consent": "IMPLICIT", "optional": false,
            "apiResourceId": null, "default": false,
        })
        .to_string()
    );
    assert_eq!(
        links["self"]["href"],
        format!("{}{SCOPES}/{id}", world.origin)
    );
    assert_eq!(world.get(&format!("{SCOPES}/{id}")).await.body, made.body);
}

/// Recorded: never sent is absent, sent empty is empty.
#[tokio::test]
async fn the_display_name_is_there_if_it_was_sent() {
    let world = World::start().await;
    let made = world
        .post(SCOPES, json!({ "name": "a", "displayName": "" }))
        .await;
    assert_eq!(made.text("/displayName"), "");
    let full = json!({ "name": "a", "consent": "REQUIRED", "metadataPublish": "ALL_CLIENTS" });
    let put = world
        .put(&format!("{SCOPES}/{}", made.text("/id")), full)
        .await;
    assert_eq!(put.status, 200);
    assert!(put.body.get("displayName").is_none(), "PUT replaces");
    assert_eq!(put.text("/consent"), "REQUIRED");
}

#[tokio::test]
async fn names_are_checked() {
    let world = World::start().await;
    for wrong in [
        "",
        "okta",
        "*",
        "groups",
        "okta.users.read",
        "okta:x",
        "a b",
        "a\"b",
        "a\\b",
        "<a>",
        "é",
    ] {
        let refused = world.post(SCOPES, json!({ "name": wrong })).await;
        assert_eq!(refused.code(), (400, "E0000001"), "{wrong}");
        assert!(
            refused
                .text("/errorCauses/0/errorSummary")
                .starts_with("name: ")
        );
    }
    for fine in ["okta.myAccount.read", "a<b", "urn:a:b/c", "oktaX"] {
        assert_eq!(
            world.post(SCOPES, json!({ "name": fine })).await.status,
            201,
            "{fine}"
        );
    }
    let twice = world.post(SCOPES, json!({ "name": "a<b" })).await;
    assert_eq!(twice.code(), (400, "E0000001"));
}

#[tokio::test]
async fn put_needs_the_whole_object_and_a_free_name() {
    let world = World::start().await;
    let path = format!(
        "{SCOPES}/{}",
        world.post(SCOPES, json!({ "name": "a" })).await.text("/id")
    );
    for missing in ["name", "consent", "metadataPublish"] {
        let mut put =
            json!({ "name": "a", "consent": "IMPLICIT", "metadataPublish": "NO_CLIENTS" });
        put.as_object_mut().unwrap().remove(missing);
        let refused = world.put(&path, put).await;
        assert_eq!(
            refused.text("/errorSummary"),
            format!("Api validation failed: {missing}")
        );
    }
    let taken = json!({ "name": "email", "consent": "IMPLICIT", "metadataPublish": "NO_CLIENTS" });
    assert_eq!(world.put(&path, taken).await.code(), (400, "E0000001"));
}

#[tokio::test]
async fn system_scopes_are_protected() {
    let world = World::start().await;
    let openid = system(&world, "openid").await;
    let path = format!("{SCOPES}/{}", openid["id"].as_str().unwrap());
    assert_eq!(world.delete(&path).await.code(), (403, "E0000006"));
    let mut renamed = openid.clone();
    renamed["name"] = "openid2".into();
    assert_eq!(world.put(&path, renamed).await.code(), (400, "E0000001"));
    let mut described = openid.clone();
    described["description"] = "ours".into();
    let put = world.put(&path, described).await;
    assert_eq!(
        (put.status.as_u16(), put.text("/description")),
        (200, "ours".into())
    );
    assert_eq!(put.body["system"], true);
}

#[tokio::test]
async fn scopes_are_found_paged_and_deleted() {
    let world = World::start().await;
    for name in ["orders.read", "orders.write"] {
        world.post(SCOPES, json!({ "name": name })).await;
    }
    let names = |list: &Value| -> Vec<String> {
        let list = list.as_array().unwrap().iter();
        list.map(|scope| scope["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let found = world.get(&format!("{SCOPES}?q=orders")).await;
    assert_eq!(names(&found.body), ["orders.read", "orders.write"]);
    let exact = world
        .get(&format!("{SCOPES}?filter=name+eq+%22orders.read%22"))
        .await;
    assert_eq!(names(&exact.body), ["orders.read"]);
    let first = world.get(&format!("{SCOPES}?limit=8")).await;
    assert_eq!(first.body.as_array().unwrap().len(), 8);
    assert_eq!(first.headers.get_all("link").iter().count(), 2);
    let path = format!("{SCOPES}/{}", exact.text("/0/id"));
    assert_eq!(world.delete(&path).await.status, 204);
    assert_eq!(world.delete(&path).await.code(), (404, "E0000007"));
}
