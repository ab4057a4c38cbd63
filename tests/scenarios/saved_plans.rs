//! What was seen is what runs: saved plans, and what makes them stale.

use insta::assert_snapshot;
use serde_json::json;

use crate::common::Test;

/// A settled shop whose document wants another description, and that plan saved.
fn saved() -> Test {
    let mut test = Test::settled();
    test.edit("Read orders", "Read all orders");
    let _ = test.run(&["plan", "--out", "plan.json"]).code(0);
    test.vendors().forget();
    test
}

#[test]
fn a_saved_plan_is_applied() {
    let mut test = saved();
    let _ = test
        .run(&["apply", "plan.json", "--auto-approve", "--no-verify"])
        .code(0);
    assert_eq!(test.vendors().writes().len(), 1);
    test.note("The same plan once more:");
    let _ = test
        .run(&["apply", "plan.json", "--auto-approve", "--no-verify"])
        .code(5);
    assert_eq!(test.vendors().writes().len(), 1);
    assert_snapshot!(test.transcript());
}

#[test]
fn an_object_of_the_plan_was_changed_meanwhile() {
    let mut test = saved();
    test.vendors()
        .edit_scope("orders.read", &json!({ "description": "Mine now" }));
    test.note("Somebody changes the description of `orders.read` by hand.\n");
    test.vendors().forget();
    let refused = test.run(&["apply", "plan.json", "--auto-approve"]).code(5);
    assert!(refused.all().contains("okta.scope.default/orders.read"));
    assert_eq!(test.vendors().writes(), [""; 0]);
    assert_snapshot!(test.transcript());
}

#[test]
fn an_object_that_the_plan_leaves_alone_was_changed_meanwhile() {
    let mut test = saved();
    test.vendors()
        .edit_scope("orders.write", &json!({ "description": "Mine now" }));
    test.note("Somebody changes the description of `orders.write` by hand.\n");
    test.vendors().forget();
    let _ = test
        .run(&["apply", "plan.json", "--auto-approve", "--no-verify"])
        .code(0);
    let writes = test.vendors().writes();
    assert_eq!(writes.len(), 1, "only what the plan says: {writes:?}");
    let rest = test.run(&["plan"]).code(0);
    assert!(rest.stdout.contains(r#""Mine now" -> "Place orders""#));
    assert_snapshot!(test.transcript());
}

#[test]
fn the_document_was_changed_after_the_plan() {
    let mut test = saved();
    test.edit("Place orders", "Place and cancel orders");
    let _ = test.run(&["apply", "plan.json", "--auto-approve"]).code(5);
    assert_eq!(test.vendors().writes(), [""; 0]);
    assert_snapshot!(test.transcript());
}

#[test]
fn a_plan_that_is_none() {
    let mut test = Test::shop();
    test.write("plan.json", "{ \"format\": 99 }");
    let _ = test.run(&["apply", "plan.json", "--auto-approve"]).code(1);
    let _ = test
        .run(&["apply", "dcrsync.yaml", "--auto-approve"])
        .code(1);
    let _ = test
        .run(&["apply", "nowhere.json", "--auto-approve"])
        .code(1);
    assert_eq!(test.vendors().requests().len(), 0);
    assert_snapshot!(test.transcript());
}
