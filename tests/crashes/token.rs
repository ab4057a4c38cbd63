//! The rotation of the token by which Konnect registers clients: two writes of the SOPS file, Konnect in
//! between, and a token that revokes itself.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::common::{DOCUMENT, Test, Vendors};
use crate::kill::{self, everywhere};

const PROVIDER: &str = "konnect.dcr_provider.okta";
const REQUESTS: &str = "dcr-providers|users/me|/clients|api-tokens";

/// The nth token that a person made in Okta.
fn token(nth: usize) -> String {
    format!("00a-dcr-token-of-the-crashes-{nth:03}")
}

/// Vendors whose Okta knows all these tokens: made in its state, as Okta has no API that makes one.
fn vendors(test: &Test) -> Vendors {
    let file = test.root().join("state.json");
    let state = ["--state", file.to_str().unwrap()];
    Vendors::with(&state).stop();
    let mut world: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    let tokens = world["okta"]["tokens"].as_array_mut().unwrap();
    let first = tokens[0].clone();
    tokens.extend((0..200).map(|nth| {
        let mut one = first.clone();
        one["id"] = json!(format!("00Tcrash{nth}"));
        one["digest"] = json!(data_encoding::HEXLOWER.encode(&Sha256::digest(token(nth))));
        one
    }));
    std::fs::write(&file, world.to_string()).unwrap();
    Vendors::with(&state)
}

/// Whether Okta lets a token in.
fn lets_in(test: &Test, token: &str) -> bool {
    let url = format!("{}/api/v1/users/me", test.vendors().okta);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let login = format!("SSWS {token}");
        let request = client.get(url).header("authorization", login);
        request.send().await.unwrap().status().is_success()
    })
}

/// Whether Konnect gets into Okta with what it has.
fn konnect_gets_in(test: &Test) -> bool {
    let vendors = test.vendors();
    let list = vendors.konnect("GET", "/v2/dcr-providers", &Value::Null);
    let id = Vendors::named(&list, "okta")["id"].clone();
    let verify = format!("/v2/dcr-providers/{}/verify", id.as_str().unwrap());
    vendors.konnect("POST", &verify, &json!({}))["status"] == "success"
}

fn in_sops(test: &Test, name: &str) -> Option<String> {
    test.opened("secrets.sops.yaml", &["okta", name])
}

#[test]
fn the_new_token_is_in_force_and_the_old_one_revoked_after_the_next_run() {
    let test = Test::new();
    let vendors = vendors(&test);
    let mut test = test.meets(vendors).config(DOCUMENT);
    test.secret("okta.dcr_token", &token(0));
    let _ = test.quietly(&["apply", "--auto-approve"]).code(0);
    let rotate = ["rotate", PROVIDER, "--auto-approve", "--grace", "0s"];
    let rotate = [&rotate[..], &["--new-file", "new.token"]].concat();
    let mut nth = 0;
    everywhere(REQUESTS, |kill| {
        nth += 1;
        let (old, new) = (token(nth - 1), token(nth));
        let told = format!("token {nth}, {kill}");
        test.write("new.token", &new);
        let killed = kill.strikes(&test, &rotate);
        assert!(konnect_gets_in(&test), "{told}: right after it");
        let next = test.quietly(&rotate);
        // who was killed after the last thing had nothing left to do
        let over = next.stderr.contains("no old one waits for its end");
        assert!(next.code == Some(0) || over, "{told}: {}", next.all());
        assert_eq!(in_sops(&test, "dcr_token"), Some(new.clone()), "{told}");
        assert_eq!(in_sops(&test, "retiring_dcr_token"), None, "{told}");
        assert!(lets_in(&test, &new), "{told}");
        assert!(!lets_in(&test, &old), "{told}: the old one works");
        assert!(konnect_gets_in(&test), "{told}");
        killed
    });
    assert!(nth > if kill::all() { 20 } else { 3 }, "{nth} tokens");
}
