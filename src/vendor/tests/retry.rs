use std::sync::{Arc, Mutex};

use serde_json::json;

use crate::base::{Scrubber, Secret};
use crate::vendor::fake::{Fake, FakeClock, Step, on, options};
use crate::vendor::konnect::KonnectAccess;
use crate::vendor::okta::{OktaAccess, OktaLogin};
use crate::vendor::{Options, Vendor, VendorError, konnect, okta};

/// What the fake clock says at the start, as a header and as Okta's epoch seconds.
const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
const EPOCH: i64 = 784_111_777;

fn okta(url: &str, options: Options) -> okta::Writer {
    let access = OktaAccess {
        org_url: url.to_owned(),
        login: OktaLogin::Token(Secret::new("00fakeToken")),
        options,
    };
    okta::Writer::new(okta::Reader::new(access, Arc::new(Scrubber::default())).unwrap())
}

fn konnect(url: &str, options: Options) -> konnect::Writer {
    let access = KonnectAccess {
        base_url: url.to_owned(),
        token: Secret::new("kpat_fakeToken"),
        options,
    };
    konnect::Writer::new(konnect::Reader::new(access, Arc::new(Scrubber::default())).unwrap())
}

fn too_many(step: Step, limit: &str, reset: i64) -> Step {
    step.json(
        429,
        &json!({ "errorCode": "E0000047", "errorSummary": "too many" }),
    )
    .header("x-rate-limit-limit", limit)
    .header("x-rate-limit-remaining", "0")
    .header("x-rate-limit-reset", &reset.to_string())
    .header("x-okta-request-id", "First1")
}

#[tokio::test]
async fn okta_429_waits_until_the_reset_by_its_own_date_whatever_the_method() {
    let clock = Arc::new(FakeClock::default());
    // Okta's clock is a day ahead of ours: only the difference to its own date counts.
    let day = 86_400;
    let limited = too_many(on("POST /api/v1/x"), "600", EPOCH + day + 20)
        .header("date", "Mon, 07 Nov 1994 08:49:37 GMT");
    let fake = Fake::start([
        limited,
        on("POST /api/v1/x").json(201, &json!({ "id": "x" })),
    ])
    .await;
    let created = okta(&fake.url, options(&clock))
        .post("/api/v1/x", &json!({}))
        .await;
    assert_eq!(created.unwrap()["id"], "x");
    assert_eq!(clock.slept(), [21.0]);
    let seen = fake.finish();
    assert_eq!(seen[0].header("x-okta-retry-count"), None);
    assert_eq!(seen[1].header("x-okta-retry-count"), Some("1"));
    assert_eq!(seen[1].header("x-okta-retry-for"), Some("First1"));
}

#[tokio::test]
async fn too_many_at_once_waits_shortly() {
    let clock = Arc::new(FakeClock::default());
    let limited = too_many(on("GET /api/v1/x"), "0", EPOCH + 60).header("date", DATE);
    let fake = Fake::start([limited, on("GET /api/v1/x").json(200, &json!({}))]).await;
    okta(&fake.url, options(&clock))
        .get("/api/v1/x")
        .await
        .unwrap();
    assert_eq!(clock.slept(), [0.5]);
    fake.finish();
}

#[tokio::test]
async fn a_429_stops_all_who_share_the_bucket_and_nobody_else() {
    let clock = Arc::new(FakeClock::default());
    let mut options = options(&clock);
    options.pace.tries = 1;
    let fake = Fake::start([
        too_many(on("GET /api/v1/x"), "600", EPOCH + 20).header("date", DATE),
        on("GET /api/v1/apps").json(200, &json!({})),
        on("GET /api/v1/y").json(200, &json!({})),
    ])
    .await;
    let okta = okta(&fake.url, options);
    let error = okta.get("/api/v1/x").await.unwrap_err();
    assert!(matches!(error, VendorError::RateLimited { .. }));
    assert!(error.retryable() && !error.doubtful());
    okta.get("/api/v1/apps").await.unwrap();
    assert!(clock.slept().is_empty());
    // Remaining 0 until the reset: the next one waits before it is sent, not after a second 429.
    okta.get("/api/v1/y").await.unwrap();
    assert_eq!(clock.slept(), [21.0]);
    fake.finish();
}

