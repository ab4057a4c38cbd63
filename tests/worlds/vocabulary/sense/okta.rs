use serde_json::{Value as Json, json};

use super::super::okta::SERVERS;
use super::super::{entry, entry_mut, is_present, remove};
use super::{ensure, member, set, unset};

/// Lets servers hold only what they can, and hold it whole.
pub(super) fn servers(document: &mut Json) {
    for server in SERVERS {
        let top = ["okta", "authorization_servers", server];
        if member(document, &top, "state") == "absent" {
            unset(document, &top, &["scopes", "claims", "policies"]);
            continue;
        }
        for policy in ["p", "q"] {
            self::policy(document, server, policy);
        }
        claims(document, server);
        if server == "partners" && entry(document, &top).is_some() {
            let described = member(document, &top, "description").is_string();
            if !described {
                set(document, &top, "description", json!("one"));
            }
        }
    }
}

fn policy(document: &mut Json, server: &str, policy: &str) {
    let at = ["okta", "authorization_servers", server, "policies", policy];
    if member(document, &at, "state") == "absent" {
        return unset(document, &at, &["rules"]);
    }
    for rule in ["r", "s"] {
        let path = [&at[..], &["rules", rule]].concat();
        let Some(own) = entry(document, &path).cloned() else {
            continue;
        };
        // a policy that is not there holds no rule either
        let clients = member(document, &at, "clients");
        if clients.is_null() {
            set(document, &at, "clients", json!("all"));
        }
        if own["state"] == "absent" {
            continue;
        }
        let texts = |name: &str| own[name].as_array().cloned().unwrap_or_default();
        if texts("grant_types").contains(&json!("password")) && own["groups"].is_null() {
            set(document, &path, "groups", json!(["EVERYONE"]));
        }
        if texts("scopes").contains(&json!("a")) {
            ensure(
                document,
                &["okta", "authorization_servers", server, "scopes", "a"],
            );
        }
        // Okta's own idle time is longer than that
        if own["refresh_token_minutes"] == 600 {
            set(document, &path, "refresh_token_window_minutes", json!(300));
        }
    }
}

fn claims(document: &mut Json, server: &str) {
    let at = |claim| ["okta", "authorization_servers", server, "claims", claim];
    let scoped = member(document, &at("c"), "scopes") == &json!(["a"]);
    if scoped && is_present(document, &at("c")) {
        ensure(
            document,
            &["okta", "authorization_servers", server, "scopes", "a"],
        );
    }
    if member(document, &at("c"), "token") != "id" {
        // an access token always has its claims
        unset(document, &at("c"), &["always_include"]);
    }
    if member(document, &at("g"), "value_type") == "expression" {
        unset(document, &at("g"), &["group_filter"]);
    }
}

/// Makes a server one that gives machines tokens with the scope `a` and the claim `client_id`.
pub(super) fn grants(document: &mut Json, server: &str) {
    let top = ["okta", "authorization_servers", server];
    let at = |below: &[&'static str]| -> Vec<&str> {
        top.iter().copied().chain(below.iter().copied()).collect()
    };
    if server != "default" {
        ensure(document, &top);
    }
    for path in [
        at(&["scopes", "a"]),
        at(&["claims", "client_id"]),
        at(&["policies", "p"]),
        at(&["policies", "p", "rules", "r"]),
    ] {
        ensure(document, &path);
    }
    // what is live may be otherwise, so it is said
    let scope = at(&["scopes", "a"]);
    let consent = member(document, &scope, "consent");
    if consent.is_null() || consent == "required" {
        set(document, &scope, "consent", json!("implicit"));
    }
    for path in [
        at(&["claims", "client_id"]),
        at(&["policies", "p"]),
        at(&["policies", "p", "rules", "r"]),
    ] {
        set(document, &path, "active", json!(true));
    }
    let rule = at(&["policies", "p", "rules", "r"]);
    let scopes = member(document, &rule, "scopes");
    if scopes.as_array().is_none_or(|scopes| scopes.len() > 1) {
        set(document, &rule, "scopes", json!(["a"]));
    }
}

/// Takes an entry out of what holds it, when it says nothing at all.
pub(super) fn drop_empty(document: &mut Json, path: &[&str]) {
    let empty = entry_mut(document, path)
        .and_then(|entry| entry.as_object())
        .is_some_and(serde_json::Map::is_empty);
    if empty {
        remove(document, path);
    }
}
