//! Faults of the connection, seen on a raw socket: what a client gets, and what was done all the same.

use std::io::ErrorKind;
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::stage::{SERVERS, Stage};
use crate::sandbox::Vendor;

/// A server's creation as bytes, and a line to Okta to send them on.
async fn create(stage: &Stage, name: &str) -> TcpStream {
    let host = stage.sandbox.origins.okta.strip_prefix("http://").unwrap();
    let body = json!({ "name": name, "audiences": ["api://all"] }).to_string();
    let token = &stage.sandbox.okta_token;
    let request = format!(
        "POST {SERVERS} HTTP/1.1\r\nhost: {host}\r\nauthorization: SSWS {token}\r\naccept: application/json\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut line = TcpStream::connect(host).await.unwrap();
    line.write_all(request.as_bytes()).await.unwrap();
    line
}

/// All that comes until the connection ends, and how it ended.
async fn receive(line: &mut TcpStream) -> (Vec<u8>, std::io::Result<()>) {
    let mut bytes = Vec::new();
    let end = timeout(Duration::from_secs(5), line.read_to_end(&mut bytes)).await;
    (bytes, end.expect("the connection ends").map(|_| ()))
}

async fn nothing_comes(line: &mut TcpStream) -> bool {
    let mut byte = [0];
    timeout(Duration::from_millis(300), line.read(&mut byte))
        .await
        .is_err()
}

#[tokio::test]
async fn a_reset_comes_before_the_request_is_executed() {
    let stage = Stage::new().await;
    stage
        .arm(json!([{ "method": "POST", "effect": "reset" }]))
        .await;
    let (bytes, end) = receive(&mut create(&stage, "partners").await).await;
    assert!(bytes.is_empty());
    assert_eq!(end.unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert!(!stage.has_server("partners").await);
    let entry = &stage.sandbox.journal()[0];
    assert_eq!(
        (entry.status, entry.fault.as_deref()),
        (None, Some("reset"))
    );
}

#[tokio::test]
async fn a_lost_answer_comes_after_the_commit() {
    let stage = Stage::new().await;
    stage
        .arm(json!([{ "method": "POST", "effect": "lost" }]))
        .await;
    let (bytes, end) = receive(&mut create(&stage, "partners").await).await;
    assert!(bytes.is_empty());
    assert_eq!(end.unwrap_err().kind(), ErrorKind::ConnectionReset);
    let entry = &stage.sandbox.journal()[0];
    assert!(entry.status.is_some_and(|status| status < 300));
    assert!(stage.has_server("partners").await);
}

#[tokio::test]
async fn an_http_client_sees_a_lost_answer_as_an_error() {
    let stage = Stage::new().await;
    stage
        .arm(json!([{ "method": "POST", "effect": "lost" }]))
        .await;
    let error = stage.add_server("partners").await.unwrap_err();
    assert!(error.is_request(), "{error:?}");
    assert!(stage.has_server("partners").await);
}

#[tokio::test]
async fn a_hang_never_answers_and_does_nothing() {
    let stage = Stage::new().await;
    stage
        .arm(json!([{ "method": "POST", "effect": "hang" }]))
        .await;
    let mut line = create(&stage, "partners").await;
    assert!(nothing_comes(&mut line).await);
    assert!(!stage.has_server("partners").await);
}

#[tokio::test]
async fn a_hang_after_never_answers_and_has_done_it() {
    let stage = Stage::new().await;
    stage
        .arm(json!([{ "method": "POST", "effect": "hang_after" }]))
        .await;
    let mut line = create(&stage, "partners").await;
    assert!(nothing_comes(&mut line).await);
    assert!(stage.has_server("partners").await);
}

#[tokio::test]
async fn a_truncated_answer_ends_in_the_middle_of_its_body() {
    let stage = Stage::new().await;
    stage
        .arm(json!([{ "method": "POST", "effect": "truncate" }]))
        .await;
    let (bytes, end) = receive(&mut create(&stage, "partners").await).await;
    let text = String::from_utf8(bytes).unwrap();
    assert!(end.is_err());
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let announced: usize = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .unwrap()
        .parse()
        .unwrap();
    assert_eq!(body.len(), announced / 2);
    assert!(stage.has_server("partners").await);
}

#[tokio::test]
async fn a_client_that_goes_does_not_stop_its_request() {
    let stage = Stage::new().await;
    stage
        .arm(json!([{ "method": "POST", "effect": { "delay_ms": 0 } }]))
        .await;
    drop(create(&stage, "partners").await);
    for _ in 0..100 {
        if stage.has_server("partners").await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the server was not made");
}

#[tokio::test]
async fn a_hung_request_does_not_hold_the_end_up() {
    let stage = Stage::new().await;
    stage.arm(json!([{ "effect": "hang" }])).await;
    let mut line = create(&stage, "partners").await;
    assert!(nothing_comes(&mut line).await);
    timeout(Duration::from_secs(3), stage.sandbox.shutdown())
        .await
        .unwrap()
        .unwrap();
    let (bytes, _) = receive(&mut line).await;
    assert!(bytes.is_empty());
}

#[tokio::test]
async fn the_other_servers_do_not_notice() {
    let stage = Stage::new().await;
    stage
        .arm(json!([{ "vendor": "okta", "times": 9, "effect": "reset" }]))
        .await;
    let answer = stage.get(Vendor::Konnect, "/v3/portals").await;
    assert_eq!(answer.status(), 200);
}
