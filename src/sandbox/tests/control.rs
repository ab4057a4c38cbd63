use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::stage::{SERVERS, Stage};
use crate::base::Secret;
use crate::sandbox::{Named, Options, Seed, Vendor};

#[tokio::test]
async fn the_clock_moves_on() {
    let stage = Stage::new().await;
    let body = json!({ "advance_seconds": 86_400 });
    stage.control(Method::POST, "clock", Some(body)).await;

    stage.get(Vendor::Okta, SERVERS).await;
    let time = stage.sandbox.journal()[0].time;
    let ahead = time.duration_since(jiff::Timestamp::now()).as_secs();
    assert!((86_395..=86_400).contains(&ahead), "{ahead}");
}

#[tokio::test]
async fn a_limit_is_used_up_and_comes_back_with_time() {
    let stage = Stage::new().await;
    let limits = json!({ "/api/v1": 2 });
    let answer = stage
        .control(Method::POST, "limits", Some(limits.clone()))
        .await;
    assert_eq!(answer.json::<Value>().await.unwrap(), limits);
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.push(stage.get(Vendor::Okta, SERVERS).await.status().as_u16());
    }
    assert_eq!(seen, [200, 200, 429]);
    let body = json!({ "advance_seconds": 61 });
    stage.control(Method::POST, "clock", Some(body)).await;
    assert_eq!(stage.get(Vendor::Okta, SERVERS).await.status(), 200);
}

#[tokio::test]
async fn the_clock_never_goes_back() {
    let stage = Stage::new().await;
    let body = json!({ "advance_seconds": -1 });
    let answer = stage.control(Method::POST, "clock", Some(body)).await;
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_reset_starts_anew_with_the_same_tokens_and_names() {
    let stage = Stage::new().await;
    stage.sandbox.accept_okta_token("from-the-document");
    stage.sandbox.seed_named(&Named {
        servers: vec!["named".to_owned()],
        ..Named::default()
    });
    stage.add_server("partners").await.unwrap();
    stage.arm(json!([{ "nth": 50, "effect": "reset" }])).await;
    let body = json!({ "advance_seconds": 86_400 });
    stage.control(Method::POST, "clock", Some(body)).await;

    let answer = stage.control(Method::POST, "reset", None).await;
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);

    assert!(stage.requests().await.is_empty());
    assert!(!stage.has_server("partners").await);
    assert!(stage.has_server("default").await);
    assert!(stage.has_server("named").await);
    let url = format!("{}{SERVERS}", stage.sandbox.origins.okta);
    let request = stage.client.get(url);
    let answer = request.header("authorization", "SSWS from-the-document");
    assert_eq!(answer.send().await.unwrap().status(), StatusCode::OK);
    let armed: Value = stage
        .control(Method::GET, "faults", None)
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(armed, json!({ "armed": [] }));
    let ahead = stage.sandbox.journal()[0]
        .time
        .duration_since(jiff::Timestamp::now());
    assert!(ahead.as_secs() < 60);
}

#[tokio::test]
async fn names_are_made_once_and_said() {
    let stage = Stage::new().await;
    let named = Named {
        servers: vec!["partners".to_owned()],
        portals: vec!["internal".to_owned()],
        apis: vec!["invoices".to_owned()],
        developers: vec![(
            "internal".to_owned(),
            "dev@acme.example".to_owned(),
            Some(Secret::new("a password that is long")),
        )],
        teams: vec![("internal".to_owned(), "Mobile".to_owned())],
    };
    let notes = stage.sandbox.seed_named(&named);
    assert_eq!(
        notes,
        [
            "made authorization server `partners`",
            "made portal `internal`",
            "made API `invoices`",
            "made developer `dev@acme.example` in portal `internal`",
            "made team `Mobile` in portal `internal`",
        ]
    );
    assert!(stage.has_server("partners").await);
    assert!(stage.sandbox.seed_named(&named).is_empty());
}

#[tokio::test]
async fn no_token_and_no_password_is_in_its_debug_form() {
    let stage = Stage::new().await;
    stage.sandbox.accept_okta_token("from-the-document");
    let text = format!("{:?}", stage.sandbox);
    assert!(text.contains(&stage.sandbox.origins.okta));
    assert!(!text.contains(&stage.sandbox.okta_token));
    assert!(!text.contains("from-the-document"));
}

#[tokio::test]
async fn a_seed_is_there_from_the_start() {
    let seed =
        r"{ servers: [partners], developers: [{ portal: developer-portal, email: a@b.example }] }";
    let stage = Stage::with(Options {
        seed: serde_saphyr::from_str(seed).unwrap(),
        ..Options::default()
    })
    .await;
    assert!(stage.has_server("partners").await);
}

#[tokio::test]
async fn a_misspelt_seed_is_refused() {
    assert!(serde_saphyr::from_str::<Seed>("{ server: [partners] }").is_err());
}
