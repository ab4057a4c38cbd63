//! The Leases of an API server: versions, conflicts and refusals as the real one has them.

use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

/// One Lease, the only one there is.
#[derive(Clone, Default)]
pub(super) struct FakeApi(Arc<Mutex<Store>>);

#[derive(Default)]
struct Store {
    lease: Option<Value>,
    version: u64,
    /// Answered to everything.
    refusal: Option<StatusCode>,
    /// What is answered when a Lease is to be made.
    refuses_new: Option<StatusCode>,
    /// A candidate's time of day is wrong by so many hours.
    skew: i64,
}

impl FakeApi {
    pub(super) fn router(&self) -> Router {
        let leases = "/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases";
        Router::new()
            .route(leases, post(create))
            .route(&format!("{leases}/{{name}}"), get(read).put(replace))
            .with_state(self.clone())
    }

    pub(super) fn lease(&self) -> Option<Value> {
        self.0.lock().unwrap().lease.clone()
    }

    pub(super) fn spec(&self, field: &str) -> Value {
        self.lease().unwrap()["spec"][field].clone()
    }

    pub(super) fn delete(&self) {
        self.0.lock().unwrap().lease = None;
    }

    /// What somebody does with `kubectl annotate`.
    pub(super) fn touch(&self) {
        let mut store = self.0.lock().unwrap();
        if let Some(lease) = store.lease.take() {
            store.put(lease);
        }
    }

    pub(super) fn plant(&self, spec: &Value) {
        let metadata = json!({ "name": "pair", "namespace": "apps" });
        self.0.lock().unwrap().put(json!({
            "apiVersion": "coordination.k8s.io/v1",
            "kind": "Lease",
            "metadata": metadata,
            "spec": spec,
        }));
    }

    pub(super) fn refuse(&self, status: Option<StatusCode>) {
        self.0.lock().unwrap().refusal = status;
    }

    pub(super) fn refuse_new(&self, status: Option<StatusCode>) {
        self.0.lock().unwrap().refuses_new = status;
    }

    pub(super) fn skew(&self, hours: i64) {
        self.0.lock().unwrap().skew = hours;
    }
}

impl Store {
    fn put(&mut self, mut lease: Value) -> Value {
        self.version += 1;
        lease["metadata"]["resourceVersion"] = json!(self.version.to_string());
        if self.skew != 0
            && let Some(time) = lease["spec"]["renewTime"].as_str()
        {
            let time: jiff::Timestamp = time.parse().unwrap();
            let skewed = time + jiff::SignedDuration::from_hours(self.skew);
            lease["spec"]["renewTime"] = json!(skewed.strftime("%FT%T%.6fZ").to_string());
        }
        self.lease = Some(lease.clone());
        lease
    }
}

async fn read(State(api): State<FakeApi>) -> Response {
    let store = api.0.lock().unwrap();
    if let Some(refusal) = store.refusal {
        return refused(refusal);
    }
    store.lease.clone().map_or_else(
        || refused(StatusCode::NOT_FOUND),
        |lease| Json(lease).into_response(),
    )
}

async fn create(State(api): State<FakeApi>, Json(lease): Json<Value>) -> Response {
    let mut store = api.0.lock().unwrap();
    if let Some(refusal) = store.refusal.or(store.refuses_new) {
        return refused(refusal);
    }
    if store.lease.is_some() {
        return refused(StatusCode::CONFLICT);
    }
    (StatusCode::CREATED, Json(store.put(lease))).into_response()
}

async fn replace(
    State(api): State<FakeApi>,
    Path((_, name)): Path<(String, String)>,
    Json(lease): Json<Value>,
) -> Response {
    let mut store = api.0.lock().unwrap();
    if let Some(refusal) = store.refusal {
        return refused(refusal);
    }
    let Some(there) = &store.lease else {
        return refused(StatusCode::NOT_FOUND);
    };
    assert_eq!(lease["metadata"]["name"], json!(name));
    let version = &lease["metadata"]["resourceVersion"];
    // a replace without a version would be done by the real one, whoever was quicker
    assert!(version.is_string(), "no version: {lease}");
    if *version != there["metadata"]["resourceVersion"] {
        return refused(StatusCode::CONFLICT);
    }
    Json(store.put(lease)).into_response()
}

pub(super) fn refused(status: StatusCode) -> Response {
    let body = json!({
        "apiVersion": "v1",
        "kind": "Status",
        "status": "Failure",
        "message": "refused",
        // `NotFound`, as the real one writes it
        "reason": status.canonical_reason().unwrap().replace(' ', ""),
        "code": status.as_u16(),
    });
    (status, Json(body)).into_response()
}
