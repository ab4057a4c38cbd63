//! Runs that are ended from outside, and the run after that.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::common::Test;

#[test]
fn nobody_can_be_asked() {
    let mut test = Test::shop();
    let _ = test.run(&["apply"]).code(1);
    assert_eq!(
        test.vendors().requests().len(),
        0,
        "nothing was asked, even"
    );
    assert_eq!(test.files(), ["dcrsync.yaml", "secrets.sops.yaml"]);
    assert_snapshot!(test.transcript());
}

#[test]
fn ctrl_c_begins_no_new_step() {
    let mut test = Test::shop();
    test.vendors().fault(&json!([{
        "vendor": "konnect",
        "method": "POST",
        "path": "/v2/dcr-providers",
        "effect": { "delay_ms": 700 },
    }]));
    let running = test.start(&["apply", "--auto-approve"]);
    test.vendors().until_struck();
    running.signal("INT");
    test.note("Ctrl-C, while the provider is made");
    let run = running.end().code(3);
    assert!(run.stderr.contains("Stopping: no new step begins"));
    assert!(run.stdout.contains("Stopped. Applied: "), "{}", run.stdout);
    let skipped = "skipped create konnect.auth_strategy.okta-oidc";
    assert!(run.stdout.contains(skipped), "{}", run.stdout);
    let writes = test.vendors().writes();
    assert!(
        !writes.iter().any(|write| write.contains("strategies")),
        "{writes:?}"
    );
    test.note("The next run does the rest.");
    let _ = test.run(&["apply", "--auto-approve"]).code(0);
    let _ = test.run(&["plan", "--detailed-exitcode"]).code(0);
}

#[test]
fn ctrl_c_before_anything_was_done() {
    let mut test = Test::shop();
    test.vendors().fault(&json!([{
        "vendor": "okta",
        "method": "GET",
        "effect": "hang",
    }]));
    let running = test.start(&["apply", "--auto-approve"]);
    test.vendors().until_struck();
    running.signal("INT");
    let run = running.end().code(1);
    assert!(
        run.stderr.contains("stopped before anything was written"),
        "{}",
        run.stderr
    );
    assert_eq!(test.vendors().writes(), [""; 0]);
}

/// Killed while the portal makes the application: before it is made, and after.
#[test]
fn killed_while_the_application_is_made() {
    for effect in ["hang", "hang_after"] {
        let mut test = Test::shop();
        test.vendors().fault(&json!([{
            "vendor": "portal",
            "method": "POST",
            "path": "/applications$",
            "effect": effect,
        }]));
        let running = test.start(&["apply", "--auto-approve"]);
        test.vendors().until_struck();
        running.signal("KILL");
        assert_eq!(running.end().code, None);
        test.vendors().heal();
        let _ = test.run(&["apply", "--auto-approve"]).code(0);
        let _ = test.run(&["verify"]).code(0);
        let _ = test.run(&["plan", "--detailed-exitcode"]).code(0);
        assert_eq!(test.vendors().konnect_apps(), ["mobile"], "{effect}");
        let clients = test.vendors().okta("GET", "/api/v1/apps", &Value::Null);
        assert_eq!(clients.as_array().unwrap().len(), 1, "{effect}: {clients}");
    }
}

/// Killed at each kind of write, the answer never coming.
#[test]
fn killed_at_other_writes() {
    for path in [
        "/scopes$",
        "/v2/dcr-providers$",
        "/application-registrations$|/registrations$",
    ] {
        let mut test = Test::shop();
        test.vendors()
            .fault(&json!([{ "method": "POST", "path": path, "effect": "hang_after" }]));
        let running = test.start(&["apply", "--auto-approve"]);
        test.vendors().until_struck();
        running.signal("KILL");
        assert_eq!(running.end().code, None);
        test.vendors().heal();
        let _ = test.run(&["apply", "--auto-approve"]).code(0);
        let _ = test.run(&["plan", "--detailed-exitcode"]).code(0);
        assert_eq!(test.vendors().konnect_apps(), ["mobile"], "{path}");
    }
}
