//! Rotations by the program itself, against vendors in another process.

#![cfg(unix)]
#![allow(clippy::unwrap_used)] // a test may
// in a test binary nothing is outside
#![allow(unreachable_pub)]

mod common;

use std::path::Path;
use std::time::Duration;

use common::{DOCUMENT, Run, Test, Vendors};
use serde_json::{Value, json};

const APP: &str = "konnect.app.mobile";
const PROVIDER: &str = "konnect.dcr_provider.okta";

/// `dcrsync rotate` without a question.
fn rotate(test: &Test, args: &[&str]) -> Run {
    let base = ["rotate", "--auto-approve", "--output", "json"];
    test.quietly(&[&base, args].concat())
}

#[track_caller]
fn stages(run: &Run) -> Vec<String> {
    let told = run.json();
    let stages = told["stages"].as_array().unwrap().iter();
    let stages = stages.map(|stage| stage["stage"].as_str().unwrap().to_owned());
    stages.collect()
}

#[track_caller]
fn works(test: &Test) {
    let _ = test.quietly(&["verify"]).code(0);
    assert_eq!(test.vendors().konnect_apps(), ["mobile"]);
}

#[test]
fn an_applications_secret_is_replaced_and_the_old_one_waits() {
    let test = Test::settled();
    let before = test.vendors().client_secrets();
    let run = rotate(&test, &[APP]).code(0);
    assert_eq!(stages(&run), ["renew"]);
    let told = run.json();
    let step = &told["stages"][0]["plan"]["steps"][0];
    assert_eq!(
        (&step["address"], &step["action"]),
        (&json!(APP), &json!("update"))
    );
    assert_eq!(step["fields"][0]["name"], "client_secret");
    assert_eq!(told["stages"][0]["verdicts"][0]["app"], "mobile");
    let both = test.vendors().client_secrets();
    assert_eq!(both.len(), 2);
    assert_eq!(both[0]["id"], before[0]["id"]);
    works(&test);
    // nothing is done within the grace, and that is told with the time
    let run = rotate(&test, &[APP]).code(0);
    assert_eq!(stages(&run), ["wait"]);
    assert!(run.json()["stages"][0]["retired_after"].is_string());
    assert_eq!(test.vendors().client_secrets(), both);
    let run = rotate(&test, &[APP, "--grace", "0s"]).code(0);
    assert_eq!(stages(&run), ["retire"]);
    let last = test.vendors().client_secrets();
    assert_eq!(last.len(), 1);
    assert_eq!(last[0]["id"], both[1]["id"]);
    works(&test);
    let run = rotate(&test, &[APP, "--grace", "0s"]).code(0);
    assert_eq!(stages(&run), ["renew", "retire"]);
    let fresh = test.vendors().client_secrets();
    assert_eq!(fresh.len(), 1);
    assert_ne!(fresh[0]["id"], last[0]["id"]);
    works(&test);
}

#[test]
fn nobody_is_rotated_unasked() {
    let test = Test::settled();
    let before = test.vendors().client_secrets();
    let run = test.quietly(&["rotate", APP]).code(1);
    assert!(run.stderr.contains("nobody can be asked"), "{}", run.stderr);
    for (args, says) in [
        (&["konnect.app.mobil"][..], "no object of the document"),
        (&["okta.scope.default/orders.read"], "no secret of its own"),
        (&[APP, "--new-file", "new.token"], "none can be given"),
        (&[PROVIDER], "no old one waits for its end"),
        (&[PROVIDER, "--new-env", "NOT_SET"], "`NOT_SET`"),
    ] {
        test.write("new.token", "00new\n");
        let run = rotate(&test, args).code(1);
        assert!(run.stderr.contains(says), "{args:?}: {}", run.stderr);
    }
    assert_eq!(test.vendors().client_secrets(), before);
}

#[test]
fn a_wrong_token_never_reaches_konnect() {
    let test = Test::settled();
    let file = test.read("secrets.sops.yaml");
    test.write("new.token", "00a-token-that-okta-does-not-know\n");
    let run = rotate(&test, &[PROVIDER, "--new-file", "new.token"]).code(1);
    let told = run.json();
    let step = &told["stages"][0]["checks"][0]["steps"][0];
    assert_eq!(
        (&step["name"], &step["passed"]),
        (&json!("okta"), &json!(false))
    );
    assert!(run.stderr.contains("Nothing was written"), "{}", run.stderr);
    assert_eq!(test.read("secrets.sops.yaml"), file);
    let plan = test.quietly(&["plan", "--detailed-exitcode"]);
    let _ = plan.code(0);
}

