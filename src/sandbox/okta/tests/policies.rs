use serde_json::{Value, json};

use super::world::World;

const POLICIES: &str = "/api/v1/authorizationServers/default/policies";

fn policy(name: &str, priority: Option<i64>) -> Value {
    json!({
        "type": "OAUTH_AUTHORIZATION_POLICY", "name": name, "description": "d", "status": "ACTIVE",
        "priority": priority, "conditions": { "clients": { "include": ["ALL_CLIENTS"] } },
    })
}

fn rule(name: &str) -> Value {
    json!({
        "type": "RESOURCE_ACCESS", "name": name,
        "conditions": {
            "grantTypes": { "include": ["password", "implicit"] },
            "people": { "users": {}, "groups": { "include": ["00g1"] } }, "scopes": {},
        },
    })
}

async fn order(world: &World, path: &str) -> Vec<String> {
    let list = world.get(path).await.body;
    let list = list.as_array().unwrap();
    for (index, object) in list.iter().enumerate() {
        assert_eq!(object["priority"], index + 1, "no gaps");
    }
    list.iter()
        .map(|object| object["name"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn priorities_have_no_gaps() {
    let world = World::start().await;
    let add = async |name, at| world.post(POLICIES, policy(name, at)).await;
    assert_eq!(add("last", None).await.body["priority"], 2);
    assert_eq!(add("first", Some(1)).await.body["priority"], 1);
    assert_eq!(add("beyond", Some(99)).await.body["priority"], 4);
    assert_eq!(
        order(&world, POLICIES).await,
        ["first", "Default Policy", "last", "beyond"]
    );
    let id = world.get(POLICIES).await.text("/3/id");
    let moved = world
        .put(&format!("{POLICIES}/{id}"), policy("beyond", Some(2)))
        .await;
    assert_eq!(moved.body["priority"], 2);
    assert_eq!(
        order(&world, POLICIES).await,
        ["first", "beyond", "Default Policy", "last"]
    );
    // Without a priority the place stays.
    world
        .put(&format!("{POLICIES}/{id}"), policy("beyond", None))
        .await;
    assert_eq!(
        order(&world, POLICIES).await,
        ["first", "beyond", "Default Policy", "last"]
    );
    assert_eq!(world.delete(&format!("{POLICIES}/{id}")).await.status, 204);
    assert_eq!(
        order(&world, POLICIES).await,
        ["first", "Default Policy", "last"]
    );
}

#[tokio::test]
async fn policies_are_checked() {
    let world = World::start().await;
    let with = |key: &str, value: Value| {
        let mut body = policy("a", None);
        body[key] = value;
        body
    };
    for (wrong, field) in [
        (with("name", "".into()), "name"),
        (with("name", "x".repeat(101).into()), "name"),
        (with("description", Value::Null), "description"),
        (with("description", "x".repeat(256).into()), "description"),
        (with("conditions", json!({})), "conditions.clients.include"),
        (with("type", Value::Null), "type"),
        (with("priority", 0.into()), "priority"),
        (with("name", "Default Policy".into()), "name"),
    ] {
        let refused = world.post(POLICIES, wrong).await;
        assert_eq!(
            refused.text("/errorSummary"),
            format!("Api validation failed: {field}")
        );
    }
    let other_type = with("type", "ACCESS_POLICY".into());
    assert_eq!(
        world.post(POLICIES, other_type).await.code(),
        (400, "E0000003")
    );
}

#[tokio::test]
async fn policies_and_rules_are_switched() {
    let world = World::start().await;
    let policy = format!("{POLICIES}/{}", world.get(POLICIES).await.text("/0/id"));
    let rule = format!(
        "{policy}/rules/{}",
        world.get(&format!("{policy}/rules")).await.text("/0/id")
    );
    for path in [policy, rule] {
        for (verb, status) in [("deactivate", "INACTIVE"), ("activate", "ACTIVE")] {
            assert_eq!(
                world
                    .switch(&format!("{path}/lifecycle/{verb}"))
                    .await
                    .status,
                204
            );
            let object = world.get(&path).await;
            assert_eq!(object.text("/status"), status);
        }
    }
}

/// Recorded: what is empty comes back as `exclude`, what is not as `include`; grant types come sorted.
#[tokio::test]
async fn a_rule_is_normalised_as_recorded() {
    let world = World::start().await;
    let rules = format!(
        "{POLICIES}/{}/rules",
        world.get(POLICIES).await.text("/0/id")
    );
    let made = world.post(&rules, rule("people")).await;
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
            "status",
            "name",
            "priority",
            "created",
            "lastUpdated",
            "system",
            "conditions",
            "actions",
            "_links",
            "type",
        ]
    );
    assert_eq!(
        made.body["conditions"].to_string(),
        json!({
            "people": { "users": { "exclude": [] }, "groups": { "include": ["00g1"] } },
            "grantTypes": { "include": ["implicit", "password"] },
            "scopes": { "include": [] },
        })
        .to_string()
    );
    assert_eq!(
        made.body["actions"]["token"],
        json!({
            "accessTokenLifetimeMinutes": 60, "refreshTokenLifetimeMinutes": 0,
            "refreshTokenWindowMinutes": 10080,
        })
    );
    assert_eq!(made.body["priority"], 2);
    let id = made.text("/id");
    let mut first = rule("people");
    first["priority"] = 1.into();
    assert_eq!(
        world.put(&format!("{rules}/{id}"), first).await.body["priority"],
        1
    );
    assert_eq!(
        order(&world, &rules).await,
        ["people", "Default Policy Rule"]
    );
    assert_eq!(world.delete(&format!("{rules}/{id}")).await.status, 204);
    assert_eq!(order(&world, &rules).await, ["Default Policy Rule"]);
}

#[tokio::test]
async fn rules_are_checked() {
    let world = World::start().await;
    let rules = format!(
        "{POLICIES}/{}/rules",
        world.get(POLICIES).await.text("/0/id")
    );
    let token = |access: i64, refresh: i64, window: i64| {
        let mut body = rule("a");
        body["actions"] = json!({ "token": {
            "accessTokenLifetimeMinutes": access, "refreshTokenLifetimeMinutes": refresh,
            "refreshTokenWindowMinutes": window,
        } });
        body
    };
    let grants = |grants: &[&str]| {
        let mut body = rule("a");
        body["conditions"]["grantTypes"]["include"] = json!(grants);
        body["conditions"]["people"] = json!({});
        body
    };
    let mut nameless = rule("a");
    nameless["name"] = Value::Null;
    let mut unconditional = rule("a");
    unconditional["conditions"] = Value::Null;
    for (wrong, field) in [
        (nameless, "name"),
        (unconditional, "conditions"),
        (rule("Default Policy Rule"), "name"),
        (grants(&[]), "conditions.grantTypes"),
        (grants(&["password"]), "conditions.people"),
        // A misspelt grant type is answered about people (okta-developer-docs#1622).
        (grants(&["client-credentials"]), "conditions.people"),
        (token(4, 0, 60), "actions.token.accessTokenLifetimeMinutes"),
        (
            token(1441, 0, 1441),
            "actions.token.accessTokenLifetimeMinutes",
        ),
        (
            token(60, 30, 60),
            "actions.token.refreshTokenLifetimeMinutes",
        ),
        (token(60, 0, 30), "actions.token.refreshTokenWindowMinutes"),
        (
            token(60, 90, 100),
            "actions.token.refreshTokenWindowMinutes",
        ),
    ] {
        let refused = world.post(&rules, wrong).await;
        assert_eq!(
            refused.text("/errorSummary"),
            format!("Api validation failed: {field}")
        );
    }
    assert_eq!(
        world
            .post(&rules, grants(&["client_credentials"]))
            .await
            .status,
        201
    );
    assert_eq!(
        world.get(&format!("{POLICIES}/00pnone/rules")).await.code(),
        (404, "E0000007")
    );
}
