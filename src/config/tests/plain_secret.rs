//! Secrets where nobody looks for them; what only resembles one is let be.

use super::Loaded;
use crate::config::Vars;

const TOKEN: &str = "00abcdefghijklmnopqrstuvwxyz0123456789-_AB";

const HEAD: &str = "version: 1
name: x
okta: { org_url: https://acme.okta.com, token: { env: T } }
konnect: { region: us, token: { env: K }, dcr_providers: { a: { description: '${var.a}' } } }
";

fn findings(var: &str) -> Vec<String> {
    Loaded::new(&[&format!("{HEAD}vars: {{ a: {{ default: \"{var}\" }} }}\n")]).findings()
}

#[test]
fn a_secret_in_a_variable_or_a_text_is_refused() {
    let konnect = format!("kpat_{}", "a1".repeat(20));
    for (secret, what) in [
        (TOKEN, "an API token of Okta"),
        (konnect.as_str(), "a token of Konnect"),
        ("AGE-SECRET-KEY-1QQQ", "an age identity"),
        ("-----BEGIN PRIVATE KEY-----", "a private key"),
    ] {
        let found = findings(secret);
        assert!(!found.is_empty(), "{secret}");
        for found in &found {
            assert!(found.starts_with("literal-secret: "), "{found}");
        }
        let told = found.join("\n");
        assert!(told.contains(&format!("`default` holds {what}")), "{told}");
    }
}

#[test]
fn a_secret_that_was_given_to_a_variable_is_refused_and_not_told() {
    let vars = Vars {
        flags: [("a".to_owned(), TOKEN.to_owned())].into(),
        ..Vars::default()
    };
    let text = format!("{HEAD}vars: {{ a: {{ default: x }} }}\n");
    let loaded = Loaded::with(&vars, &[&text]);
    let found = loaded.findings().join("\n");
    assert!(found.contains("literal-secret"), "{found}");
    assert!(loaded.document.is_none());
}

#[test]
fn what_only_resembles_a_secret_is_none() {
    for harmless in [
        "00u1b2c3d4E5f6G7h8i9",
        "kpat_mine",
        "00 ",
        "token",
        "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq",
    ] {
        assert_eq!(findings(harmless), [""; 0], "{harmless}");
    }
}
