//! `dcrsync apply`.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::home::{DOCUMENT, Test};

/// A sandbox of its own process, ended with the test.
struct Sandbox {
    child: Child,
    told: Value,
}

impl Sandbox {
    fn start(args: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_dcrsync"))
            .args(["sandbox", "--json"])
            .args(args)
            .env_clear()
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        Self {
            child,
            told: serde_json::from_str(&line).unwrap(),
        }
    }

    /// The first document, with this sandbox in the place of the vendors.
    fn document(&self) -> Test {
        let test = Test::new();
        test.run(&["init", "-q"]).code(0);
        let told = |name: &str| self.told[name].as_str().unwrap();
        let document = test
            .read("dcrsync.yaml")
            .replace("https://your-org.okta.com", told("okta"))
            .replace("region: us", &format!("base_url: {}", told("konnect")));
        test.file("dcrsync.yaml", &document)
            .env("OKTA_API_TOKEN", told("okta_token"))
            .env("OKTA_DCR_TOKEN", told("okta_token"))
            .env("KONNECT_TOKEN", told("konnect_token"))
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_first_document_is_planned_applied_and_proved() {
    let test = Test::new();
    test.run(&["init"]).code(0);
    let plan = ["plan", "--sandbox", "--detailed-exitcode"];
    let ran = test.run(&plan).code(2);
    assert!(ran.stdout.contains("Plan: 7 to create"), "{}", ran.stdout);
    assert!(
        ran.stdout
            .contains("+ create okta.scope.default/orders.read")
    );
    assert!(ran.stderr.contains("Using the sandbox"));

    // nobody can be asked here, and nothing must have been written
    let ran = test.run(&["apply", "--sandbox"]).code(1);
    assert!(ran.stderr.contains("hint: give `--auto-approve`"));
    let ran = test.run(&plan).code(2);
    assert!(ran.stdout.contains("Plan: 7 to create"));

    let ran = test.run(&["apply", "--sandbox", "--auto-approve"]).code(0);
    assert!(
        ran.stdout.ends_with(
            "Applied: all 7 changes.\nProved: Okta and Konnect are as the document says.\n"
        ),
        "{}",
        ran.stdout
    );
    assert_eq!(ran.stderr.matches("\ndone    create ").count(), 7);
    // from a folder below, the same document and the same sandbox
    let below = test.path("deep/er");
    fs::create_dir_all(&below).unwrap();
    fs::create_dir(test.path(".git")).unwrap();
    let ran = test.run_in(&below, &plan).code(0);
    assert!(ran.stdout.starts_with("No changes."), "{}", ran.stdout);
}

#[test]
fn a_saved_plan_runs_once_and_then_is_stale() {
    let test = Test::with(DOCUMENT);
    let ran = test
        .run(&["plan", "--sandbox", "--out", "plan.json"])
        .code(0);
    assert!(ran.stderr.contains("dcrsync apply plan.json"));
    let apply = [
        "apply",
        "plan.json",
        "--sandbox",
        "--auto-approve",
        "--output",
        "json",
    ];
    let done = test.run(&apply).code(0).json();
    assert_eq!(done["outcomes"][0]["outcome"], "done");
    assert_eq!(done["proved"], true);
    let ran = test.run(&apply).code(5);
    assert!(ran.stderr.contains("the saved plan is stale"));
    assert_eq!(ran.stdout, "");
}

#[test]
fn ctrl_c_lets_running_steps_end_and_begins_no_new_one() {
    let sandbox = Sandbox::start(&["--latency", "400ms"]);
    let test = sandbox.document();
    let mut apply = test
        .command(test.home.path(), &["apply", "--auto-approve"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stderr = BufReader::new(apply.stderr.take().unwrap());
    let mut told = String::new();
    // the rest of the first document waits for what is done first
    while !told.contains("done") {
        assert!(stderr.read_line(&mut told).unwrap() > 0, "{told}");
    }
    let id = apply.id().to_string();
    let sent = Command::new("kill").args(["-s", "INT", &id]).status();
    assert!(sent.unwrap().success());
    stderr.read_to_string(&mut told).unwrap();
    let ended = apply.wait_with_output().unwrap();
    let stdout = String::from_utf8(ended.stdout).unwrap();

    assert_eq!(ended.status.code(), Some(3), "{stdout}\n{told}");
    assert!(told.contains("Stopping: no new step begins"), "{told}");
    assert!(stdout.contains("\nskipped create "), "{stdout}");
    assert!(stdout.contains("\nStopped. Applied: "), "{stdout}");
    // what was under way was waited for, so running again finds all of it and ends the work
    let done = told.matches("done    create ").count();
    assert!(stdout.contains(&format!("Applied: {done} of 7 changes.")));
    let rest = test.run(&["plan", "--output", "json"]).code(0).json();
    assert_eq!(rest["steps"].as_array().unwrap().len(), 7 - done);
    let ran = test.run(&["apply", "--auto-approve"]).code(0);
    assert!(ran.stdout.contains("Proved: Okta and Konnect are"));
}

#[test]
fn a_failed_step_blocks_only_what_waits_for_it() {
    let faults = Test::new().file(
        "faults.json",
        r#"[{ "vendor": "okta", "method": "POST", "path": "/scopes$", "times": 99,
              "effect": { "status": { "code": 403 } } }]"#,
    );
    let faults = faults.path("faults.json");
    let sandbox = Sandbox::start(&["--faults", faults.to_str().unwrap()]);
    let test = sandbox.document();
    let ran = test.run(&["apply", "--auto-approve"]).code(3);
    let scope = "create okta.scope.default/orders.read";
    assert!(
        ran.stderr.contains(&format!("failed  {scope}")),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stdout.contains(&format!("\nfailed  {scope}\n")),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout.contains("caused by: Okta does not permit `POST"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("        hint: "), "{}", ran.stdout);
    assert!(
        ran.stdout
            .contains("waits for okta.scope.default/orders.read"),
        "{}",
        ran.stdout
    );
    // what does not wait for it was done all the same, and is not planned again
    assert!(
        ran.stderr
            .contains("done    create konnect.dcr_provider.okta")
    );
    let rest = test.run(&["plan", "--output", "json"]).code(0).json();
    let rest: Vec<&str> = rest["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["address"].as_str().unwrap())
        .collect();
    assert!(rest.contains(&"okta.scope.default/orders.read"));
    assert!(!rest.contains(&"konnect.dcr_provider.okta"), "{rest:?}");
}

#[test]
fn a_guard_refuses_before_the_first_write() {
    let test = Test::with(DOCUMENT);
    test.run(&["apply", "--sandbox", "--auto-approve"]).code(0);
    let gone = DOCUMENT.replace(
        "{ description: 'Read orders in ${var.env}' }",
        "{ state: absent }",
    );
    let guard = "guard: { protect: ['okta.scope.*'] }\n";
    let test = test.file("dcrsync.yaml", &format!("{gone}{guard}"));
    let ran = test
        .run(&["plan", "--sandbox", "--out", "plan.json"])
        .code(5);
    assert!(ran.stdout.contains("\nRefused\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains("`guard.protect` has `okta.scope.*`"));
    assert!(!test.path("plan.json").exists());
    let ran = test.run(&["apply", "--sandbox", "--auto-approve"]).code(5);
    assert!(!ran.stdout.contains("Applied"), "{}", ran.stdout);
    // the object is still there: without the guard it can be deleted
    let test = test.file("dcrsync.yaml", &gone);
    let ran = test.run(&["apply", "--sandbox", "--auto-approve"]).code(0);
    assert!(
        ran.stdout
            .contains("- delete okta.scope.default/orders.read")
    );
    assert!(ran.stdout.contains("Applied: 1 change."));
}
