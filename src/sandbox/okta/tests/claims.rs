use serde_json::{Value, json};

use super::world::World;

const CLAIMS: &str = "/api/v1/authorizationServers/default/claims";

fn claim(name: &str, value: &str) -> Value {
    json!({ "name": name, "claimType": "RESOURCE", "valueType": "EXPRESSION", "value": value, "conditions": {} })
}

async fn system(world: &World, name: &str) -> Value {
    let list = world.get(CLAIMS).await.body;
    let found = list
        .as_array()
        .unwrap()
        .iter()
        .find(|claim| claim["name"] == name);
    found.unwrap().clone()
}

/// Keys and values as recorded; "cool" is no expression, and yet it is taken.
#[tokio::test]
async fn a_claim_looks_as_recorded() {
    let world = World::start().await;
    let made = world.post(CLAIMS, claim("test", "cool")).await;
    assert_eq!(made.status, 201);
    let mut body = made.body.clone();
    body.as_object_mut().unwrap().remove("_links").unwrap();
    assert_eq!(
        body.to_string(),
        json!({
            "id": made.text("/id"), "name": "test", "status": "ACTIVE", "claimType": "RESOURCE",
            "valueType": "EXPRESSION", "value": "cool", "conditions": { "scopes": [] },
            "system": false, "alwaysIncludeInToken": true, "apiResourceId": null,
        })
        .to_string()
    );
    let groups = json!({
        "name": "groups", "claimType": "IDENTITY", "valueType": "GROUPS", "value": "Every",
        "group_filter_type": "STARTS_WITH", "alwaysIncludeInToken": false,
    });
    let groups = world.post(CLAIMS, groups).await;
    assert_eq!(groups.text("/group_filter_type"), "STARTS_WITH");
    assert_eq!(groups.body["alwaysIncludeInToken"], false);
}

#[tokio::test]
async fn name_and_type_together_are_the_key() {
    let world = World::start().await;
    assert_eq!(
        world.post(CLAIMS, claim("a", "app.clientId")).await.status,
        201
    );
    assert_eq!(
        world.post(CLAIMS, claim("a", "app.clientId")).await.code(),
        (400, "E0000001")
    );
    let mut other = claim("a", "app.clientId");
    other["claimType"] = "IDENTITY".into();
    assert_eq!(world.post(CLAIMS, other).await.status, 201);
    assert_eq!(
        world
            .post(CLAIMS, claim("sub", "app.clientId"))
            .await
            .code(),
        (400, "E0000001")
    );
}

#[tokio::test]
async fn claims_are_checked() {
    let world = World::start().await;
    let with = |key: &str, value: Value| {
        let mut body = claim("a", "app.clientId");
        body[key] = value;
        body
    };
    for (wrong, field) in [
        (with("name", Value::Null), "name"),
        (with("name", "iss".into()), "name"),
        (with("name", "aud".into()), "name"),
        (with("claimType", Value::Null), "claimType"),
        (with("valueType", Value::Null), "valueType"),
        (with("valueType", "SYSTEM".into()), "valueType"),
        (with("value", "".into()), "value"),
        (with("valueType", "GROUPS".into()), "group_filter_type"),
        (
            with("conditions", json!({ "scopes": ["nowhere"] })),
            "conditions.scopes",
        ),
    ] {
        let refused = world.post(CLAIMS, wrong).await;
        assert_eq!(
            refused.text("/errorSummary"),
            format!("Api validation failed: {field}")
        );
    }
}

#[tokio::test]
async fn a_claim_is_switched_by_put_and_keeps_its_id_when_renamed() {
    let world = World::start().await;
    let id = world
        .post(CLAIMS, claim("a", "app.clientId"))
        .await
        .text("/id");
    let mut put = claim("b", "\"x\"");
    put["status"] = "INACTIVE".into();
    let put = world.put(&format!("{CLAIMS}/{id}"), put).await;
    assert_eq!(
        (put.text("/id"), put.text("/name")),
        (id.clone(), "b".into())
    );
    assert_eq!(put.text("/status"), "INACTIVE");
    let mut other_type = claim("b", "\"x\"");
    other_type["claimType"] = "IDENTITY".into();
    let refused = world.put(&format!("{CLAIMS}/{id}"), other_type).await;
    assert_eq!(refused.code(), (400, "E0000001"));
    assert_eq!(world.delete(&format!("{CLAIMS}/{id}")).await.status, 204);
}

#[tokio::test]
async fn system_claims_are_protected() {
    let world = World::start().await;
    let sub = system(&world, "sub").await;
    let path = format!("{CLAIMS}/{}", sub["id"].as_str().unwrap());
    assert_eq!(world.delete(&path).await.code(), (403, "E0000006"));
    let mut valued = sub.clone();
    valued["value"] = "app.clientId".into();
    assert_eq!(
        world.put(&path, valued).await.text("/value"),
        "app.clientId"
    );
    let mut renamed = sub.clone();
    renamed["name"] = "subject".into();
    assert_eq!(world.put(&path, renamed).await.code(), (400, "E0000001"));

    let address = system(&world, "address").await;
    assert!(address.get("value").is_none());
    let path = format!("{CLAIMS}/{}", address["id"].as_str().unwrap());
    let recorded = json!({
        "alwaysIncludeInToken": true, "claimType": "IDENTITY", "conditions": { "scopes": ["address"] },
        "name": "address", "status": "ACTIVE", "valueType": "SYSTEM",
    });
    let put = world.put(&path, recorded).await;
    assert_eq!(
        (put.status.as_u16(), &put.body["alwaysIncludeInToken"]),
        (200, &json!(true))
    );
    let mut scoped = address;
    scoped["conditions"]["scopes"] = json!(["email"]);
    assert_eq!(world.put(&path, scoped).await.code(), (400, "E0000001"));
}
