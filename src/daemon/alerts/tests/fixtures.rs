//! A receiver on this machine, a clock that is moved, and alerts.

use std::collections::HashSet;
use std::future::Future;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use serde_json::{Value, json};
use url::Url;

use crate::base::{Secret, Urgency};
use crate::daemon::alerts::{Desk, DeskOptions, Receiver, Target};
use crate::plan::Action;
use crate::status::{Actor, AlertKind, AlertStatus, Difference, FieldDifference, Moved, Place};
use crate::vendor::Clock;

pub(in crate::daemon::alerts) const START: i64 = 1_760_000_000;

/// Goes on when somebody has waited, by as much as that would have taken.
#[derive(Debug, Clone, Default)]
pub(super) struct MovedClock(Arc<Mutex<Duration>>);

impl MovedClock {
    pub(super) fn on(&self, time: Duration) {
        *self.0.lock().unwrap() += time;
    }
}

impl Clock for MovedClock {
    fn now(&self) -> Duration {
        *self.0.lock().unwrap()
    }

    fn unix(&self) -> i64 {
        START + i64::try_from(self.now().as_secs()).unwrap()
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        let clock = self.clone();
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(1)).await;
            clock.on(time);
        })
    }
}

/// One request that a receiver got.
#[derive(Debug, Clone)]
pub(super) struct Got {
    pub(super) path: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Got {
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap().to_str().unwrap()
    }
}

type Answer = Arc<dyn Fn(&Got, usize) -> Response + Send + Sync>;

/// A receiver on this machine; what it answers is asked with the request and its number.
#[derive(Clone)]
pub(super) struct Hook {
    url: Url,
    got: Arc<Mutex<Vec<Got>>>,
}

impl Hook {
    pub(super) async fn start(
        answer: impl Fn(&Got, usize) -> Response + Send + Sync + 'static,
    ) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let got: Arc<Mutex<Vec<Got>>> = Arc::default();
        let answer: Answer = Arc::new(answer);
        let app = Router::new()
            .fallback(take)
            .with_state((Arc::clone(&got), answer));
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self {
            url: Url::parse(&url).unwrap(),
            got,
        }
    }

    /// One that takes everything.
    pub(super) async fn willing() -> Self {
        Self::start(|_, _| ok()).await
    }

    pub(super) fn url(&self, path: &str) -> Url {
        self.url.join(path).unwrap()
    }

    pub(super) fn got(&self, path: &str) -> Vec<Got> {
        let got = self.got.lock().unwrap();
        got.iter().filter(|got| got.path == path).cloned().collect()
    }

    /// A webhook without a key.
    pub(super) fn receiver(&self, number: usize, path: &str) -> Receiver {
        webhook(number, self.url(path))
    }
}

async fn take(
    State((all, answer)): State<(Arc<Mutex<Vec<Got>>>, Answer)>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let got = Got {
        path: uri.path().to_owned(),
        headers,
        body: body.to_vec(),
    };
    let number = {
        let mut all = all.lock().unwrap();
        all.push(got.clone());
        all.len()
    };
    answer(&got, number)
}

pub(super) fn ok() -> Response {
    StatusCode::OK.into_response()
}

pub(super) fn status(code: u16) -> Response {
    StatusCode::from_u16(code).unwrap().into_response()
}

pub(super) fn webhook(number: usize, url: Url) -> Receiver {
    Receiver {
        name: format!("webhook #{number}"),
        severity: Urgency::Info,
        repeat: None,
        target: Target::Webhook { url, secret: None },
    }
}

pub(super) fn slack(url: &Url) -> Receiver {
    Receiver {
        name: "slack #1".to_owned(),
        severity: Urgency::Info,
        repeat: None,
        target: Target::Slack {
            url: Secret::new(url.as_str()),
        },
    }
}

pub(super) fn desk(folder: &Path, clock: &MovedClock) -> Desk {
    desk_with(folder, clock, &DeskOptions::default())
}

pub(super) fn desk_with(folder: &Path, clock: &MovedClock, options: &DeskOptions) -> Desk {
    Desk::open(folder, options, Arc::new(clock.clone())).unwrap()
}

/// Delivers until something holds; a defect would go on for ever.
pub(super) async fn deliver_until(desk: &Desk, holds: impl Fn() -> bool) {
    let stop = async {
        for _ in 0..30_000 {
            if holds() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        panic!("it never came so far");
    };
    desk.deliver(stop).await;
}

/// Delivers until nothing waits any more.
pub(super) async fn deliver_all(desk: &Desk) {
    deliver_until(desk, || desk.alerting().waiting == 0).await;
}

/// The ids and turns of what arrived there, one for each request.
pub(super) fn arrivals(got: &[Got]) -> Vec<(String, String, String)> {
    got.iter()
        .map(|got| {
            let event = got.json();
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            (
                text(&event["id"]),
                text(&event["data"]["turn"]),
                text(&event["subject"]),
            )
        })
        .collect()
}

/// What arrived there without repetitions of the same id, `fired a`.
pub(super) fn told(got: &[Got]) -> Vec<String> {
    let mut seen = HashSet::new();
    arrivals(got)
        .into_iter()
        .filter(|(id, _, _)| seen.insert(id.clone()))
        .map(|(_, turn, key)| format!("{turn} {key}"))
        .collect()
}

pub(in crate::daemon::alerts) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(START + second).unwrap()
}

/// Something that lasts, without a difference.
pub(in crate::daemon::alerts) fn alert(key: &str, severity: Urgency) -> AlertStatus {
    AlertStatus {
        document: "shop".to_owned(),
        key: key.to_owned(),
        kind: AlertKind::Unreachable,
        severity,
        summary: format!("summary of {key}"),
        detail: "first line\nsecond line".to_owned(),
        difference: None,
        since: at(0),
    }
}

/// A scope that somebody changed in the console.
pub(in crate::daemon::alerts) fn drift(live: &str) -> AlertStatus {
    let address = "okta.scope.default/orders.read";
    AlertStatus {
        document: "shop".to_owned(),
        key: format!("drift/{address}"),
        kind: AlertKind::Drift,
        severity: Urgency::Critical,
        summary: format!("{address} `description` was changed by Eve"),
        detail: "repeats the difference".to_owned(),
        difference: Some(Difference {
            address: address.parse().unwrap(),
            action: Action::Update,
            fields: vec![
                FieldDifference {
                    name: "description".to_owned(),
                    wanted: json!("Read orders"),
                    live: json!(live),
                    sensitive: false,
                    place: None,
                },
                FieldDifference {
                    name: "token".to_owned(),
                    wanted: json!("hidden-wanted-value"),
                    live: json!("hidden-live-value"),
                    sensitive: true,
                    place: None,
                },
            ],
            moved: Moved::Live,
            severity: Urgency::Critical,
            actor: Some(Actor {
                name: "Eve Example".to_owned(),
                login: "eve@acme.example".to_owned(),
                kind: "User".to_owned(),
                ip: Some("203.0.113.7".to_owned()),
                user_agent: Some("Mozilla/5.0".to_owned()),
                event: "oauth2.scope.updated".to_owned(),
                at: at(-60),
                request_id: Some("req-1".to_owned()),
            }),
            since: at(-60),
            times: 3,
            place: Some(Place {
                file: "dcrsync.yaml".to_owned(),
                line: 23,
                column: 9,
            }),
        }),
        since: at(-60),
    }
}

/// Runs a future beside nothing else; for tests that need no receiver.
pub(super) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}
