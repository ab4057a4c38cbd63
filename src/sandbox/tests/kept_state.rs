//! What outlives a sandbox in its state file.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use super::stage::{SERVERS, Stage};
use crate::sandbox::origins::rewrite;
use crate::sandbox::{Options, Origins, SandboxError, Vendor, start};

fn file(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

#[tokio::test]
async fn a_restart_finds_state_journal_tokens_and_ports_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/sandbox.json");
    let first = Stage::on(&path).await;
    let (origins, token) = (
        first.sandbox.origins.clone(),
        first.sandbox.okta_token.clone(),
    );
    first.add_server("partners").await.unwrap();
    first.sandbox.shutdown().await.unwrap();

    let second = Stage::on(&path).await;
    assert_eq!(second.sandbox.origins, origins);
    assert_eq!(second.sandbox.okta_token, token);
    assert!(second.has_server("partners").await);
    let paths: Vec<_> = second
        .sandbox
        .journal()
        .iter()
        .map(|e| (e.n, e.path.clone()))
        .collect();
    assert_eq!(paths, [(1, SERVERS.to_owned()), (2, SERVERS.to_owned())]);
}

#[tokio::test]
async fn other_ports_are_taken_where_the_old_ones_are_not_free() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sandbox.json");
    let first = Stage::on(&path).await;
    let old = first.sandbox.origins.clone();
    first.add_server("partners").await.unwrap();
    let issuer = first.server("partners").await.unwrap()["issuer"].clone();
    assert!(issuer.as_str().unwrap().starts_with(&old.okta));
    first.sandbox.shutdown().await.unwrap();

    let taken = std::net::TcpListener::bind(old.okta.strip_prefix("http://").unwrap()).unwrap();
    let second = Stage::on(&path).await;
    let new = second.sandbox.origins.clone();
    assert_ne!(new.okta, old.okta);
    assert_eq!(new.konnect, old.konnect);
    let issuer = second.server("partners").await.unwrap()["issuer"].clone();
    assert!(issuer.as_str().unwrap().starts_with(&new.okta), "{issuer}");
    drop(taken);
    second.sandbox.shutdown().await.unwrap();
    let kept = file(&path);
    assert!(
        !kept["okta"]
            .to_string()
            .contains(old.okta.strip_prefix("http://").unwrap())
    );
}

#[tokio::test]
async fn an_issuer_that_konnect_keeps_moves_with_oktas_port() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sandbox.json");
    let first = Stage::on(&path).await;
    let old = first.sandbox.origins.okta.clone();
    let provider = json!({
        "name": "okta-prod", "provider_type": "okta", "issuer": format!("{old}/oauth2/default"),
        "dcr_config": { "dcr_token": first.sandbox.okta_token }
    });
    let request = first.request(Vendor::Konnect, reqwest::Method::POST, "/v2/dcr-providers");
    let made = request.json(&provider).send().await.unwrap();
    assert_eq!(made.status(), 201, "{}", made.text().await.unwrap());
    first.sandbox.shutdown().await.unwrap();

    let _taken = std::net::TcpListener::bind(old.strip_prefix("http://").unwrap()).unwrap();
    let second = Stage::on(&path).await;
    let answer = second.get(Vendor::Konnect, "/v2/dcr-providers").await;
    let list: Value = answer.json().await.unwrap();
    let issuer = format!("{}/oauth2/default", second.sandbox.origins.okta);
    assert_ne!(second.sandbox.origins.okta, old);
    assert_eq!(list["data"][0]["issuer"], issuer);
}

#[tokio::test]
async fn a_change_is_saved_soon_without_an_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sandbox.json");
    let stage = Stage::on(&path).await;
    stage.add_server("partners").await.unwrap();
    for _ in 0..200 {
        let kept = file(&path);
        if kept["okta"].to_string().contains("partners") && kept["journal"][0]["status"].is_u64() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the change was not saved");
}

#[tokio::test]
async fn the_journal_is_saved_without_a_change() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sandbox.json");
    let stage = Stage::on(&path).await;
    stage.get(Vendor::Konnect, "/v3/portals").await;
    for _ in 0..300 {
        if file(&path)["journal"][0]["path"] == "/v3/portals" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the journal was not saved");
}

#[tokio::test]
async fn the_clock_outlives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sandbox.json");
    let first = Stage::on(&path).await;
    let body = json!({ "advance_seconds": 86_400 });
    first
        .control(reqwest::Method::POST, "clock", Some(body))
        .await;
    first.sandbox.shutdown().await.unwrap();

    let second = Stage::on(&path).await;
    second.get(Vendor::Okta, SERVERS).await;
    let ahead = second.sandbox.journal()[0]
        .time
        .duration_since(jiff::Timestamp::now());
    assert!(ahead.as_secs() > 86_000);
}

#[tokio::test]
async fn one_file_serves_one_sandbox() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sandbox.json");
    let first = Stage::on(&path).await;
    let options = || Options {
        state: Some(path.clone()),
        ..Options::default()
    };
    let refused = start(options()).await.unwrap_err();
    assert!(matches!(refused, SandboxError::InUse { .. }), "{refused}");
    first.sandbox.shutdown().await.unwrap();
    start(options()).await.unwrap();
}

#[tokio::test]
async fn a_foreign_or_newer_file_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sandbox.json");
    for (text, version) in [
        ("not JSON", false),
        ("{}", false),
        (r#"{"format":99}"#, true),
    ] {
        std::fs::write(&path, text).unwrap();
        let refused = start(Options {
            state: Some(path.clone()),
            ..Options::default()
        })
        .await
        .unwrap_err();
        let told = matches!(refused, SandboxError::StateVersion { found: 99, .. });
        assert_eq!(told, version, "{refused}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_can_read_the_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sandbox.json");
    let _stage = Stage::on(&path).await;
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn origins_are_replaced_whole_and_at_once() {
    let old = Origins {
        okta: "http://127.0.0.1:400".to_owned(),
        konnect: "http://127.0.0.1:401".to_owned(),
        portal: "http://127.0.0.1:402".to_owned(),
        gateway: "http://127.0.0.1:403".to_owned(),
    };
    let new = Origins {
        // the two change places
        okta: "http://127.0.0.1:401".to_owned(),
        konnect: "http://127.0.0.1:400".to_owned(),
        ..old.clone()
    };
    let mut state = json!({
        "issuer": "http://127.0.0.1:400/oauth2/default",
        "domain": "127.0.0.1:401",
        "longer": "http://127.0.0.1:4000/a",
        "before": "http://8127.0.0.1:400/a",
        "two": ["http://127.0.0.1:400,http://127.0.0.1:401 127.0.0.1:402"],
        "http://127.0.0.1:400": 1,
    });
    rewrite(&mut state, &old, &new);
    assert_eq!(
        state,
        json!({
            "issuer": "http://127.0.0.1:401/oauth2/default",
            "domain": "127.0.0.1:400",
            "longer": "http://127.0.0.1:4000/a",
            "before": "http://8127.0.0.1:400/a",
            "two": ["http://127.0.0.1:401,http://127.0.0.1:400 127.0.0.1:402"],
            "http://127.0.0.1:401": 1,
        })
    );
}