#[test]
fn after_an_apply_konnect_tries_the_token_that_it_was_given() {
    let mut test = Test::settled();
    test.secret("okta.dcr_token", "00a-token-that-okta-does-not-know");
    let apply = ["apply", "--auto-approve", "--output", "json"];
    let run = test.quietly(&apply).code(1);
    let verdicts = run.json()["verdicts"].clone();
    let verdicts = verdicts.as_array().unwrap();
    let tried = verdicts.iter().find(|it| it["app"] == PROVIDER).unwrap();
    assert_eq!(tried["steps"][0]["passed"], false);
    test.secret("okta.dcr_token", &test.vendors().okta_token.clone());
    let _ = test.quietly(&apply).code(0);
}

#[test]
fn a_program_that_is_killed_leaves_a_secret_that_works_and_the_next_run_goes_on() {
    let vendors = Vendors::with(&["--latency", "12ms"]);
    let test = Test::new().meets(vendors).config(DOCUMENT);
    let _ = test.quietly(&["apply", "--auto-approve"]).code(0);
    for round in 0..10 {
        let args = ["rotate", APP, "--auto-approve", "--grace", "0s"];
        let running = test.begin(&args);
        std::thread::sleep(Duration::from_millis(150 + 110 * round));
        running.signal("KILL");
        let _ = running.end();
        works(&test);
        let all = test.vendors().client_secrets().len();
        assert!((1..=2).contains(&all), "{all} secrets");
    }
    // one run finishes what was begun; if it had nothing but the old one to retire, so be it
    let _ = rotate(&test, &[APP, "--grace", "0s"]).code(0);
    assert_eq!(test.vendors().client_secrets().len(), 1);
    works(&test);
    let left = test.files();
    let left = left
        .iter()
        .filter(|name| Path::new(name).extension().is_some_and(|it| it == "tmp"));
    assert!(
        left.count() <= 10,
        "each kill leaves one scratch file at most"
    );
}

#[test]
fn the_status_tells_of_each_secret_and_fails_when_one_is_too_old() {
    let test = Test::settled();
    let _ = rotate(&test, &[APP]).code(0);
    let status = ["secrets", "status", "--output", "json"];
    let told = test.quietly(&status).code(0).json();
    let all = told["secrets"].as_array().unwrap();
    let names: Vec<String> = all
        .iter()
        .map(|one| format!("{} {}", one["owner"], one["field"]).replace('"', ""))
        .collect();
    assert_eq!(
        names,
        [
            "okta token",
            "konnect token",
            "konnect.dcr_provider.okta dcr_token",
            "konnect.app.mobile login",
            "konnect.app.mobile client_secret",
        ]
    );
    let client = &all[4];
    assert_eq!(client["in_step"], true);
    assert_eq!(client["since"]["exact"], true);
    // Okta's own word, to the second
    let newest = &test.vendors().client_secrets()[1]["created"];
    let same = |a: &Value, b: &Value| a.as_str().unwrap()[..19] == b.as_str().unwrap()[..19];
    assert!(same(&client["since"]["time"], newest));
    assert!(
        client["notes"][0]
            .as_str()
            .unwrap()
            .contains("another secret works")
    );
    assert_eq!(all[2]["in_step"], true);
    assert_eq!(all[1]["since"]["exact"], false);
    // the only token of its user: Okta tells when it was made and when it ends
    assert_eq!(all[0]["since"]["exact"], true);
    assert!(all[0]["expires"].is_string());
    let young = ["secrets", "status", "--max-age", "1h"];
    let _ = test.quietly(&young).code(0);
    std::thread::sleep(Duration::from_millis(20));
    let old = ["secrets", "status", "--max-age", "1ms"];
    let run = test.quietly(&old).code(1);
    assert!(run.stdout.contains("older than `--max-age` allows"));
}

#[test]
fn the_status_tells_what_is_out_of_step_and_what_cannot_be_used() {
    let mut test = Test::settled();
    // somebody renews the client's secret in the console, and somebody else the token in SOPS
    let old = test.vendors().client_secrets()[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let vendors = test.vendors();
    let apps = vendors.okta("GET", "/api/v1/apps", &Value::Null);
    let at = format!(
        "/api/v1/apps/{}/credentials/secrets",
        apps[0]["id"].as_str().unwrap()
    );
    vendors.okta("POST", &at, &json!({}));
    vendors.okta(
        "POST",
        &format!("{at}/{old}/lifecycle/deactivate"),
        &json!({}),
    );
    test.secret("okta.dcr_token", "00another-token-of-nobody");
    let status = ["secrets", "status", "--output", "json"];
    let told = test.quietly(&status).code(1).json();
    let all = told["secrets"].as_array().unwrap();
    assert_eq!(all[2]["in_step"], false);
    assert!(
        all[2]["problem"]
            .as_str()
            .unwrap()
            .contains("does not take it")
    );
    assert_eq!(all[4]["in_step"], false);
    assert!(all[4]["problem"].as_str().unwrap().contains("switched off"));
    // and nothing is rotated on such ground
    let run = rotate(&test, &[APP, "--again", "--grace", "0s"]).code(1);
    assert!(run.stderr.contains("deactivated"), "{}", run.stderr);
    assert_eq!(test.vendors().client_secrets().len(), 2);
}