#[tokio::test]
async fn konnect_says_when_to_come_back_in_three_ways() {
    for (name, value, expected) in [
        ("retry-after", "7", 7.0),
        ("retry-after", "Sun, 06 Nov 1994 08:49:57 GMT", 20.0),
        ("retry-after-ms", "1500", 1.5),
        // Capped: nobody waits for an hour.
        ("retry-after", "3600", 90.0),
        // Nonsense: as if nothing were said.
        ("retry-after", "soon", 0.5),
    ] {
        let clock = Arc::new(FakeClock::default());
        let limited = on("DELETE /v3/x")
            .status(429)
            .header(name, value)
            .header("date", DATE);
        let fake = Fake::start([limited, on("DELETE /v3/x").status(204)]).await;
        let konnect = konnect(&fake.url, options(&clock));
        konnect.delete("/v3/x").await.unwrap();
        assert_eq!(clock.slept(), [expected], "{name}: {value}");
        fake.finish();
    }
}

#[tokio::test]
async fn trouble_of_the_server_is_tried_again_with_growing_waits_and_then_told() {
    for status in [500, 502, 503, 504] {
        let clock = Arc::new(FakeClock::default());
        let fake = Fake::start(on("PUT /v3/x").status(status).times(5)).await;
        let konnect = konnect(&fake.url, options(&clock));
        let error = konnect.put("/v3/x", &json!({})).await.unwrap_err();
        assert!(error.doubtful(), "{error:?}");
        assert_eq!(error.status(), Some(status));
        assert_eq!(clock.slept(), [0.5, 1.0, 2.0, 4.0]);
        fake.finish();
    }
}

#[tokio::test]
async fn trouble_that_is_no_rate_limit_does_not_wait_for_the_end_of_the_window() {
    let clock = Arc::new(FakeClock::default());
    let fake = Fake::start([
        on("GET /api/v1/x")
            .status(503)
            .header("x-rate-limit-limit", "600")
            .header("x-rate-limit-remaining", "599")
            .header("x-rate-limit-reset", &(EPOCH + 60).to_string()),
        on("GET /api/v1/x").json(200, &json!({ "id": "x" })),
    ])
    .await;
    let okta = okta(&fake.url, options(&clock));
    okta.reader().get("/api/v1/x").await.unwrap();
    assert_eq!(clock.slept(), [0.5]);
    fake.finish();
}

#[tokio::test]
async fn a_post_is_sent_once_and_its_error_is_doubtful() {
    for status in [500, 502, 503, 504] {
        let clock = Arc::new(FakeClock::default());
        let fake = Fake::start([on("POST /v3/x").status(status)]).await;
        let konnect = konnect(&fake.url, options(&clock));
        let error = konnect.post("/v3/x", &json!({})).await.unwrap_err();
        assert!(error.doubtful(), "{error:?}");
        assert!(clock.slept().is_empty());
        assert_eq!(fake.finish().len(), 1);
    }
}

#[tokio::test]
async fn a_post_that_may_be_done_twice_is() {
    let clock = Arc::new(FakeClock::default());
    let fake = Fake::start([
        on("POST /api/v1/x/lifecycle/activate").status(503),
        on("POST /api/v1/x/lifecycle/activate").status(204),
    ])
    .await;
    let okta = okta(&fake.url, options(&clock));
    okta.act("/api/v1/x/lifecycle/activate").await.unwrap();
    fake.finish();
}

#[tokio::test]
async fn locked_is_tried_again_even_for_a_post() {
    let clock = Arc::new(FakeClock::default());
    let locked = json!({ "errorCode": "E0000239", "errorSummary": "Policy priorities are being reconciled." });
    let fake = Fake::start([
        on("POST /api/v1/x").json(423, &locked),
        on("POST /api/v1/x").json(201, &json!({ "id": "x" })),
    ])
    .await;
    let okta = okta(&fake.url, options(&clock));
    okta.post("/api/v1/x", &json!({})).await.unwrap();
    fake.finish();
}

#[tokio::test]
async fn a_refusal_is_final() {
    for status in [400, 401, 403, 404, 405, 409, 422] {
        let clock = Arc::new(FakeClock::default());
        let fake = Fake::start([on("PUT /v3/x").json(status, &json!({ "title": "no" }))]).await;
        let konnect = konnect(&fake.url, options(&clock));
        let error = konnect.put("/v3/x", &json!({})).await.unwrap_err();
        assert_eq!(error.status(), Some(status));
        assert!(!error.doubtful() && !error.retryable());
        fake.finish();
    }
}

