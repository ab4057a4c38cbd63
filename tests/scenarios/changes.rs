//! What somebody changes in the document, or in its secrets.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::common::{Test, Vendors};

const SCOPES: &str = "/api/v1/authorizationServers/default/scopes";
const STRATEGIES: &str = "/v2/application-auth-strategies";

#[test]
fn a_token_is_rotated_in_sops() {
    let mut test = Test::settled();
    let fresh = test
        .vendors()
        .okta("GET", "/api/v1/api-tokens", &Value::Null);
    assert!(fresh.is_array(), "the sandbox knows its tokens: {fresh}");
    test.secret("okta.dcr_token", "00another-token-of-the-dcr-provider-0000");
    test.note("`okta.dcr_token` is another one in `secrets.sops.yaml`.\n");
    let plan = test.run(&["plan"]).code(0);
    assert_eq!(plan.stdout.matches(" -> ").count(), 0, "no value is shown");
    assert!(plan.stdout.contains("dcr_token: (sensitive, changed)"));
    let _ = test
        .run(&["apply", "--auto-approve", "--no-verify"])
        .code(0);
    let writes = test.vendors().writes();
    assert_eq!(writes.len(), 1, "{writes:?}");
    assert!(writes[0].starts_with("konnect PATCH /v2/dcr-providers/"));
    let _ = test.run(&["plan"]).code(0);
    assert_snapshot!(test.transcript());
}

#[test]
fn a_strategy_is_renamed() {
    let mut test = Test::settled();
    let before = test.vendors().konnect("GET", STRATEGIES, &Value::Null);
    let before = Vendors::named(&before, "okta-oidc")["id"].clone();
    test.note("`okta-oidc` is `partners` from now on.\n");
    let renamed = test.read("dcrsync.yaml").replace("okta-oidc", "partners");
    test.write("dcrsync.yaml", &renamed);
    test.edit(
        "    partners:\n",
        "    partners:\n      renamed_from: okta-oidc\n",
    );
    let _ = test.run(&["plan"]).code(0);
    let _ = test.run(&["apply", "--auto-approve"]).code(0);
    let after = test.vendors().konnect("GET", STRATEGIES, &Value::Null);
    assert_eq!(Vendors::named(&after, "partners")["id"], before);
    let _ = test.run(&["plan"]).code(0);
    assert_snapshot!(test.transcript());
}

#[test]
fn an_application_is_no_longer_wanted() {
    let mut test = Test::settled();
    test.note("The app is `state: absent`, and `verify` does not name it any more.\n");
    test.edit("    mobile:\n", "    mobile:\n      state: absent\n");
    let document = test.read("dcrsync.yaml");
    let (kept, _) = document.split_once("verify:").unwrap();
    test.write("dcrsync.yaml", kept);
    let _ = test.run(&["plan"]).code(0);
    let _ = test.run(&["apply", "--auto-approve"]).code(0);
    let _ = test.run(&["plan", "--detailed-exitcode"]).code(0);
    assert_eq!(test.vendors().konnect_apps(), [""; 0]);
    assert_snapshot!(test.transcript());
}

#[test]
fn what_is_not_declared_is_pruned_where_asked_for() {
    let mut test = Test::settled();
    test.note("Somebody made `legacy.read` by hand; the document has `prune: true` from now on, and no `mobile`.\n");
    test.vendors().okta(
        "POST",
        SCOPES,
        &json!({ "name": "legacy.read", "description": "Old" }),
    );
    test.edit("    default:\n", "    default:\n      prune: true\n");
    test.edit("  base_url:", "  prune: true\n  base_url:");
    let document = test.read("dcrsync.yaml");
    let (kept, _) = document.split_once("  apps:").unwrap();
    test.write("dcrsync.yaml", kept);
    test.vendors().forget();
    let plan = test.run(&["plan"]).code(0);
    assert!(
        plan.stdout
            .contains("delete okta.scope.default/legacy.read")
    );
    let _ = test.run(&["apply", "--auto-approve"]).code(0);
    let writes = test.vendors().writes();
    test.note("requests that write:");
    let writes: Vec<String> = writes.iter().map(|write| test.named(write)).collect();
    test.note(&format!("{}\n", writes.join("\n")));
    let scopes = test.vendors().okta("GET", SCOPES, &Value::Null);
    let scopes = Vendors::names(&scopes);
    assert!(!scopes.contains(&"legacy.read".to_owned()));
    assert!(scopes.contains(&"openid".to_owned()), "system scopes stay");
    let _ = test.run(&["plan", "--detailed-exitcode"]).code(0);
    assert_snapshot!(test.transcript());
}
