//! The real binary, in real time, against an Okta that allows 100 requests a minute: half of them are
//! ours, none is refused, and the plan foretells how long it takes. Runs some three minutes.

#![allow(missing_docs, clippy::cast_precision_loss)] // a program; counts are small numbers

#[path = "support/document.rs"]
mod document;
#[path = "support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::time::Instant;

use document::{NONE, Objects, document};
use serde_json::{Value, json};
use support::Server;
use tempfile::TempDir;

const ALLOWED: u64 = 100;
const SCOPES: usize = 120;
/// Seconds that a window lasts; it begins with its first request.
const WINDOW: i64 = 60;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let server = Server::start(&[]);
    let folder = TempDir::new().expect("a folder");
    let objects = Objects {
        scopes: SCOPES,
        ..NONE
    };
    let text = document(objects, (&server.okta, &server.konnect), 0);
    std::fs::write(folder.path().join("dcrsync.yaml"), text).expect("it is written");
    let client = reqwest::Client::builder().no_proxy().build();
    let client = client.expect("a client");
    let limits = client
        .post(format!("{}/_sandbox/limits", server.okta))
        .json(&json!({ "/api/v1": ALLOWED }))
        .send()
        .await;
    assert!(limits.is_ok_and(|answer| answer.status().is_success()));

    let plan = run(&server, &folder, &["plan", "--output", "json"]);
    let plan: Value = serde_json::from_slice(&plan).expect("a plan");
    let foretold = plan["cost"]["seconds"].as_u64().expect("it is foretold");
    let start = Instant::now();
    run(&server, &folder, &["apply", "--auto-approve"]);
    let took = start.elapsed().as_secs_f64();

    let journal = client
        .get(format!("{}/_sandbox/requests", server.okta))
        .send()
        .await;
    let journal: Vec<Value> = journal
        .expect("an answer")
        .json()
        .await
        .expect("a list of requests");
    let refused = journal.iter().filter(|it| it["status"] == 429).count();
    let most = windows(&journal).into_iter().max().unwrap_or_default();
    println!(
        "| scopes made | allowed a minute | most in one minute | 429 | foretold | took | foretold / took |\n\
         |---|---|---|---|---|---|---|\n\
         | {SCOPES} | {ALLOWED} | {most} | {refused} | {foretold} s | {took:.0} s | {:.2} |",
        foretold as f64 / took
    );
}

/// Runs one command to its good end and hands out what it printed.
fn run(server: &Server, folder: &TempDir, args: &[&str]) -> Vec<u8> {
    let done = Command::new(env!("CARGO_BIN_EXE_dcrsync"))
        .args(args)
        .current_dir(folder.path())
        .env_clear()
        .env("HOME", folder.path())
        .env("OKTA_TOKEN", &server.okta_token)
        .env("KONNECT_TOKEN", &server.konnect_token)
        .stdin(Stdio::null())
        .output()
        .expect("it starts");
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{args:?}: {said}");
    done.stdout
}

/// Requests of each window, by the sandbox's own clock.
fn windows(journal: &[Value]) -> Vec<u64> {
    let mut counts: BTreeMap<i64, u64> = BTreeMap::new();
    let mut begun = None;
    for entry in journal {
        let path = entry["path"].as_str().unwrap_or_default();
        let time = entry["time"].as_str().and_then(|time| time.parse().ok());
        let Some(time) = time.filter(|_| path.starts_with("/api/v1/")) else {
            continue;
        };
        let time: jiff::Timestamp = time;
        let second = time.as_second();
        let start = match begun {
            Some(start) if second < start + WINDOW => start,
            Some(_) | None => *begun.insert(second),
        };
        *counts.entry(start).or_default() += 1;
    }
    counts.into_values().collect()
}
