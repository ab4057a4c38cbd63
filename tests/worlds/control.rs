//! The laws bite: each breach, and an engine that repeats a POST blindly, is told by name.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value as Json, json};

use crate::laws::{Round, works};
use crate::plant::{STRANGERS, plant};
use crate::play::rest;
use crate::stage::{Manner, Stage};
use crate::vocabulary::{Draft, document, slots};

/// All slots, present with their first values, and the strangers beside them.
async fn settle(stage: &mut Stage) {
    plant(stage, &STRANGERS).await;
    let all = (0..slots().len()).map(|at| (at, vec![1]));
    let draft = Draft {
        slots: all.collect(),
        ..Draft::default()
    };
    stage.document = document(&draft, None);
    rest(stage, Manner::default()).await.unwrap();
}

/// What is done to one thing: its kind and name, the method, what stands below its path, the body.
struct Breach {
    kind: &'static str,
    name: &'static str,
    method: Method,
    below: &'static str,
    body: Json,
    told: &'static str,
}

fn breaches() -> Vec<Breach> {
    let breach = |kind, name, method, below, body, told| Breach {
        kind,
        name,
        method,
        below,
        body,
        told,
    };
    let none = || Json::Null;
    vec![
        breach(
            "okta.scope",
            "theirs",
            Method::DELETE,
            "",
            none(),
            "is gone",
        ),
        breach(
            "okta.scope",
            "a",
            Method::DELETE,
            "",
            none(),
            "is there 0 times",
        ),
        breach(
            "konnect.dcr_provider",
            "theirs",
            Method::PATCH,
            "",
            json!({ "issuer": "https://breach.example" }),
            "was changed where nothing was declared",
        ),
        breach(
            "konnect.auth_strategy",
            "keys",
            Method::PATCH,
            "",
            json!({ "display_name": "Breach" }),
            "`display_name` of konnect.auth_strategy keys",
        ),
        breach(
            "konnect.auth_strategy",
            "keys",
            Method::PATCH,
            "",
            json!({ "labels": { "dcrsync-owner": "other" } }),
            "`owner mark` of konnect.auth_strategy keys",
        ),
        breach(
            "konnect.publication",
            "",
            Method::DELETE,
            "",
            none(),
            "is gone",
        ),
        breach(
            "okta.client",
            "batch",
            Method::POST,
            "/lifecycle/deactivate",
            json!({}),
            "the credentials of batch get no token",
        ),
    ]
}

#[tokio::test]
async fn each_breach_is_told() {
    let mut stage = Stage::new().await;
    settle(&mut stage).await;
    let before = stage.picture().await;
    let since = stage.last();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let settled = stage.sandbox.snapshot();
    let told = async |stage: &Stage| {
        let after = stage.picture().await;
        let mut wrong = Round::new(&stage.document, &before, &after, since, &[]).wrong(stage);
        wrong.extend(works(stage, &http).await);
        wrong.join("\n")
    };
    assert_eq!(told(&stage).await, "", "nothing was broken yet");
    for breach in breaches() {
        stage.sandbox.restore(&settled);
        let mut things = before.of(breach.kind);
        let thing = things.find(|thing| thing.name == breach.name).unwrap();
        let path = crate::drift::at(thing, &before).unwrap() + breach.below;
        let hand = crate::drift::hand(&stage, thing);
        let body = Some(&breach.body).filter(|body| !body.is_null());
        hand.send("breach", breach.method, &path, body)
            .await
            .unwrap();
        let told = told(&stage).await;
        assert!(told.contains(breach.told), "{}: {told}", breach.told);
    }
    // a thing that nobody wants, and a twin
    for (name, what) in [
        ("stranger", "came from nowhere"),
        ("keys", "is there 2 times"),
    ] {
        stage.sandbox.restore(&settled);
        let body = json!({ "name": name, "display_name": "Twin", "strategy_type": "key_auth",
            "configs": { "key-auth": { "key_names": ["k"] } } });
        let path = "/v2/application-auth-strategies";
        stage
            .konnect
            .send("twin", Method::POST, path, Some(&body))
            .await
            .unwrap();
        let told = told(&stage).await;
        assert!(told.contains(what), "{what}: {told}");
    }
    stage.sandbox.restore(&settled);
    std::fs::remove_file(stage.file("clients.sops.yaml")).unwrap();
    assert!(
        told(&stage)
            .await
            .contains("no credentials of mobile are kept")
    );
}

/// Where requests really go.
#[derive(Clone)]
struct Behind {
    origin: String,
    http: reqwest::Client,
}

/// Sends each POST twice, as a client does that repeats what it got no answer to.
async fn twice(
    State(behind): State<Behind>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let times = if method == Method::POST { 2 } else { 1 };
    let mut response = None;
    for _ in 0..times {
        let mut headers = headers.clone();
        headers.remove(header::HOST);
        let sent = behind
            .http
            .request(method.clone(), format!("{}{uri}", behind.origin));
        let answer = sent
            .headers(headers)
            .body(body.clone())
            .send()
            .await
            .unwrap();
        let (status, kind) = (
            answer.status(),
            answer.headers().get(header::CONTENT_TYPE).cloned(),
        );
        let mut reply = (status, Body::from(answer.bytes().await.unwrap())).into_response();
        if let Some(kind) = kind {
            reply.headers_mut().insert(header::CONTENT_TYPE, kind);
        }
        response.get_or_insert(reply);
    }
    response.unwrap()
}

#[tokio::test]
async fn a_post_that_is_repeated_is_told() {
    let mut stage = Stage::new().await;
    let behind = Behind {
        origin: stage.sandbox.origins.konnect.clone(),
        http: reqwest::Client::builder().no_proxy().build().unwrap(),
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let doubled = format!("http://{}", listener.local_addr().unwrap());
    let app = Router::new().fallback(twice).with_state(behind);
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    stage.document = json!({ "okta": {}, "konnect": { "auth_strategies": {
        "keys": { "strategy_type": "key_auth", "display_name": "Keys", "key_names": ["k"] } } } });
    rest(&stage, Manner::default())
        .await
        .expect("with a client that does not repeat");
    stage.document["konnect"]["auth_strategies"]["more"] =
        json!({ "strategy_type": "key_auth", "display_name": "More", "key_names": ["k"] });
    stage.konnect_at = Some(doubled);
    let told = rest(&stage, Manner::default()).await.unwrap_err();
    assert!(
        told.contains("answers to more than one live object"),
        "{told}"
    );
}
