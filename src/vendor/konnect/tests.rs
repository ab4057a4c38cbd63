use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::{KonnectAccess, Reader, Writer};
use crate::base::{Scrubber, Secret};
use crate::vendor::VendorError;
use crate::vendor::fake::{Fake, FakeClock, Step, on, options};

fn reader(url: &str) -> Reader {
    let access = KonnectAccess {
        base_url: url.to_owned(),
        token: Secret::new("kpat_fakeTokenOfTheTests"),
        options: options(&Arc::new(FakeClock::default())),
    };
    Reader::new(access, Arc::new(Scrubber::default())).unwrap()
}

fn page(number: u64, total: &Json, size: u64, ids: std::ops::Range<u64>) -> Step {
    let data: Vec<_> = ids.map(|id| json!({ "id": id.to_string() })).collect();
    on(&format!(
        "GET /v3/portals?sort=name&page%5Bsize%5D=100&page%5Bnumber%5D={number}"
    ))
    .json(
        200,
        &json!({ "data": data, "meta": { "page": { "number": number, "size": size, "total": total } } }),
    )
}

async fn list(fake: &Fake) -> Result<Vec<Json>, VendorError> {
    reader(&fake.url)
        .list("/v3/portals", &[("sort", "name")])
        .await
}

#[tokio::test]
async fn all_pages_come_in_order_whatever_their_size() {
    // The server gives pages of 50 although 100 were asked for, and plain numbers may be fractions.
    let fake = Fake::start([
        page(1, &json!(120.0), 50, 0..50),
        page(2, &json!(120.0), 50, 50..100),
        page(3, &json!(120.0), 50, 100..120),
    ])
    .await;
    let items = list(&fake).await.unwrap();
    let ids: Vec<_> = items
        .iter()
        .map(|item| item["id"].as_str().unwrap())
        .collect();
    let expected: Vec<_> = (0..120).map(|id| id.to_string()).collect();
    assert_eq!(ids, expected);
    let seen = fake.finish();
    assert_eq!(
        seen[0].header("authorization"),
        Some("Bearer kpat_fakeTokenOfTheTests")
    );
}

#[tokio::test]
async fn one_page_is_one_request() {
    let fake = Fake::start([page(1, &json!(2), 100, 0..2)]).await;
    assert_eq!(list(&fake).await.unwrap().len(), 2);
    assert_eq!(fake.finish().len(), 1);
    let fake = Fake::start([page(1, &json!(0), 100, 0..0)]).await;
    assert!(list(&fake).await.unwrap().is_empty());
    fake.finish();
}

#[tokio::test]
async fn a_list_that_moves_is_read_once_more() {
    // An object was inserted in front while the second page was on its way: 99 shows up twice, one is missing.
    let fake = Fake::start([
        page(1, &json!(102), 100, 0..100),
        page(2, &json!(102), 100, 99..101),
        page(1, &json!(102), 100, 0..100),
        page(2, &json!(102), 100, 100..102),
    ])
    .await;
    assert_eq!(list(&fake).await.unwrap().len(), 102);
    fake.finish();
}

#[tokio::test]
async fn a_total_that_never_fits_is_an_error() {
    let fake = Fake::start(page(1, &json!(3), 100, 0..2).times(2)).await;
    let error = list(&fake).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the answers of Konnect to `GET /v3/portals` do not fit together: the total is 3 but 2 came"
    );
    assert!(!error.doubtful());
    fake.finish();
}

#[tokio::test]
async fn a_page_without_a_total_is_an_error() {
    let step = on("GET /v3/portals?sort=name&page%5Bsize%5D=100&page%5Bnumber%5D=1")
        .json(200, &json!({ "data": [] }));
    let fake = Fake::start(step.times(2)).await;
    assert!(list(&fake).await.is_err());
    fake.finish();
}

#[tokio::test]
async fn a_problem_is_told_field_by_field() {
    let problem = json!({
        "status": 400, "title": "Invalid Request", "instance": "kong:trace:1", "detail": "see below",
        "invalid_parameters": [
            { "field": "provider_type", "reason": "unknown", "rule": "enum", "choices": ["okta", "http"] },
            { "field": "name", "rule": "some_new_rule" },
        ],
    });
    let fake = Fake::start([on("POST /v2/dcr-providers").text(
        400,
        "application/problem+json",
        &problem.to_string(),
    )])
    .await;
    let writer = Writer::new(reader(&fake.url));
    let error = writer
        .post("/v2/dcr-providers", &json!({}))
        .await
        .unwrap_err();
    assert!(matches!(error, VendorError::Refused { .. }));
    assert_eq!(
        error.to_string(),
        "Konnect refused `POST /v2/dcr-providers` (400): Invalid Request: see below; \
         `provider_type`: unknown (one of okta, http); `name`: some_new_rule [request kong:trace:1]"
    );
    fake.finish();
}

#[tokio::test]
async fn a_name_that_is_taken_is_a_conflict() {
    for (status, detail) in [
        (409, "Key: (name)=(x) already exists."),
        (400, "name must be unique"),
        (400, "A provider with this name already exists"),
    ] {
        let body = json!({ "status": status, "title": "Bad Request", "detail": detail });
        let fake = Fake::start([on("POST /v3/x").json(status, &body)]).await;
        let error = Writer::new(reader(&fake.url))
            .post("/v3/x", &json!({}))
            .await
            .unwrap_err();
        assert!(error.conflict(), "{detail}");
        fake.finish();
    }
}

#[tokio::test]
async fn verbs_reach_the_wire() {
    let fake = Fake::start([
        on("PATCH /v3/x").json(200, &json!({ "id": 1 })),
        on("PUT /v3/x").json(200, &json!({ "id": 2 })),
        on("POST /v3/x/verify").json(200, &json!({ "id": 3 })),
        on("DELETE /v3/x").status(404),
        on("GET /v3/x").status(404),
    ])
    .await;
    let writer = Writer::new(reader(&fake.url));
    let body = json!({ "a": null });
    assert_eq!(writer.patch("/v3/x", &body).await.unwrap()["id"], 1);
    assert_eq!(writer.put("/v3/x", &body).await.unwrap()["id"], 2);
    assert_eq!(writer.act("/v3/x/verify").await.unwrap()["id"], 3);
    writer.delete("/v3/x").await.unwrap();
    assert_eq!(writer.get("/v3/x").await.unwrap(), None);
    assert_eq!(fake.finish()[0].body, r#"{"a":null}"#);
}