#[tokio::test]
async fn the_budget_waits_before_a_429_comes() {
    let clock = Arc::new(FakeClock::default());
    let mut options = options(&clock);
    options.pace.budget = 0.5;
    let ok = |remaining: &str| {
        on("GET /api/v1/x")
            .json(200, &json!({}))
            .header("date", DATE)
            .header("x-rate-limit-limit", "100")
            .header("x-rate-limit-remaining", remaining)
            .header("x-rate-limit-reset", &(EPOCH + 30).to_string())
    };
    let fake = Fake::start([ok("51"), ok("50"), ok("99")]).await;
    let okta = okta(&fake.url, options);
    okta.get("/api/v1/x").await.unwrap();
    assert_eq!(okta.outlook().buckets[0].left, 1);
    okta.get("/api/v1/x").await.unwrap();
    assert!(clock.slept().is_empty());
    okta.get("/api/v1/x").await.unwrap();
    assert_eq!(clock.slept(), [30.0]);
    fake.finish();
}

#[tokio::test]
async fn requests_are_counted_and_told() {
    let clock = Arc::new(FakeClock::default());
    let told = Arc::new(Mutex::new(Vec::new()));
    let mut options = options(&clock);
    let sink = Arc::clone(&told);
    options.observer = Some(Arc::new(move |done| {
        let line = format!(
            "{} {} {:?} {}",
            done.method, done.path, done.status, done.attempt
        );
        sink.lock().unwrap().push(line);
    }));
    let usage = options.usage.clone();
    let fake = Fake::start([
        on("GET /api/v1/apps/0oa1").status(503),
        on("GET /api/v1/apps/0oa1").json(200, &json!({})),
    ])
    .await;
    let okta = okta(&fake.url, options);
    okta.get("/api/v1/apps/0oa1").await.unwrap();
    assert_eq!(
        *told.lock().unwrap(),
        [
            "GET /api/v1/apps/0oa1 Some(503) 1",
            "GET /api/v1/apps/0oa1 Some(200) 2"
        ]
    );
    let counts = usage.counts().into_iter().collect::<Vec<_>>();
    assert_eq!(counts, [((Vendor::Okta, "/api/v1/apps/{id}"), 2)]);
    fake.finish();
}

#[tokio::test]
async fn konnects_403_to_what_was_just_made_is_tried_again_and_any_other_is_final() {
    let clock = Arc::new(FakeClock::default());
    let no = json!({ "title": "Forbidden" });
    let fake = Fake::start(
        [
            on("GET /v3/x").json(403, &no),
            on("POST /v3/x").json(201, &json!({ "id": "1" })),
            on("PUT /v3/x/1/y").json(403, &no),
            on("PUT /v3/x/1/y").json(200, &json!({})),
        ]
        .into_iter()
        .chain(on("DELETE /v3/x/1").json(403, &no).times(3)),
    )
    .await;
    let konnect = konnect(&fake.url, options(&clock));
    assert!(konnect.reader().get("/v3/x").await.is_err());
    assert!(clock.slept().is_empty());
    konnect.post("/v3/x", &json!({})).await.unwrap();
    konnect.put("/v3/x/1/y", &json!({})).await.unwrap();
    assert_eq!(clock.slept(), [0.5]);
    let error = konnect.delete("/v3/x/1").await.unwrap_err();
    assert!(error.to_string().contains("3 tries"), "{error}");
    fake.finish();
}

#[tokio::test]
async fn trouble_that_lasts_is_given_up_by_time_and_the_message_says_so() {
    let clock = Arc::new(FakeClock::default());
    let mut options = options(&clock);
    options.pace.tries = 100;
    options.pace.patience = std::time::Duration::from_secs(10);
    let fake = Fake::start(on("GET /v3/x").status(503).times(5)).await;
    let error = konnect(&fake.url, options).reader().get("/v3/x").await;
    let error = error.unwrap_err().to_string();
    // 0.5 + 1 + 2 + 4 s were waited; 8 more would be too long
    assert!(error.contains("(5 tries in 8 s)"), "{error}");
    fake.finish();
}
