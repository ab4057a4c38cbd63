//! What is refused before the first write.

use std::fmt::Write as _;

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::common::{Test, Vendors};

#[test]
fn another_document_owns_the_provider() {
    let mut test = Test::settled();
    test.note("The document of another team has marked the provider as its own.\n");
    let vendors = test.vendors();
    let all = vendors.konnect("GET", "/v2/dcr-providers", &Value::Null);
    let id = Vendors::named(&all, "okta")["id"]
        .as_str()
        .unwrap()
        .to_owned();
    vendors.konnect(
        "PATCH",
        &format!("/v2/dcr-providers/{id}"),
        &json!({ "labels": { "dcrsync-owner": "warehouse" } }),
    );
    vendors.forget();
    let _ = test.run(&["plan"]).code(5);
    let _ = test.run(&["apply", "--auto-approve"]).code(5);
    assert_eq!(test.vendors().writes(), [""; 0]);
    test.note("It was agreed that it is ours:");
    let _ = test
        .run(&["apply", "--auto-approve", "--take-over", "--no-verify"])
        .code(0);
    let _ = test.run(&["plan"]).code(0);
    assert_snapshot!(test.transcript());
}

#[test]
fn too_much_would_be_deleted() {
    let mut test = Test::settled();
    test.edit("name: shop\n", "name: shop\nguard: { max_deletes: 1 }\n");
    let document = test
        .read("dcrsync.yaml")
        .replace("    mobile:\n", "    mobile:\n      state: absent\n")
        .replace("visibility: public }", "state: absent }");
    let (kept, _) = document.split_once("verify:").unwrap();
    test.write("dcrsync.yaml", kept);
    let _ = test.run(&["apply", "--auto-approve"]).code(5);
    assert_eq!(test.vendors().writes(), [""; 0]);
    test.note("It is meant so:");
    test.edit("max_deletes: 1", "max_deletes: 2");
    let _ = test.run(&["apply", "--auto-approve"]).code(0);
    assert_snapshot!(test.transcript());
}

#[test]
fn a_protected_object_stays() {
    let mut test = Test::settled();
    test.edit(
        "name: shop\n",
        "name: shop\nguard: { protect: ['okta.scope.default/orders.*'] }\n",
    );
    test.edit("{ description: Place orders }", "{ state: absent }");
    let document = test
        .read("dcrsync.yaml")
        .replace("[orders.read, orders.write]", "[orders.read]");
    test.write("dcrsync.yaml", &document);
    let _ = test.run(&["apply", "--auto-approve"]).code(5);
    assert_eq!(test.vendors().writes(), [""; 0]);
    assert_snapshot!(test.transcript());
}

/// 300 scopes of the built-in server that the document wants gone.
fn three_hundred() -> Test {
    let mut scopes = String::new();
    let mut seed = json!({ "servers": [{ "name": "default", "scopes": [] }] });
    for number in 0..300 {
        let name = format!("old.{number}");
        writeln!(scopes, "        {name}: {{ state: absent }}").unwrap();
        let listed = seed["servers"][0]["scopes"].as_array_mut().unwrap();
        listed.push(name.into());
    }
    Test::with_seed(&seed).config(&format!(
        "\
version: 1
name: shop
secrets: {{ files: [secrets.sops.yaml] }}
okta:
  org_url: {{okta}}
  token: {{ sops: okta.token }}
  authorization_servers:
    default:
      scopes:
{scopes}konnect:
  base_url: {{konnect}}
  token: {{ sops: konnect.token }}
"
    ))
}

#[test]
fn three_hundred_deletes_are_allowed_once_for_exactly_this_plan() {
    let mut test = three_hundred();
    let run = test.quietly(&["apply", "--auto-approve"]).code(5);
    assert_eq!(test.vendors().writes(), [""; 0]);
    let reason =
        "the plan deletes or replaces 300 objects (300 scopes), more than `max_deletes: 5`";
    assert!(run.stdout.contains(reason), "{}", run.stdout);
    let told = run.stderr.lines().last().unwrap_or_default();
    let digest = told
        .strip_prefix("To allow exactly this plan, once: `dcrsync apply --allow-deletes ")
        .and_then(|rest| rest.strip_suffix('`'))
        .expect("the command is told")
        .to_owned();
    assert!(run.stdout.contains(&digest), "the reason tells it, too");

    // a plan that has become another one is not this plan
    test.vendors()
        .edit_scope("old.7", &json!({ "description": "still in use" }));
    test.vendors().forget();
    let allow = ["apply", "--auto-approve", "--allow-deletes", &digest];
    let run = test.quietly(&allow).code(5);
    assert!(
        run.stderr.contains("allows another plan, not this one"),
        "{}",
        run.stderr
    );
    assert_eq!(test.vendors().writes(), [""; 0]);
    // nor is one of the same length for other objects
    test.edit("        old.0: { state: absent }\n", "");
    let run = test.quietly(&["plan", "--output", "json"]).code(5);
    let refused = run.json()["refusals"][0]["message"].to_string();
    assert!(!refused.contains(&digest), "{refused}");

    let now = refused.split("--allow-deletes ").nth(1).unwrap();
    let now = now.get(..12).unwrap();
    let allow = ["apply", "--auto-approve", "--allow-deletes", now];
    let run = test.quietly(&allow).code(0);
    assert!(
        run.stdout.contains("Applied: all 299 changes."),
        "{}",
        run.stdout
    );
    let deletes = test.vendors().writes();
    assert_eq!(deletes.len(), 299);
    assert!(
        deletes
            .iter()
            .all(|write| write.starts_with("okta DELETE "))
    );
    // done is done: the same command has nothing to do any more
    let _ = test.run(&allow).code(0);
}

#[test]
fn a_limit_is_no_lock_on_what_is_protected() {
    let test = three_hundred();
    test.edit(
        "name: shop\n",
        "name: shop\nguard: { protect: ['*/old.299'] }\n",
    );
    let run = test.quietly(&["plan", "--output", "json"]).code(5);
    let refusals = run.json()["refusals"].clone();
    let message = refusals.to_string();
    let digest = message.split("--allow-deletes ").nth(1).unwrap();
    let digest = digest.get(..12).unwrap();
    let allow = ["apply", "--auto-approve", "--allow-deletes", digest];
    let run = test.quietly(&allow).code(5);
    assert!(run.stdout.contains("`guard.protect` has `*/old.299`"));
    assert!(!run.stdout.contains("max_deletes"), "{}", run.stdout);
    assert_eq!(test.vendors().writes(), [""; 0]);
}
