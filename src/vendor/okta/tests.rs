use std::sync::Arc;

use reqwest::header::{HeaderMap, HeaderValue, LINK};
use serde_json::{Value as Json, json};

use super::page::next_link;
use super::{OktaAccess, OktaLogin, Reader, Writer, bucket};
use crate::base::{Scrubber, Secret};
use crate::vendor::VendorError;
use crate::vendor::fake::{Fake, FakeClock, on, options};

const TOKEN: &str = "00fakeTokenOfTheTests";

fn reader(url: &str) -> Reader {
    let access = OktaAccess {
        org_url: url.to_owned(),
        login: OktaLogin::Token(Secret::new(TOKEN)),
        options: options(&Arc::new(FakeClock::default())),
    };
    Reader::new(access, Arc::new(Scrubber::default())).unwrap()
}

fn error(code: &str, summary: &str, causes: &[&str]) -> Json {
    let causes: Vec<_> = causes
        .iter()
        .map(|cause| json!({ "errorSummary": cause }))
        .collect();
    json!({ "errorCode": code, "errorSummary": summary, "errorLink": code, "errorId": "oae1", "errorCauses": causes })
}

#[tokio::test]
async fn a_list_follows_next_as_it_is_and_keeps_an_id_once() {
    let fake = Fake::start([
        on("GET /api/v1/apps?limit=2")
            .json(200, &json!([{ "id": "a" }, { "id": "b" }]))
            .header("link", "<{base}/api/v1/apps?limit=2>; rel=\"self\"")
            .header(
                "link",
                "<{base}/api/v1/apps?limit=2&after=x%3D%2By,z>; rel=\"next\"",
            ),
        // A page may be empty and still not be the last.
        on("GET /api/v1/apps?limit=2&after=x%3D%2By,z")
            .json(200, &json!([]))
            .header("link", "<{base}/api/v1/apps?after=q>; rel=\"next\""),
        on("GET /api/v1/apps?after=q").json(200, &json!([{ "id": "b" }, { "id": "c" }])),
    ])
    .await;
    let items = reader(&fake.url)
        .list("/api/v1/apps", &[("limit", "2")])
        .await
        .unwrap();
    assert_eq!(
        items,
        [
            json!({ "id": "a" }),
            json!({ "id": "b" }),
            json!({ "id": "c" })
        ]
    );
    for seen in fake.finish() {
        assert_eq!(
            seen.header("authorization"),
            Some("SSWS 00fakeTokenOfTheTests")
        );
        assert_eq!(seen.header("accept"), Some("application/json"));
    }
}

#[tokio::test]
async fn a_next_page_elsewhere_is_not_asked_for() {
    let elsewhere = Fake::start([]).await;
    let link = format!("<{}/api/v1/apps?after=x>; rel=\"next\"", elsewhere.url);
    let fake = Fake::start([on("GET /api/v1/apps")
        .json(200, &json!([]))
        .header("link", &link)])
    .await;
    let error = reader(&fake.url)
        .list("/api/v1/apps", &[])
        .await
        .unwrap_err();
    assert!(error.to_string().contains("another host"), "{error}");
    fake.finish();
    assert!(elsewhere.finish().is_empty());
}

#[tokio::test]
async fn pages_in_a_circle_end() {
    let fake = Fake::start([on("GET /api/v1/apps")
        .json(200, &json!([]))
        .header("link", "<{base}/api/v1/apps>; rel=\"next\"")])
    .await;
    let error = reader(&fake.url)
        .list("/api/v1/apps", &[])
        .await
        .unwrap_err();
    assert!(error.to_string().contains("circle"), "{error}");
    fake.finish();
}

#[test]
fn next_is_found_among_links() {
    let find = |lines: &[&str]| {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(LINK, HeaderValue::from_str(line).unwrap());
        }
        next_link(&headers).map(str::to_owned)
    };
    let self_link = "<https://a/x?filter=status+eq+%22ACTIVE%22>; rel=\"self\"";
    assert_eq!(find(&[]), None);
    assert_eq!(find(&[self_link]), None);
    assert_eq!(
        find(&[self_link, "<https://a/x?after=1,2;3>; rel=\"next\""]),
        Some("https://a/x?after=1,2;3".to_owned())
    );
    assert_eq!(
        find(&["<https://a/1>; rel=\"self\", <https://a/2>; title=\"t\"; rel=next"]),
        Some("https://a/2".to_owned())
    );
    assert_eq!(
        find(&["<https://a/1>; rel=\"next\", <https://a/2>; rel=\"self\""]),
        Some("https://a/1".to_owned())
    );
    assert_eq!(find(&["garbage"]), None);
}

