use std::sync::Arc;

use serde_json::json;
use url::Url;

use crate::base::{Scrubber, Secret};
use crate::vendor::VendorError;
use crate::vendor::fake::{Fake, FakeClock, Step, on, options};
use crate::vendor::portal::{Session, portal_url};

fn login_step() -> Step {
    on("POST /api/v3/developer/authenticate")
        .header(
            "set-cookie",
            "portalaccesstoken=access-1; Path=/; HttpOnly; Secure; SameSite=None",
        )
        .header(
            "set-cookie",
            "portalrefreshtoken=refresh-1; Path=/v2/refresh",
        )
        .header("set-cookie", "tracking=42; Path=/")
}

async fn login(fake: &Fake, scrubber: &Arc<Scrubber>) -> Result<Session, VendorError> {
    Session::login(
        &Url::parse(&fake.url).unwrap(),
        "dev@example.com",
        &Secret::new("sandbox-password"),
        Arc::clone(scrubber),
        options(&Arc::new(FakeClock::default())),
    )
    .await
}

#[tokio::test]
async fn a_session_sends_its_cookies_only() {
    let page = json!({ "data": [{ "id": "a" }], "meta": { "page": { "number": 1, "size": 100, "total": 1 } } });
    let fake = Fake::start([
        login_step(),
        on("GET /api/v3/applications?page%5Bsize%5D=100&page%5Bnumber%5D=1").json(200, &page),
        on("POST /api/v3/applications").json(201, &json!({ "id": "b" })),
        on("DELETE /api/v3/applications/b").status(204),
        on("POST /api/v3/developer/logout").status(204),
    ])
    .await;
    let scrubber = Arc::new(Scrubber::default());
    let session = login(&fake, &scrubber).await.unwrap();
    assert_eq!(
        session
            .list("/api/v3/applications", &[])
            .await
            .unwrap()
            .len(),
        1
    );
    let made = session.post("/api/v3/applications", &json!({})).await;
    assert_eq!(made.unwrap()["id"], "b");
    session.delete("/api/v3/applications/b").await.unwrap();
    assert!(!format!("{session:?}").contains("access-1"));
    session.logout().await.unwrap();
    let seen = fake.finish();
    assert_eq!(
        seen[0].body,
        r#"{"username":"dev@example.com","password":"sandbox-password"}"#
    );
    assert_eq!(seen[0].header("cookie"), None);
    for seen in &seen[1..] {
        assert_eq!(
            seen.header("cookie"),
            Some("portalaccesstoken=access-1; portalrefreshtoken=refresh-1")
        );
    }
    assert_eq!(
        scrubber
            .scrub("access-1 refresh-1 sandbox-password")
            .matches("(sensitive)")
            .count(),
        3
    );
}

#[tokio::test]
async fn a_login_that_fails_points_at_the_password() {
    let fake = Fake::start([on("POST /api/v3/developer/authenticate")
        .json(401, &json!({ "status": 401, "title": "Unauthorized" }))])
    .await;
    let error = login(&fake, &Arc::default()).await.unwrap_err();
    assert!(matches!(error, VendorError::Unauthorized { .. }));
    assert!(error.hints()[0].contains("password"));
    fake.finish();
}

#[tokio::test]
async fn a_login_without_a_cookie_is_none() {
    let fake = Fake::start([on("POST /api/v3/developer/authenticate")]).await;
    let error = login(&fake, &Arc::default()).await.unwrap_err();
    assert!(error.to_string().contains("portalaccesstoken"), "{error}");
    fake.finish();
}

#[test]
fn a_portal_is_https_unless_it_is_here() {
    let url = |domain| portal_url(domain).map(|url| url.to_string());
    assert_eq!(
        url("abc.us.portal.konghq.com").unwrap(),
        "https://abc.us.portal.konghq.com/"
    );
    assert_eq!(url("127.0.0.1:4003").unwrap(), "http://127.0.0.1:4003/");
    assert_eq!(
        url("https://dev.acme.example").unwrap(),
        "https://dev.acme.example/"
    );
    assert!(url("http://dev.acme.example").is_err());
    assert!(url("").is_err());
}

#[tokio::test]
async fn what_a_developer_creates_is_asked_for_once() {
    let fake = Fake::start([
        login_step(),
        on("POST /api/v3/applications/a/regenerate-secret").status(503),
    ])
    .await;
    let session = login(&fake, &Arc::default()).await.unwrap();
    let error = session
        .post(
            "/api/v3/applications/a/regenerate-secret",
            &serde_json::Value::Null,
        )
        .await
        .unwrap_err();
    assert!(error.doubtful());
    assert_eq!(fake.finish()[1].body, "");
}
