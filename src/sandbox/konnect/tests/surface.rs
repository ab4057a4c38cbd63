use serde_json::{Value, json};

use super::world::World;
use crate::sandbox::konnect::KonnectState;

#[tokio::test]
async fn nobody_is_let_in_without_a_token() {
    let world = World::start().await;
    let url = format!("{}/v3/portals", world.origins.konnect);
    for headers in [vec![], vec![("authorization", "Bearer wrong")]] {
        let heard = world.ask("GET", &url, &headers, Value::Null).await;
        assert_eq!(heard.kind, "application/problem+json");
        let body = heard.with(401);
        assert_eq!(body["status"], 401);
        assert!(
            body["instance"]
                .as_str()
                .unwrap()
                .starts_with("kong:trace:")
        );
    }
    world.state.write(|state| state.accept_token("kpat_mine"));
    let headers = [("authorization", "Bearer kpat_mine")];
    let _ = world
        .ask("GET", &url, &headers, Value::Null)
        .await
        .with(200);
}

#[tokio::test]
async fn unknown_routes_and_ids_are_problems() {
    let world = World::start().await;
    for path in [
        "/v9/nothing",
        "/v3/portals/nonsense",
        "/v3/apis/00000000-0000-0000-0000-000000000000",
    ] {
        let heard = world.admin("GET", path, Value::Null).await;
        assert_eq!(heard.kind, "application/problem+json", "{path}");
        assert_eq!(heard.with(404)["detail"], "Not found", "{path}");
    }
}

#[tokio::test]
async fn a_portal_lives_by_its_rules() {
    let world = World::start().await;
    let authority = world.origins.portal.strip_prefix("http://").unwrap();
    let (seeded, _, _) = world.seeded().await;
    let path = format!("/v3/portals/{seeded}");
    let read = world.admin("GET", &path, Value::Null).await.with(200);
    assert_eq!(read["canonical_domain"], authority);

    let body = json!({ "name": "Second One", "description": null, "labels": { "x": null } });
    let made = world
        .admin("POST", "/v3/portals", body.clone())
        .await
        .with(201);
    let port = authority.rsplit_once(':').unwrap().1;
    assert_eq!(
        made["canonical_domain"],
        format!("second-one.localhost:{port}")
    );
    assert_eq!(made["authentication_enabled"], json!(true));
    assert_eq!(made["description"], Value::Null);
    assert_eq!(made["labels"], json!({}));
    let _ = world.admin("POST", "/v3/portals", body).await.with(409);

    let world_strategy = world.strategy().await;
    world.publish(&world_strategy, false).await;
    let path = format!("/v3/portals/{seeded}");
    let _ = world.admin("DELETE", &path, Value::Null).await.with(409);
    let path = format!("{path}?force=true");
    let _ = world.admin("DELETE", &path, Value::Null).await.with(204);
}

#[tokio::test]
async fn an_api_shows_where_it_is_published() {
    let world = World::start().await;
    let body = json!({ "name": "SMS API", "version": "3.2.0" });
    let made = world
        .admin("POST", "/v3/apis", body.clone())
        .await
        .with(201);
    assert_eq!(made["slug"], "sms-api-3");
    let _ = world.admin("POST", "/v3/apis", body).await.with(409);

    let (portal, _, api) = world.seeded().await;
    let path = format!("/v3/apis/{api}/publications/{portal}");
    let _ = world.admin("GET", &path, Value::Null).await.with(404);
    let put = world.admin("PUT", &path, json!({})).await.with(200);
    let strategies = put["auth_strategy_ids"].as_array().unwrap();
    assert_eq!(strategies.len(), 1, "the portal's default");
    let put = world
        .admin("PUT", &path, json!({ "auth_strategy_ids": null }))
        .await;
    assert_eq!(put.with(200)["auth_strategy_ids"], Value::Null);
    let heard = world
        .admin("PUT", &path, json!({ "auth_strategy_ids": [] }))
        .await;
    assert_eq!(heard.invalid(), ["auth_strategy_ids: min_items"]);

    let read = world
        .admin("GET", &format!("/v3/apis/{api}"), Value::Null)
        .await;
    assert_eq!(read.with(200)["portals"][0]["id"], json!(portal));
    let list = format!("/v3/api-publications?filter[api_id][eq]={api}");
    let list = world.admin("GET", &list, Value::Null).await.with(200);
    assert_eq!(list["data"][0]["portal_id"], json!(portal));
    assert!(list["data"][0].get("_api_name").is_none(), "{list}");
    let list = format!("/v3/portals/{portal}/api-publications");
    let list = world.admin("GET", &list, Value::Null).await.with(200);
    assert_eq!(list["data"][0]["portal_ids"], json!([portal]));
}

#[test]
fn seeding_again_makes_nothing() {
    let mut state = KonnectState::seed(jiff::Timestamp::UNIX_EPOCH);
    assert!(!state.seed_portal("developer-portal"));
    assert!(!state.seed_api("orders"));
    assert!(!state.seed_developer("developer-portal", "DEV@example.com", "other"));
    assert!(state.seed_team("developer-portal", "Mobile"));
    assert!(!state.seed_team("developer-portal", "Mobile"));
    assert!(state.seed_developer("elsewhere", "dev@example.com", "pw"));
}

#[test]
fn a_saved_state_is_the_same_and_holds_no_login() {
    let mut state = KonnectState::seed(jiff::Timestamp::UNIX_EPOCH);
    state.accept_token("kpat_real");
    state.seed_developer("p", "a@example.com", "hunter2hunter2");
    let saved = serde_json::to_string(&state).unwrap();
    assert!(!saved.contains("kpat_real"), "{saved}");
    assert!(!saved.contains("hunter2"), "{saved}");
    let back: KonnectState = serde_json::from_str(&saved).unwrap();
    assert_eq!(serde_json::to_string(&back).unwrap(), saved);
}
