//! Connections that fail, break off or answer with something else.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use crate::base::{Scrubber, Secret};
use crate::vendor::fake::{Broken, Fake, FakeClock, on, options};
use crate::vendor::konnect::{KonnectAccess, Reader, Writer};
use crate::vendor::{Options, VendorError};

fn writer(url: &str, options: Options) -> Writer {
    let access = KonnectAccess {
        base_url: url.to_owned(),
        token: Secret::new("kpat_fakeToken"),
        options,
    };
    Writer::new(Reader::new(access, Arc::new(Scrubber::default())).unwrap())
}

fn quick() -> Options {
    let mut options = options(&Arc::new(FakeClock::default()));
    options.pace.tries = 3;
    options
}

const CUT: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{\"id\":";
const CUT_CHUNKED: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n{\"id\":";

#[tokio::test]
async fn a_body_that_breaks_off_is_doubtful_and_a_post_is_not_repeated() {
    for bytes in [CUT, CUT_CHUNKED] {
        let broken = Broken::start(bytes, 9);
        let writer = writer(&broken.url("http"), quick());
        let error = writer.post("/v3/x", &json!({})).await.unwrap_err();
        assert!(matches!(error, VendorError::Truncated { .. }), "{error:?}");
        assert!(error.doubtful() && error.retryable() && error.unreachable());
        assert_eq!(broken.requests(), 1);
        assert!(writer.get("/v3/x").await.is_err());
        assert_eq!(broken.requests(), 1 + 3);
    }
}

#[tokio::test]
async fn a_reset_after_sending_is_doubtful_for_writes_only() {
    let broken = Broken::start(b"", 9);
    let writer = writer(&broken.url("http"), quick());
    let error = writer.post("/v3/x", &json!({})).await.unwrap_err();
    assert!(matches!(error, VendorError::NoAnswer { .. }), "{error:?}");
    assert!(error.doubtful());
    assert_eq!(broken.requests(), 1);
    let error = writer.get("/v3/x").await.unwrap_err();
    assert!(!error.doubtful() && error.unreachable());
    assert_eq!(broken.requests(), 1 + 3);
}

#[tokio::test]
async fn silence_ends_in_a_timeout() {
    let broken = Broken::silent();
    let mut options = quick();
    options.pace.total = Duration::from_millis(100);
    let error = writer(&broken.url("http"), options)
        .post("/v3/x", &json!({}))
        .await
        .unwrap_err();
    assert!(matches!(error, VendorError::NoAnswer { .. }), "{error:?}");
    assert!(error.doubtful());
}

#[tokio::test]
async fn nobody_there_is_not_doubtful() {
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let writer = writer(&format!("http://127.0.0.1:{port}"), quick());
    let error = writer.post("/v3/x", &json!({})).await.unwrap_err();
    assert!(
        matches!(error, VendorError::Unreachable { tls: false, .. }),
        "{error:?}"
    );
    assert!(error.unreachable() && error.retryable() && !error.doubtful());
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(!error.to_string().contains(&source));
}

#[tokio::test]
async fn a_first_try_without_an_answer_keeps_the_doubt_when_the_second_cannot_connect() {
    let broken = Broken::start(b"", 1);
    let writer = writer(&broken.url("http"), quick());
    let error = writer.put("/v3/x", &json!({})).await.unwrap_err();
    assert!(
        matches!(error, VendorError::Unreachable { .. }),
        "{error:?}"
    );
    assert!(error.doubtful());
}

#[tokio::test]
async fn what_is_no_tls_is_told_at_once() {
    let broken = Broken::start(b"220 mail.example ESMTP ready\r\n", 9);
    let error = writer(&broken.url("https"), quick())
        .get("/v3/x")
        .await
        .unwrap_err();
    assert!(
        matches!(error, VendorError::Unreachable { tls: true, .. }),
        "{error:?}"
    );
    assert!(error.unreachable() && !error.retryable());
    assert!(error.hints()[0].contains("CA"));
    assert_eq!(broken.requests(), 1);
}

#[tokio::test]
async fn a_page_of_a_proxy_is_told_as_such() {
    let html = "<html>\n  <title>Sign in</title>\u{1b}[31m</html>";
    let fake = Fake::start([
        on("GET /v3/x").text(200, "text/html; charset=utf-8", html),
        // A page that says 404 proves nothing about the object.
        on("GET /v3/y").text(404, "text/html", html),
        on("DELETE /v3/y").text(404, "text/html", html),
        on("POST /v3/x").text(200, "text/html", html),
        on("GET /v3/z").status(200),
    ])
    .await;
    let writer = writer(&fake.url, quick());
    let error = writer.get("/v3/x").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "Konnect answered `GET /v3/x` with text/html beginning with \
         `<html> <title>Sign in</title> [31m</html>` instead of JSON (200)"
    );
    assert!(error.unreachable() && !error.doubtful());
    assert!(matches!(
        writer.get("/v3/y").await,
        Err(VendorError::NotJson { .. })
    ));
    assert!(writer.delete("/v3/y").await.is_err());
    assert!(
        writer
            .post("/v3/x", &json!({}))
            .await
            .unwrap_err()
            .doubtful()
    );
    let error = writer.get("/v3/z").await.unwrap_err();
    assert!(error.to_string().contains("an empty body"), "{error}");
    fake.finish();
}

#[tokio::test]
async fn a_page_of_a_broken_proxy_is_tried_again() {
    let fake = Fake::start([
        on("GET /v3/x").text(502, "text/html", "<h1>Bad Gateway</h1>"),
        on("GET /v3/x").json(200, &json!({})),
    ])
    .await;
    writer(&fake.url, quick()).get("/v3/x").await.unwrap();
    fake.finish();
}

#[tokio::test]
async fn a_silent_server_is_given_up_after_a_bounded_time() {
    let broken = Broken::silent();
    let mut options = options(&Arc::new(FakeClock::default()));
    options.pace.first_byte = Duration::from_millis(50);
    options.pace.patience = Duration::from_secs(1);
    let error = writer(&broken.url("http"), options)
        .get("/v3/x")
        .await
        .unwrap_err();
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!(source, "no first byte came within 0.05 s");
    // half a second after the first, and a whole one would be too long after the second
    assert_eq!(broken.requests(), 2);
    assert!(error.to_string().contains("2 tries"), "{error}");
}

#[tokio::test]
async fn a_body_that_trickles_has_a_deadline_too() {
    let drip = Broken::dripping();
    let mut options = quick();
    options.pace.total = Duration::from_millis(300);
    let error = writer(&drip.url("http"), options)
        .post("/v3/x", &json!({}))
        .await
        .unwrap_err();
    assert!(matches!(error, VendorError::Truncated { .. }), "{error:?}");
    assert!(error.doubtful());
    assert_eq!(drip.requests(), 1);
}
