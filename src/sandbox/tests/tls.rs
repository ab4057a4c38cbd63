use std::net::SocketAddr;

use reqwest::{Certificate, Client, StatusCode};
use serde_json::{Value, json};

use super::stage::{SERVERS, Stage};
use crate::sandbox::{Options, Sandbox, Vendor, start};

/// A client that trusts the sandbox's file and nobody else, and finds `acme.okta.com` on this machine.
fn client(sandbox: &Sandbox) -> Client {
    let pem = std::fs::read(sandbox.ca.as_ref().unwrap()).unwrap();
    let okta: SocketAddr = authority(&sandbox.origins.okta).parse().unwrap();
    Client::builder()
        .no_proxy()
        .tls_certs_only([Certificate::from_pem(&pem).unwrap()])
        .resolve("acme.okta.com", okta)
        .build()
        .unwrap()
}

fn authority(origin: &str) -> &str {
    origin.strip_prefix("https://").unwrap()
}

async fn secure(names: &[&str]) -> Stage {
    let options = Options {
        tls: Some(names.iter().map(|&name| name.to_owned()).collect()),
        ..Options::default()
    };
    let sandbox = start(options).await.unwrap();
    let client = client(&sandbox);
    Stage { sandbox, client }
}

#[tokio::test]
async fn all_four_ports_speak_https() {
    let stage = secure(&[]).await;
    for (vendor, path) in [
        (Vendor::Okta, SERVERS),
        (Vendor::Konnect, "/v3/portals"),
        (Vendor::Portal, "/api/v3/portal"),
        (Vendor::Gateway, "/_sandbox/requests"),
    ] {
        assert_eq!(stage.get(vendor, path).await.status(), StatusCode::OK);
    }
}

#[tokio::test]
async fn a_name_of_a_hosts_entry_is_in_the_certificate_only_if_it_is_asked_for() {
    for (names, heard) in [(&["acme.okta.com"][..], true), (&[], false)] {
        let stage = secure(names).await;
        let (_, port) = stage.sandbox.origins.okta.rsplit_once(':').unwrap();
        let url = format!("https://acme.okta.com:{port}/.well-known/okta-organization");
        assert_eq!(
            stage.client.get(url).send().await.is_ok(),
            heard,
            "{names:?}"
        );
    }
}

/// A client that follows links or compares issuers must not be led to a name that it did not ask for.
#[tokio::test]
async fn answers_name_the_host_that_was_asked() {
    let stage = secure(&["acme.okta.com"]).await;
    let (_, port) = stage.sandbox.origins.okta.rsplit_once(':').unwrap();
    let called = format!("https://acme.okta.com:{port}");
    let server: Value = stage
        .client
        .get(format!("{called}{SERVERS}/default"))
        .header(
            "authorization",
            format!("SSWS {}", stage.sandbox.okta_token),
        )
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(server["issuer"], format!("{called}/oauth2/default"));
    let link = server["_links"]["self"]["href"].as_str().unwrap();
    assert_eq!(link, format!("{called}{SERVERS}/default"));
}

/// Without its own authority Konnect could not call Okta, and would answer an error.
#[tokio::test]
async fn konnect_reaches_okta_over_it() {
    let stage = secure(&[]).await;
    let provider: Value = stage
        .request(Vendor::Konnect, reqwest::Method::POST, "/v2/dcr-providers")
        .json(&json!({
            "provider_type": "okta",
            "name": "okta",
            "issuer": format!("{}/oauth2/default", stage.sandbox.origins.okta),
            "dcr_config": { "dcr_token": stage.sandbox.okta_token },
        }))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let id = provider["id"].as_str().unwrap();
    let path = format!("/v2/dcr-providers/{id}/verify");
    let verdict = stage.request(Vendor::Konnect, reqwest::Method::POST, &path);
    let verdict: Value = verdict.send().await.unwrap().json().await.unwrap();
    assert_eq!(verdict["status"], "success", "{verdict}");
}

/// What a plain client gets who took the wrong scheme must not stop the port.
#[tokio::test]
async fn plain_http_is_refused_and_the_port_lives_on() {
    let stage = secure(&[]).await;
    let plain = format!("http://{}", authority(&stage.sandbox.origins.okta));
    assert!(Client::new().get(plain).send().await.is_err());
    assert!(stage.has_server("default").await);
}

#[tokio::test]
async fn the_certificate_file_of_its_own_folder_goes_with_the_sandbox() {
    let stage = secure(&[]).await;
    let path = stage.sandbox.ca.clone().unwrap();
    assert!(path.exists());
    stage.sandbox.shutdown().await.unwrap();
    assert!(!path.parent().unwrap().exists());
}

#[tokio::test]
async fn a_reset_line_is_reset_under_tls_too() {
    let stage = secure(&[]).await;
    stage
        .arm(json!([{ "method": "POST", "effect": "lost" }]))
        .await;
    assert!(stage.add_server("partners").await.is_err());
    assert!(stage.has_server("partners").await);
}
