//! Runs that are ended from outside, and the run after that.

use std::path::Path;

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

/// Applies a shop whose provider takes so many milliseconds to be made, and waits until that is under way.
fn slow(test: &mut Test, delay: u32, args: &[&str]) -> crate::common::Running {
    test.vendors().fault(&json!([{
        "vendor": "konnect",
        "method": "POST",
        "path": "/v2/dcr-providers",
        "effect": { "delay_ms": delay },
    }]));
    let running = test.start(&[&["apply", "--auto-approve"], args].concat());
    test.vendors().until_struck();
    running
}

#[test]
fn sigterm_begins_no_new_step_either() {
    let mut test = Test::shop();
    let running = slow(&mut test, 700, &["--report", "report.json"]);
    running.signal("TERM");
    let run = running.end().code(3);
    assert!(run.stderr.contains("Stopping: no new step begins"));
    let report: Value = serde_json::from_str(&test.read("report.json")).unwrap();
    assert_eq!(
        (&report["exit"], &report["stopped"]),
        (&json!(3), &json!(true))
    );
    let outcome = |address: &str| {
        let steps = report["steps"].as_array().unwrap().iter();
        let mut found = steps.filter(|step| step["address"] == address);
        found.next().expect("a step of that address")["outcome"].clone()
    };
    assert_eq!(outcome("konnect.dcr_provider.okta"), "done");
    assert_eq!(outcome("konnect.auth_strategy.okta-oidc"), "skipped");
}

#[test]
fn a_second_ctrl_c_ends_at_once() {
    let mut test = Test::shop();
    let args = ["--report", "report.json", "--junit", "junit.xml"];
    let running = slow(&mut test, 20_000, &args);
    running.signal("INT");
    // the first one has to be taken before the second is sent, else they are one
    let since = std::time::Instant::now();
    while !running.has_said("Stopping: no new step begins") {
        assert!(since.elapsed() < std::time::Duration::from_secs(20));
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    running.signal("INT");
    let run = running.end().code(3);
    assert!(run.stderr.contains("Ended at once"), "{}", run.stderr);
    let report: Value = serde_json::from_str(&test.read("report.json")).unwrap();
    assert_eq!(
        (&report["exit"], &report["stopped"]),
        (&Value::Null, &json!(true))
    );
    let steps = report["steps"].as_array().unwrap();
    let provider = steps
        .iter()
        .find(|step| step["address"] == "konnect.dcr_provider.okta");
    assert_eq!(provider.unwrap()["outcome"], "running");
    assert!(test.read("junit.xml").contains("the run was ended at once"));
}

#[test]
fn two_runs_of_one_document_at_once() {
    let mut test = Test::shop();
    let first = slow(&mut test, 20_000, &[]);
    let second = [
        "apply",
        "--auto-approve",
        "-f",
        ".",
        "--report",
        "second.json",
    ];
    let refused = test.quietly(&second).code(5);
    assert!(
        refused
            .stderr
            .contains("error: another run of `shop` is under way on this machine: process "),
        "{}",
        refused.stderr
    );
    assert!(
        refused.stderr.contains(", `dcrsync apply`\n"),
        "{}",
        refused.stderr
    );
    assert!(
        refused
            .stderr
            .contains("hint: wait for its end, or stop it with `kill ")
    );
    let report: Value = serde_json::from_str(&test.read("second.json")).unwrap();
    assert_eq!(report["requests"], json!([]), "nobody was asked anything");
    // who only looks needs no lock
    let _ = test.quietly(&["plan"]).code(0);
    // another document is another matter
    test.write(
        "other.yaml",
        &test
            .read("dcrsync.yaml")
            .replace("name: shop", "name: other"),
    );
    let other = test.quietly(&[
        "apply",
        "--auto-approve",
        "-f",
        "other.yaml",
        "--target",
        "okta.scope.default/orders.read",
    ]);
    assert!(!other.stderr.contains("another run"), "{}", other.stderr);
    // a run that is killed holds nobody up
    first.signal("KILL");
    assert_eq!(first.end().code, None);
    test.vendors().heal();
    let _ = test.quietly(&["apply", "--auto-approve"]).code(0);
    let locks = test.files();
    let locks: Vec<&String> = locks
        .iter()
        .filter(|name| Path::new(name).extension().is_some_and(|it| it == "lock"))
        .collect();
    assert!(locks.is_empty(), "{locks:?}");
}
