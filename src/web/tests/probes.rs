use axum::http::StatusCode;
use serde_json::{Value, json};

use super::client::{Client, open_door};
use super::made_up;
use crate::status::{Health, Status};

async fn ready(status: Status) -> (StatusCode, Value) {
    let answer = Client::with(status, open_door()).get("/readyz").await;
    (answer.status, serde_json::from_str(&answer.text).unwrap())
}

#[tokio::test]
async fn it_is_ready_when_each_document_was_read() {
    let fine = (StatusCode::OK, json!({ "ready": true, "reasons": [] }));
    assert_eq!(ready(made_up::in_sync()).await, fine);

    let mut status = made_up::in_sync();
    status.documents[0].health = Health::Unreachable;
    assert_eq!(ready(status).await, fine, "the page has to tell of it");
}

#[tokio::test]
async fn it_tells_what_it_waits_for() {
    let mut status = made_up::in_sync();
    status.documents[0].health = Health::Starting;
    status.documents[1].digest = None;
    status.documents[2].digest = None; // another replica's
    let (code, answer) = ready(status).await;
    assert_eq!(code, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(
        answer,
        json!({ "ready": false, "reasons": [
            { "document": "shop", "reason": "the first look at the vendors is under way" },
            { "document": "payments", "reason": "the document was not read yet, or cannot be used" },
        ] })
    );

    let mut status = made_up::in_sync();
    status.documents.clear();
    assert_eq!(ready(status).await.0, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn the_process_lives_whatever_is_watched() {
    let mut status = made_up::in_sync();
    status.documents.clear();
    let client = Client::with(status, open_door());
    assert_eq!(client.get("/healthz").await.status, StatusCode::OK);
}