#[tokio::test]
async fn errors_are_told_apart() {
    type Check = fn(&VendorError) -> bool;
    let cases: [(u16, Json, Check, &str); 10] = [
        (
            401,
            error("E0000011", "Invalid token provided", &[]),
            |e| matches!(e, VendorError::Unauthorized { .. }) && e.unreachable(),
            "30 days",
        ),
        (
            401,
            error(
                "E0000015",
                "You do not have permission to access the feature you are requesting",
                &[],
            ),
            |e| matches!(e, VendorError::Forbidden { .. }) && e.unreachable(),
            "API Access Management",
        ),
        (
            403,
            error("E0000005", "Invalid session", &[]),
            |e| matches!(e, VendorError::Unauthorized { .. }),
            "proxy",
        ),
        (
            403,
            error(
                "E0000006",
                "You do not have permission to perform the requested action",
                &[],
            ),
            |e| matches!(e, VendorError::Forbidden { scope: None, .. }),
            "admin role",
        ),
        (
            404,
            error("E0000007", "Not found: Resource not found: a (X)", &[]),
            |e| e.not_found() && !e.unreachable() && !e.doubtful(),
            "",
        ),
        (
            409,
            error("E0000195", "Api validation failed due to conflict: x", &[]),
            VendorError::conflict,
            "",
        ),
        (
            400,
            error(
                "E0000001",
                "Api validation failed: name",
                &["name: An object with this field already exists in the current organization"],
            ),
            VendorError::conflict,
            "",
        ),
        (
            400,
            error(
                "E0000001",
                "Api validation failed: conditions.people",
                &["conditions.people: At least one must be valid"],
            ),
            |e| matches!(e, VendorError::Refused { .. }) && !e.conflict() && !e.doubtful(),
            "",
        ),
        (
            501,
            error("E0000060", "Unsupported operation.", &[]),
            |e| matches!(e, VendorError::Server { .. }),
            "may have been done",
        ),
        (
            503,
            error("E0000010", "Service is in read only mode", &[]),
            |e| e.doubtful() && e.retryable() && e.unreachable(),
            "may have been done",
        ),
    ];
    for (status, body, check, hint) in cases {
        let fake = Fake::start([on("POST /api/v1/x").json(status, &body)]).await;
        let writer = Writer::new(reader(&fake.url));
        let error = writer.post("/api/v1/x", &json!({})).await.unwrap_err();
        assert!(check(&error), "{error:?}");
        assert_eq!(error.status(), Some(status));
        let code = body["errorCode"].as_str().unwrap();
        assert!(error.to_string().contains(code), "{error}");
        assert!(error.hints().join("").contains(hint), "{error:?}");
        fake.finish();
    }
}

#[tokio::test]
async fn an_error_names_request_field_and_id() {
    let body = error(
        "E0000001",
        "Api validation failed: name",
        &["name: is too long"],
    );
    let fake = Fake::start([on("POST /api/v1/x")
        .json(400, &body)
        .header("x-okta-request-id", "Req1")])
    .await;
    let writer = Writer::new(reader(&fake.url));
    let error = writer.post("/api/v1/x", &json!({})).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "Okta refused `POST /api/v1/x` (400 E0000001): Api validation failed: name; `name`: is too long [request Req1]"
    );
    fake.finish();
}

#[tokio::test]
async fn a_missing_scope_is_read_from_the_header() {
    let body = error("E0000006", "You do not have permission", &[]);
    let fake = Fake::start([on("GET /api/v1/x").json(403, &body).header(
        "www-authenticate",
        "DPoP authorization_uri=\"http://a/oauth2/v1/authorize\", scope=\"okta.policies.read\", error=\"insufficient_scope\", error_description=\"no\"",
    )])
    .await;
    let error = reader(&fake.url).get("/api/v1/x").await.unwrap_err();
    assert!(error.hints()[0].contains("`okta.policies.read`"));
    fake.finish();
}

#[tokio::test]
async fn what_is_gone_is_absent_and_deleted() {
    let gone = error("E0000007", "Not found", &[]);
    let fake = Fake::start([
        on("GET /api/v1/x").json(404, &gone),
        on("DELETE /api/v1/x").json(404, &gone),
        on("POST /api/v1/x/lifecycle/deactivate").status(204),
        on("PUT /api/v1/x").json(200, &json!({ "id": "x" })),
        on("POST /api/v1/x").json(201, &json!({ "id": "y" })),
    ])
    .await;
    let writer = Writer::new(reader(&fake.url));
    assert_eq!(writer.get("/api/v1/x").await.unwrap(), None);
    writer.delete("/api/v1/x").await.unwrap();
    let body = json!({ "name": "n" });
    assert_eq!(
        writer.act("/api/v1/x/lifecycle/deactivate").await.unwrap(),
        Json::Null
    );
    assert_eq!(writer.put("/api/v1/x", &body).await.unwrap()["id"], "x");
    assert_eq!(writer.post("/api/v1/x", &body).await.unwrap()["id"], "y");
    let seen = fake.finish();
    // A write without a body needs a length: Okta answers 411 otherwise.
    let act = seen.iter().find(|seen| seen.request.contains("lifecycle"));
    assert_eq!(act.unwrap().header("content-length"), Some("0"));
    assert_eq!(seen.last().unwrap().body, r#"{"name":"n"}"#);
}

#[test]
fn paths_count_against_the_buckets_of_oktas_route_table() {
    for (path, expected) in [
        ("/api/v1/authorizationServers", "/api/v1"),
        (
            "/api/v1/authorizationServers/aus1/policies/p/rules",
            "/api/v1",
        ),
        ("/api/v1/api-tokens/00T", "/api/v1"),
        ("/api/v1/apps", "/api/v1/apps"),
        ("/api/v1/apps?limit=200", "/api/v1/apps"),
        ("/api/v1/apps/0oa1", "/api/v1/apps/{id}"),
        ("/api/v1/apps/0oa1/credentials/secrets", "/api/v1/apps"),
        ("/oauth2/v1/clients/0oa1", "/oauth2/v1/clients"),
        ("/oauth2/v1/token", "/oauth2/v1/token"),
        ("/oauth2/default/v1/token", "/oauth2/{as}/v1/token"),
        (
            "/oauth2/default/.well-known/openid-configuration",
            "unlimited",
        ),
    ] {
        assert_eq!(bucket(path), expected, "{path}");
    }
}

#[test]
fn nothing_prints_the_token() {
    let reader = reader("https://acme.okta.com");
    let printed = format!(
        "{reader:?} {:?} {:?}",
        reader.client,
        Writer::new(reader.clone())
    );
    assert!(!printed.contains(TOKEN), "{printed}");
}
