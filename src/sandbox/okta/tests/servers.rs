use serde_json::{Value, json};

use super::world::World;

const SERVERS: &str = "/api/v1/authorizationServers";

fn body(name: &str) -> Value {
    json!({ "name": name, "description": "d", "audiences": ["api://a"], "issuerMode": "ORG_URL" })
}

/// The order of keys as recorded from Okta.
#[tokio::test]
async fn a_server_looks_as_recorded() {
    let world = World::start().await;
    let made = world.post(SERVERS, body("orders")).await;
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
            "id",
            "name",
            "description",
            "audiences",
            "issuer",
            "issuerMode",
            "status",
            "created",
            "lastUpdated",
            "credentials",
            "default",
            "_links",
        ]
    );
    let links: Vec<&str> = made.body["_links"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(
        links,
        [
            "rotateKey",
            "metadata",
            "keys",
            "claims",
            "policies",
            "self",
            "scopes",
            "deactivate"
        ]
    );
    let id = made.text("/id");
    assert!(id.starts_with("aus") && id.len() == 20, "{id}");
    assert_eq!(
        made.text("/issuer"),
        format!("{}/oauth2/{id}", world.origin)
    );
    let created = made.text("/created");
    let (_, milliseconds) = created.split_once('.').unwrap();
    assert_eq!(milliseconds, "000Z");
    assert_eq!(made.text("/credentials/signing/rotationMode"), "AUTO");
}

#[tokio::test]
async fn a_new_server_has_system_objects_and_no_policy() {
    let world = World::start().await;
    let id = world.post(SERVERS, body("orders")).await.text("/id");
    let count = async |what: &str| {
        let list = world.get(&format!("{SERVERS}/{id}/{what}")).await;
        assert_eq!(list.header("link"), "");
        list.body.as_array().unwrap().len()
    };
    assert_eq!(count("scopes").await, 7);
    assert_eq!(count("claims").await, 19);
    assert_eq!(count("policies").await, 0);
}

#[tokio::test]
async fn the_built_in_server_has_an_alias_and_stays() {
    let world = World::start().await;
    let by_alias = world.get(&format!("{SERVERS}/default")).await;
    let id = by_alias.text("/id");
    let by_id = world.get(&format!("{SERVERS}/{id}")).await;
    assert_eq!(by_alias.body, by_id.body);
    let own = format!("{}{SERVERS}/default", world.origin);
    assert_eq!(by_id.text("/_links/self/href"), own);
    assert_eq!(
        by_id.text("/issuer"),
        format!("{}/oauth2/default", world.origin)
    );
    let off = world
        .switch(&format!("{SERVERS}/{id}/lifecycle/deactivate"))
        .await;
    assert_eq!(off.status, 204);
    let refused = world.delete(&format!("{SERVERS}/{id}")).await;
    assert_eq!(refused.code(), (403, "E0000006"));
}

#[tokio::test]
async fn keys_of_before_are_known_to_the_built_in_server_only() {
    let world = World::start().await;
    let made = world.post(SERVERS, body("orders")).await.text("/id");
    for (server, kid, status) in [
        ("default", "a-key-of-the-year-before-last", 200),
        ("default", "too-short", 404),
        ("default", "not of the form of a key's id", 404),
        (made.as_str(), "a-key-of-the-year-before-last", 404),
    ] {
        let kid = kid.replace(' ', "%20");
        let answer = world
            .get(&format!("{SERVERS}/{server}/credentials/keys/{kid}"))
            .await;
        assert_eq!(answer.status, status, "{server} {kid}");
        if status == 200 {
            assert_eq!(answer.text("/kid"), kid);
        }
    }
}

#[tokio::test]
async fn only_inactive_servers_can_be_deleted() {
    let world = World::start().await;
    let path = format!(
        "{SERVERS}/{}",
        world.post(SERVERS, body("orders")).await.text("/id")
    );
    assert_eq!(world.delete(&path).await.status, 403);
    for _ in 0..2 {
        let off = world.switch(&format!("{path}/lifecycle/deactivate")).await;
        assert_eq!(off.status, 204);
    }
    let off = world.get(&path).await;
    assert_eq!(off.text("/status"), "INACTIVE");
    assert!(off.body["_links"].get("activate").is_some());
    assert_eq!(world.delete(&path).await.status, 204);
    assert_eq!(world.delete(&path).await.code(), (404, "E0000007"));
}

#[tokio::test]
async fn put_replaces_all_but_status() {
    let world = World::start().await;
    let path = format!(
        "{SERVERS}/{}",
        world.post(SERVERS, body("orders")).await.text("/id")
    );
    let put = json!({ "name": "orders", "audiences": ["api://b"], "status": "INACTIVE" });
    let changed = world.put(&path, put).await;
    assert_eq!(changed.body["audiences"], json!(["api://b"]));
    assert_eq!(changed.body["description"], Value::Null);
    assert_eq!(changed.text("/status"), "ACTIVE");
    // What was read can be sent back, read-only fields and all.
    let again = world.put(&path, changed.body.clone()).await;
    assert_eq!((again.status.as_u16(), again.body), (200, changed.body));
}

/// Recorded in August 2023: Terraform's provider follows a create up with a PUT for this.
#[tokio::test]
async fn keys_of_a_new_server_rotate_by_themselves() {
    let world = World::start().await;
    let mut body = body("orders");
    body["credentials"] = json!({ "signing": { "rotationMode": "MANUAL" } });
    let made = world.post(SERVERS, body.clone()).await;
    assert_eq!(made.text("/credentials/signing/rotationMode"), "AUTO");
    made.text("/credentials/signing/nextRotation");
    let path = format!("{SERVERS}/{}", made.text("/id"));
    let put = world.put(&path, body).await;
    assert_eq!(put.text("/credentials/signing/rotationMode"), "MANUAL");
    assert_eq!(
        put.body["credentials"]["signing"]["nextRotation"],
        Value::Null
    );
}

