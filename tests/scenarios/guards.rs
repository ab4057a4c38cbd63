//! What is refused before the first write.

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
