//! Lists that come back empty or short, although what they deny is there: nothing is made, nothing is
//! deleted, and the reason is told.

use serde_json::{Value, json};

use crate::common::{Run, Test};

/// Empties each answer to a GET of this path, or only some.
fn empty(test: &Test, vendor: &str, path: &str, nth: u32, times: u32) {
    test.vendors().fault(&json!([{
        "vendor": vendor, "method": "GET", "path": path, "nth": nth, "times": times,
        "effect": "empty_list",
    }]));
}

/// Plans and applies, and gives up on both before anything is written.
#[track_caller]
fn given_up(test: &Test, why: &str) {
    for command in [&["plan"][..], &["apply", "--auto-approve"]] {
        let run = test.quietly(command).code(1);
        assert!(run.stderr.contains(why), "{why}:\n{}", run.all());
        assert!(run.stderr.contains("hint: "), "{}", run.stderr);
        assert_eq!(test.vendors().writes(), [""; 0], "{command:?}");
    }
}

#[test]
fn a_server_without_its_own_scopes_is_not_believed() {
    let test = Test::settled();
    empty(&test, "okta", "/scopes", 1, 99);
    given_up(
        &test,
        "error: the list of scopes of `default` is not believed: it is empty, and even `openid` is missing, which nobody can delete\nhint: nothing was written; run again in a minute",
    );
}

#[test]
fn a_server_without_its_own_claims_is_not_believed() {
    let test = Test::settled();
    empty(&test, "okta", "/claims", 1, 99);
    given_up(
        &test,
        "the list of claims of `default` is not believed: it is empty, and even `sub`",
    );
}

#[test]
fn a_list_that_others_point_into_is_not_believed() {
    let test = Test::settled();
    for (path, why) in [
        (
            "/v2/dcr-providers",
            "the list of dcr providers is not believed: it lacks the one that `konnect.auth_strategy.okta-oidc` points at",
        ),
        (
            "/v2/application-auth-strategies",
            "the list of auth strategies is not believed: it lacks the one that `konnect.",
        ),
        (
            "/api-publications",
            "the list of publications is not believed: it lacks the one that `konnect.api.orders` points at",
        ),
        (
            "/application-registrations",
            "the list of registrations is not believed: it has nothing of `konnect.app.mobile`, which counts some",
        ),
    ] {
        empty(&test, "konnect", path, 1, 99);
        given_up(&test, why);
        test.vendors().heal();
    }
    let _ = test.quietly(&["plan", "--detailed-exitcode"]).code(0);
}

#[test]
fn an_application_list_that_registrations_point_into_is_not_believed() {
    let test = Test::settled();
    empty(&test, "konnect", "/applications\\?", 1, 99);
    given_up(
        &test,
        "the list of apps is not believed: it lacks the one that `konnect.registration.",
    );
}

#[test]
fn what_is_only_looked_up_is_missed_by_name() {
    let test = Test::settled();
    for (vendor, path) in [
        ("okta", "/authorizationServers\\?"),
        ("konnect", "/v3/portals\\?"),
        ("konnect", "/v3/apis\\?"),
        ("konnect", "/developers\\?"),
    ] {
        empty(&test, vendor, path, 1, 99);
        let run = test.quietly(&["apply", "--auto-approve"]).code(1);
        assert!(
            run.stderr.contains("there is no plan"),
            "{path}: {}",
            run.all()
        );
        assert_eq!(test.vendors().writes(), [""; 0]);
        test.vendors().heal();
    }
}

/// Nothing else tells of these, so an empty list is read again before anything is made from it.
#[test]
fn an_empty_list_is_read_again_before_anything_is_made_in_it() {
    let test = Test::settled();
    // there are two policies, and so two lists of rules
    for (path, lists) in [("/policies$", 1), ("/rules$", 2)] {
        // the plan sees nothing, the look before the first write sees what is there
        empty(&test, "okta", path, 1, lists);
        let run = test.quietly(&["apply", "--auto-approve"]).code(1);
        assert!(
            run.stderr
                .contains("it was empty when the plan was made, and has 1 entry now")
                || run
                    .stderr
                    .contains("it was empty when the plan was made, and has 2 entries now"),
            "{path}: {}",
            run.all()
        );
        assert_eq!(test.vendors().writes(), [""; 0]);
        test.vendors().heal();
    }
}

/// A world of so many scopes and strategies that lists have three pages, and a document that wants some of them.
fn crowded() -> Test {
    let scopes: Vec<Value> = (0..450).map(|n| format!("s.{n}").into()).collect();
    let strategies: Vec<Value> = (0..250)
        .map(|n| json!({ "name": format!("k{n}"), "key_names": ["x-key"] }))
        .collect();
    let test = Test::with_seed(&json!({
        "servers": [{ "name": "default", "scopes": scopes }],
        "strategies": strategies,
    }));
    let wanted: Vec<String> = (0..450).map(|n| format!("        s.{n}: {{}}\n")).collect();
    let keys: Vec<String> = (0..250)
        .map(|n| {
            format!(
                "    k{n}: {{ strategy_type: key_auth, display_name: k{n}, key_names: [x-key] }}\n"
            )
        })
        .collect();
    test.config(&format!(
        "version: 1\nname: shop\nsecrets: {{ files: [secrets.sops.yaml] }}\nokta:\n  org_url: {{okta}}\n  token: {{ sops: okta.token }}\n  authorization_servers:\n    default:\n      scopes:\n{}konnect:\n  base_url: {{konnect}}\n  token: {{ sops: konnect.token }}\n  auth_strategies:\n{}",
        wanted.concat(),
        keys.concat(),
    ))
}

/// What a plan would make.
fn created(run: &Run) -> usize {
    let steps = run.json()["steps"].clone();
    let steps = steps.as_array().unwrap().iter();
    steps.filter(|step| step["action"] == "create").count()
}

#[test]
fn a_page_that_is_missing_makes_nothing() {
    let test = crowded();
    let plan = ["plan", "--output", "json"];
    let whole = test.quietly(&plan).code(0);
    assert_eq!(created(&whole), 0, "{}", whole.stdout);
    for (vendor, path, why) in [
        (
            "okta",
            "/scopes\\?.*after=",
            "a page was promised, and there is nothing on it",
        ),
        (
            "konnect",
            "auth-strategies\\?.*number%5D=2",
            "the total is 251 but 151 came",
        ),
    ] {
        // the second page of three, once: the list is read again and the run goes on
        empty(&test, vendor, path, 1, 1);
        let run = test.quietly(&plan).code(0);
        assert_eq!(created(&run), 0, "{vendor}");
        test.vendors().heal();
        // and each time: given up
        empty(&test, vendor, path, 1, 99);
        let run = test.quietly(&["apply", "--auto-approve"]).code(1);
        assert!(run.stderr.contains(why), "{vendor}: {}", run.all());
        assert_eq!(test.vendors().writes(), [""; 0], "{vendor}");
        test.vendors().heal();
    }
}