#[tokio::test]
async fn servers_are_checked() {
    let world = World::start().await;
    for (wrong, field) in [
        (json!({ "audiences": ["a"] }), "name"),
        (json!({ "name": "aerial", "audiences": ["a"] }), "name"),
        (json!({ "name": "a" }), "audiences"),
        (json!({ "name": "a", "audiences": ["a", "b"] }), "audiences"),
    ] {
        let refused = world.post(SERVERS, wrong).await;
        assert_eq!(refused.code(), (400, "E0000001"));
        assert_eq!(
            refused.text("/errorSummary"),
            format!("Api validation failed: {field}")
        );
    }
    let unknown_word = json!({ "name": "a", "audiences": ["a"], "issuerMode": "HERE" });
    assert_eq!(
        world.post(SERVERS, unknown_word).await.code(),
        (400, "E0000003")
    );
}

#[tokio::test]
async fn lists_come_in_pages_that_lead_to_the_next() {
    let world = World::start().await;
    for name in ["alpha", "beta", "gamma"] {
        world.post(SERVERS, body(name)).await;
    }
    let mut names = Vec::new();
    let mut path = Some(format!("{SERVERS}?limit=2"));
    let mut pages = 0;
    while let Some(next) = path.take() {
        pages += 1;
        let page = world.get(&next).await;
        for server in page.body.as_array().unwrap() {
            names.push(server["name"].as_str().unwrap().to_owned());
        }
        for link in page.headers.get_all("link") {
            let link = link.to_str().unwrap();
            if let Some(url) = link.strip_suffix(">; rel=\"next\"") {
                let url = url.strip_prefix('<').unwrap();
                path = Some(url.strip_prefix(&world.origin).unwrap().to_owned());
            }
        }
    }
    assert_eq!(
        (pages, names),
        (
            2,
            vec![
                "default".into(),
                "alpha".into(),
                "beta".into(),
                "gamma".into()
            ]
        )
    );
    let found = world.get(&format!("{SERVERS}?limit=200&q=default")).await;
    assert_eq!(found.body.as_array().unwrap().len(), 1);
    assert_eq!(
        found.header("link"),
        format!(
            "<{}{SERVERS}?limit=200&q=default>; rel=\"self\"",
            world.origin
        )
    );
    assert_eq!(
        world.get(&format!("{SERVERS}?after=nobody")).await.code(),
        (400, "E0000001")
    );
}

#[tokio::test]
async fn keys_rotate() {
    let world = World::start().await;
    let path = format!("{SERVERS}/default/credentials");
    let kid = |list: &Value, status: &str| {
        let key = list
            .as_array()
            .unwrap()
            .iter()
            .find(|key| key["status"] == status);
        key.unwrap()["kid"].clone()
    };
    let before = world.get(&format!("{path}/keys")).await.body;
    let wrong = world
        .post(
            &format!("{path}/lifecycle/keyRotate"),
            json!({ "use": "enc" }),
        )
        .await;
    assert_eq!(wrong.code(), (400, "E0000001"));
    let after = world
        .post(
            &format!("{path}/lifecycle/keyRotate"),
            json!({ "use": "sig" }),
        )
        .await
        .body;
    assert_eq!(kid(&after, "ACTIVE"), kid(&before, "NEXT"));
    assert_eq!(kid(&after, "EXPIRED"), kid(&before, "ACTIVE"));
    let one = kid(&after, "ACTIVE");
    let one = one.as_str().unwrap();
    let key = world.get(&format!("{path}/keys/{one}")).await;
    assert_eq!(
        (key.status.as_u16(), key.text("/kid")),
        (200, one.to_owned())
    );
    let server = world.get(&format!("{SERVERS}/default")).await;
    assert_eq!(server.text("/credentials/signing/kid"), one);
}

#[tokio::test]
async fn a_server_that_is_only_named_is_seeded_once() {
    let world = World::start().await;
    assert!(!world.state.write(|state| state.seed_server("default")));
    assert!(world.state.write(|state| state.seed_server("payments")));
    assert!(!world.state.write(|state| state.seed_server("payments")));
    let found = world.get(&format!("{SERVERS}?q=payments")).await;
    assert_eq!(found.body.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_page_goes_on_where_its_last_object_was_deleted() {
    let world = World::start().await;
    let scopes = format!("{SERVERS}/default/scopes");
    for name in ["a", "b", "c"] {
        world.post(&scopes, json!({ "name": name })).await;
    }
    let first = world.get(&format!("{scopes}?limit=8")).await;
    assert_eq!(first.text("/7/name"), "a");
    let mut links = first.headers.get_all("link").iter();
    let next = links.next_back().unwrap().to_str().unwrap();
    let next = next
        .trim_start_matches('<')
        .trim_end_matches(">; rel=\"next\"");
    let next = next.strip_prefix(&world.origin).unwrap();
    world
        .delete(&format!("{scopes}/{}", first.text("/7/id")))
        .await;
    let rest = world.get(next).await;
    assert_eq!(
        (rest.text("/0/name"), rest.text("/1/name")),
        ("b".into(), "c".into())
    );
    assert_eq!(rest.headers.get_all("link").iter().count(), 1);
}
