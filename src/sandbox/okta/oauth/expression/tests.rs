use serde_json::{Value, json};

use super::{Broken, Facts, evaluate};

fn see(text: &str) -> Result<Value, Broken> {
    let profile = json!({ "team": { "name": "mobile" }, "size": 3 });
    evaluate(
        text,
        &Facts {
            client_id: "0oa1",
            label: "backend",
            profile: Some(&profile),
            scopes: &["orders.read", "orders.write"],
        },
    )
}

#[test]
fn the_expressions_of_the_documentation_are_understood() {
    for (text, value) in [
        ("app.clientId", json!("0oa1")),
        (
            "(appuser != null) ? appuser.userName : app.clientId",
            json!("0oa1"),
        ),
        ("\"literal\"", json!("literal")),
        ("'it\\'s'", json!("it's")),
        ("app.profile.team.name", json!("mobile")),
        ("app.profile.nothing.at.all", json!(null)),
        ("app.profile.size + 1", json!(4)),
        ("-2 + 5", json!(3)),
        ("user.login", json!(null)),
        ("user.login ?: app.label", json!("backend")),
        ("!(1 > 2) && true || false", json!(true)),
        ("!!false", json!(false)),
        ("1.5 <= 1.5", json!(true)),
        ("'a' + 'b' == 'ab' ? {'x', 'y'} : null", json!(["x", "y"])),
        ("true ? false ? 1 : 2 : 3", json!(2)),
        ("access.scope", json!(["orders.read", "orders.write"])),
        (
            "Arrays.contains(access.scope, \"orders.write\")",
            json!(true),
        ),
        ("Arrays.size(access.scope)", json!(2)),
        (
            "Arrays.toCsvString(access.scope)",
            json!("orders.read,orders.write"),
        ),
        ("String.substringBefore('a@b', '@')", json!("a")),
        ("String.substringAfter(\"a@b\", \"@\")", json!("b")),
        (
            "String.stringContains(app.label, 'end') ? 'yes' : 'no'",
            json!("yes"),
        ),
        ("String.len(String.append('a', 'bc'))", json!(3)),
        ("Convert.toInt('12')", json!(12)),
        ("hasDirectoryUser() == false", json!(true)),
        ("isMemberOfGroupName('admins')", json!(false)),
    ] {
        assert_eq!(see(text), Ok(value), "{text}");
    }
}

#[test]
fn what_is_not_understood_is_broken() {
    for text in [
        "",
        "cool",
        "app",
        "app.nothing",
        "app.clientId.more",
        "\"open",
        "1 +",
        "(1",
        "1 ? 2",
        "{1, }",
        "String.nothing('a')",
        "String.len(1)",
        "app.clientId app.clientId",
        "'a' < 'b'",
        "1 && 2",
        "#",
        "é(",
        "null.x",
    ] {
        assert_eq!(see(text), Err(Broken), "{text}");
    }
}

/// A claim is anybody's text; no text may end the process.
#[test]
fn nesting_has_an_end() {
    for text in [
        "(".repeat(100_000),
        "!".repeat(100_000),
        "true?".repeat(100_000),
        "{".repeat(100_000),
    ] {
        assert_eq!(see(&text), Err(Broken));
    }
    let deep = format!("{}1{}", "(".repeat(60), ")".repeat(60));
    assert_eq!(see(&deep), Ok(json!(1)));
}
