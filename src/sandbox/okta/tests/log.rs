//! The System Log: what it says of a change, and how it is read.

use reqwest::Method;
use serde_json::{Value, json};

use super::world::{Told, World, told};

const LOGS: &str = "/api/v1/logs";
const SCOPES: &str = "/api/v1/authorizationServers/default/scopes";

async fn add(world: &World, name: &str) {
    let made = world.post(SCOPES, json!({ "name": name })).await;
    assert_eq!(made.status, 201);
}

/// The target of the link with this relation, below the origin.
fn link(world: &World, told: &Told, rel: &str) -> Option<String> {
    told.headers.get_all("link").iter().find_map(|link| {
        let (target, found) = link.to_str().unwrap().split_once(">; ")?;
        let path = target.strip_prefix('<')?.strip_prefix(&world.origin)?;
        (found == format!("rel=\"{rel}\"")).then(|| path.to_owned())
    })
}

fn scopes(told: &Told) -> Vec<&str> {
    let events = told.body.as_array().unwrap();
    events
        .iter()
        .map(|event| event["target"][0]["displayName"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn an_event_says_who_did_what_to_what_from_where() {
    let world = World::start().await;
    let request = world
        .admin(Method::POST, SCOPES)
        .header("user-agent", "curl/8.0")
        .header("x-forwarded-for", "203.0.113.7, 10.0.0.1");
    let made = told(request.json(&json!({ "name": "orders" }))).await;
    let token = world.get("/api/v1/api-tokens").await.text("/0/id");
    let me = world.get("/api/v1/users/me").await;
    let log = world.get(LOGS).await;
    assert_eq!(log.body.as_array().unwrap().len(), 1, "{}", log.body);
    for (pointer, wanted) in [
        ("/0/eventType", "oauth2.scope.created"),
        ("/0/severity", "INFO"),
        ("/0/outcome/result", "SUCCESS"),
        ("/0/actor/type", "User"),
        ("/0/actor/id", me.text("/id").as_str()),
        ("/0/actor/alternateId", me.text("/profile/login").as_str()),
        ("/0/client/userAgent/rawUserAgent", "curl/8.0"),
        ("/0/client/ipAddress", "203.0.113.7"),
        ("/0/target/0/id", made.text("/id").as_str()),
        ("/0/target/0/displayName", "orders"),
        ("/0/target/1/displayName", "default"),
        ("/0/transaction/id", made.header("x-okta-request-id")),
        ("/0/transaction/detail/requestApiTokenId", token.as_str()),
        ("/0/debugContext/debugData/requestUri", SCOPES),
    ] {
        assert_eq!(log.text(pointer), wanted, "{pointer}");
    }
    // an event is the same at each reading
    assert_eq!(world.get(LOGS).await.body, log.body);
}

#[tokio::test]
async fn a_feed_leads_on_even_from_its_end() {
    let world = World::start().await;
    let empty = world.get(LOGS).await;
    assert_eq!(empty.body, json!([]));
    let mut next = link(&world, &empty, "next").unwrap();
    for name in ["a", "b", "c"] {
        add(&world, name).await;
    }
    let mut seen = Vec::new();
    next = format!(
        "{}&limit=2",
        next.replace("&limit=100", "").replace("limit=100&", "")
    );
    for expected in [2, 1, 0] {
        let page = world.get(&next).await;
        assert_eq!(scopes(&page).len(), expected, "{next}");
        seen.extend(scopes(&page).into_iter().map(str::to_owned));
        next = link(&world, &page, "next").unwrap();
    }
    add(&world, "d").await;
    let page = world.get(&next).await;
    seen.extend(scopes(&page).into_iter().map(str::to_owned));
    assert_eq!(seen, ["a", "b", "c", "d"]);
}

#[tokio::test]
async fn a_bounded_question_ends() {
    let world = World::start().await;
    for name in ["a", "b", "c"] {
        add(&world, name).await;
    }
    let first = world
        .get(&format!("{LOGS}?since=2020-01-01&until=2999-01-01&limit=2"))
        .await;
    let next = link(&world, &first, "next").unwrap();
    let last = world.get(&next).await;
    assert_eq!(scopes(&last), ["c"]);
    assert_eq!(link(&world, &last, "next"), None);
    assert!(link(&world, &last, "self").is_some());
    let back = format!("{LOGS}?sortOrder=DESCENDING&limit=2");
    let first = world.get(&back).await;
    assert_eq!(scopes(&first), ["c", "b"]);
    let last = world.get(&link(&world, &first, "next").unwrap()).await;
    assert_eq!(scopes(&last), ["a"]);
    assert_eq!(link(&world, &last, "next"), None);
}

#[tokio::test]
async fn times_filters_and_words_choose_events() {
    let world = World::start().await;
    add(&world, "orders.read").await;
    let offset = &world.state.common.clock_offset;
    offset.store(3_600, std::sync::atomic::Ordering::Relaxed);
    add(&world, "orders.write").await;
    let id = world
        .get(&format!("{SCOPES}?q=orders.write"))
        .await
        .text("/0/id");
    world.delete(&format!("{SCOPES}/{id}")).await;
    let half = world.state.now() - jiff::SignedDuration::from_mins(30);
    let count = async |query: &[(&str, &str)]| {
        let request = world.admin(Method::GET, LOGS).query(query);
        let told = told(request).await;
        assert_eq!(told.status, 200, "{}", told.body);
        told.body.as_array().unwrap().len()
    };
    let half = half.to_string();
    assert_eq!(count(&[("since", &half)]).await, 2);
    assert_eq!(count(&[("until", &half)]).await, 1);
    for (filter, wanted) in [
        ("eventType eq \"oauth2.scope.created\"", 2),
        (
            "eventType sw \"oauth2.scope\" and not (eventType ew \"created\")",
            1,
        ),
        (
            "eventType eq \"x\" or target.displayName eq \"orders.read\"",
            1,
        ),
        (&format!("target.id eq \"{id}\""), 2),
        (&format!("published gt \"{half}\""), 2),
        ("outcome.reason pr", 0),
        ("actor.type ne \"User\"", 0),
    ] {
        assert_eq!(count(&[("filter", filter)]).await, wanted, "{filter}");
    }
    assert_eq!(count(&[("q", "ORDERS.write")]).await, 2);
    assert_eq!(count(&[("q", "orders.write deleted")]).await, 1);
    // a week is looked back at unless somebody says how far
    offset.store(9 * 86_400, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(count(&[]).await, 0);
    assert_eq!(count(&[("since", "2020-01-01T00:00:00Z")]).await, 3);
}

#[tokio::test]
async fn questions_are_checked() {
    let world = World::start().await;
    for (query, code) in [
        ("since=yesterday", "E0000001"),
        ("since=2026-02-01&until=2026-01-01", "E0000001"),
        ("limit=1001", "E0000001"),
        ("limit=-1", "E0000001"),
        ("sortOrder=UP", "E0000001"),
        ("after=nonsense", "E0000001"),
        ("filter=eventType+is+%22a%22", "E0000053"),
        ("filter=nothing+eq+%22a%22", "E0000053"),
        ("filter=((eventType+pr)", "E0000053"),
    ] {
        let refused = world.get(&format!("{LOGS}?{query}")).await;
        assert_eq!(refused.code(), (400, code), "{query}");
    }
    let deep = format!("{LOGS}?filter={}eventType+pr", "(".repeat(10_000));
    assert_eq!(world.get(&deep).await.code(), (400, "E0000053"));
}

#[tokio::test]
async fn tokens_are_logged_given_and_refused() {
    let world = World::start().await;
    let app = world
        .post("/api/v1/apps", super::apps::service("robot"))
        .await;
    world.post(SCOPES, json!({ "name": "orders" })).await;
    let secret = app.text("/credentials/oauthClient/client_secret");
    let ask = async |secret: &str| {
        let request = world.request(Method::POST, "/oauth2/default/v1/token");
        let form = [("grant_type", "client_credentials"), ("scope", "orders")];
        told(
            request
                .basic_auth(app.text("/id"), Some(secret))
                .form(&form),
        )
        .await
    };
    assert_eq!(ask(&secret).await.status, 200);
    assert_eq!(ask("wrong-wrong-wrong").await.status, 401);
    let log = world
        .get(&format!(
            "{LOGS}?filter=eventType+sw+%22app.oauth2.as.token%22"
        ))
        .await;
    let events: Vec<Value> = log.body.as_array().unwrap().clone();
    assert_eq!(events.len(), 2);
    assert_eq!(
        events[0]["eventType"],
        "app.oauth2.as.token.grant.access_token"
    );
    assert_eq!(events[1]["outcome"]["result"], "FAILURE");
    for event in &events {
        assert_eq!(event["actor"]["displayName"], "robot");
        assert_eq!(event["actor"]["type"], "PublicClientApp");
    }
    assert!(!log.body.to_string().contains(&secret));
}
