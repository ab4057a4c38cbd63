//! Where tokens go and what texts keep.

use std::sync::Arc;

use serde_json::json;

use crate::base::{Scrubber, Secret};
use crate::vendor::fake::{Fake, FakeClock, on, options};
use crate::vendor::okta::{OktaAccess, OktaLogin, Reader, Writer};
use crate::vendor::{VendorError, path};

const TOKEN: &str = "00fakeTokenOfTheTests";

fn open(url: &str, scrubber: &Arc<Scrubber>) -> Result<Reader, VendorError> {
    let access = OktaAccess {
        org_url: url.to_owned(),
        login: OktaLogin::Token(Secret::new(TOKEN)),
        options: options(&Arc::new(FakeClock::default())),
    };
    Reader::new(access, Arc::clone(scrubber))
}

fn reader(url: &str) -> Reader {
    open(url, &Arc::default()).unwrap()
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Fake::start([]).await;
    for status in [301, 302, 303, 307, 308] {
        let to = format!("{}/login?session=abcdef", elsewhere.url);
        let fake = Fake::start([on("GET /api/v1/x").status(status).header("location", &to)]).await;
        let error = reader(&fake.url).get("/api/v1/x").await.unwrap_err();
        assert!(error.to_string().contains("redirects"), "{error}");
        assert!(!error.to_string().contains("abcdef"), "{error}");
        fake.finish();
    }
    assert!(elsewhere.finish().is_empty());
}

#[test]
fn addresses_that_would_leak_the_token_are_refused() {
    for url in [
        "http://acme.okta.com",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
        "http://10.0.0.1",
        "http://0.0.0.0",
        "ftp://acme.okta.com",
        "acme.okta.com",
        "https://user:passphrase@acme.okta.com",
        "https://acme.okta.com?passphrase=1",
        "https://",
        "file:///etc/passwd",
        "",
    ] {
        let error = open(url, &Arc::default()).unwrap_err();
        assert!(matches!(error, VendorError::Origin { .. }), "{url}");
        assert!(!error.to_string().contains("passphrase"), "{error}");
        assert!(!error.hints().is_empty());
    }
    for url in [
        "https://acme.okta.com",
        "https://acme.okta.com/",
        "http://localhost:4001",
        "http://127.0.0.2:1",
        "http://[::1]:8080",
    ] {
        assert!(open(url, &Arc::default()).is_ok(), "{url}");
    }
}

#[tokio::test]
async fn secrets_and_control_characters_are_taken_out_before_the_text_is_cut() {
    let scrubber = Arc::new(Scrubber::default());
    let secret = "sup3r-\"quoted\"-secret";
    scrubber.learn(&Secret::new(secret));
    // The secret lies across the place where the text is cut.
    let summary = format!(
        "{}{secret} \u{1b}[2J {TOKEN} {}",
        "x".repeat(490),
        "y".repeat(900)
    );
    let body = json!({
        "errorCode": "E0000001", "errorSummary": summary,
        "errorCauses": [{ "errorSummary": format!("dcr_token: {secret} is no token") }],
    });
    let fake = Fake::start([
        on("POST /api/v1/x").json(400, &body),
        on("POST /api/v1/x").text(200, "text/plain", &format!("you sent SSWS {TOKEN}")),
    ])
    .await;
    let writer = Writer::new(open(&fake.url, &scrubber).unwrap());
    let error = writer.post("/api/v1/x", &json!({})).await.unwrap_err();
    let text = format!("{error} {error:?}");
    assert!(!text.contains("sup3r") && !text.contains(TOKEN), "{text}");
    assert!(!error.to_string().contains('\u{1b}'), "{text}");
    assert!(text.contains("(sensitive) is no token"), "{text}");
    assert!(error.answer().unwrap().message.chars().count() <= 501);
    let error = writer.post("/api/v1/x", &json!({})).await.unwrap_err();
    assert!(
        error.to_string().contains("you sent SSWS (sensitive)"),
        "{error}"
    );
    fake.finish();
}

#[test]
fn segments_are_encoded() {
    assert_eq!(path(&["api", "v1", "a.b-c_d~e"]), "/api/v1/a.b-c_d~e");
    assert_eq!(
        path(&["a/b?c#d%e f", "ü", "x\\y"]),
        "/a%2Fb%3Fc%23d%25e%20f/%C3%BC/x%5Cy"
    );
}

#[tokio::test]
async fn a_path_that_would_lead_to_another_object_is_not_sent() {
    let fake = Fake::start([]).await;
    let writer = Writer::new(reader(&fake.url));
    for id in [
        "", ".", "..", "%2e%2E", "a/../b", "a?b", "a#b", "a\\..\\b", "a b", "a\nb",
    ] {
        let raw = format!("/api/v1/apps/{id}");
        assert!(
            matches!(writer.delete(&raw).await, Err(VendorError::Path { .. })),
            "{raw}"
        );
    }
    // An id that nobody gave, as `path` makes it.
    assert!(
        writer
            .delete(&path(&["api", "v1", "apps", ""]))
            .await
            .is_err()
    );
    assert!(
        writer
            .delete(&path(&["api", "v1", "apps", ".."]))
            .await
            .is_err()
    );
    assert!(writer.delete("api/v1/apps").await.is_err());
    assert!(fake.finish().is_empty());
}

#[test]
fn a_ca_file_that_is_none_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("ca.pem");
    std::fs::write(&empty, "no certificate").unwrap();
    for file in [empty, folder.path().join("missing.pem")] {
        let mut access = OktaAccess {
            org_url: "https://acme.okta.com".to_owned(),
            login: OktaLogin::Token(Secret::new(TOKEN)),
            options: options(&Arc::new(FakeClock::default())),
        };
        access.options.ca_files = vec![file];
        let error = Reader::new(access, Arc::default()).unwrap_err();
        assert!(matches!(error, VendorError::Setup { .. }), "{error:?}");
        assert!(std::error::Error::source(&error).is_some());
    }
}

#[test]
fn a_token_that_no_header_may_have_is_told_without_it() {
    let access = OktaAccess {
        org_url: "https://acme.okta.com".to_owned(),
        login: OktaLogin::Token(Secret::new("00token\nline")),
        options: options(&Arc::new(FakeClock::default())),
    };
    let error = Reader::new(access, Arc::default()).unwrap_err();
    assert!(!format!("{error:?}").contains("00token"), "{error:?}");
}

#[tokio::test]
async fn behind_a_fence_nothing_is_written() {
    let fake = Fake::start([on("GET /api/v1/x").json(200, &json!({ "id": "1" }))]).await;
    let mut options = options(&Arc::new(FakeClock::default()));
    options.fence = Some(Arc::new(|| false));
    let access = OktaAccess {
        org_url: fake.url.clone(),
        login: OktaLogin::Token(Secret::new(TOKEN)),
        options,
    };
    let reader = Reader::new(access, Arc::default()).unwrap();
    assert!(reader.get("/api/v1/x").await.unwrap().is_some());
    let error = Writer::new(reader).delete("/api/v1/x").await.unwrap_err();
    assert!(matches!(error, VendorError::Fenced { .. }), "{error}");
    assert!(!error.doubtful() && !error.retryable());
    assert_eq!(fake.finish().len(), 1);
}
