//! The first apply, the second, and the changes that follow.

use insta::assert_snapshot;
use serde_json::json;

use crate::common::Test;

#[test]
fn the_quickstart_twice() {
    let mut test = Test::shop();
    let before = test.files();
    let _ = test.run(&["validate"]).code(0);
    let _ = test.run(&["plan", "--detailed-exitcode"]).code(2);
    assert_eq!(
        test.vendors().writes(),
        [""; 0],
        "plan and validate only read"
    );
    let _ = test.run(&["apply", "--auto-approve"]).code(0);
    test.vendors().forget();
    let _ = test.run(&["plan", "--detailed-exitcode"]).code(0);
    let _ = test.run(&["apply", "--auto-approve"]).code(0);
    assert_eq!(test.vendors().writes(), [""; 0], "nothing was left to do");
    let _ = test.run(&["verify"]).code(0);
    let new: Vec<String> = test.files();
    let new: Vec<&String> = new.iter().filter(|file| !before.contains(file)).collect();
    assert_eq!(new, [".dcrsync/clients.sops.yaml"]);
    assert_snapshot!(test.transcript());
}

#[test]
fn a_description_was_changed_by_hand() {
    let mut test = Test::settled();
    test.note("Somebody changes the description of `orders.read` in the admin console.\n");
    test.vendors()
        .edit_scope("orders.read", &json!({ "description": "Read everything" }));
    test.vendors().forget();
    let seen = test.run(&["plan"]).code(0);
    assert!(
        seen.stdout
            .contains(r#""Read everything" -> "Read orders""#)
    );
    assert!(
        seen.stdout.contains(&test.place("Read orders")),
        "{}",
        seen.stdout
    );
    let _ = test
        .run(&["apply", "--auto-approve", "--no-verify"])
        .code(0);
    let writes = test.vendors().writes();
    assert_eq!(writes.len(), 1, "{writes:?}");
    assert!(writes[0].starts_with("okta PUT /api/v1/authorizationServers/"));
    let _ = test.run(&["plan"]).code(0);
    assert_snapshot!(test.transcript());
}
