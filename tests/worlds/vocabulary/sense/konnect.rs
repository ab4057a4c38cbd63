use serde_json::{Value as Json, json};

use super::super::{entry, is_present, put, remove};
use super::okta;
use super::{ensure, member, set, unset};

const MAIN: [&str; 3] = ["konnect", "dcr_providers", "main"];
const SIDE: [&str; 3] = ["konnect", "dcr_providers", "side"];
const OIDC: [&str; 3] = ["konnect", "auth_strategies", "oidc"];
const KEYS: [&str; 3] = ["konnect", "auth_strategies", "keys"];
const PLAIN: [&str; 3] = ["konnect", "auth_strategies", "plain"];
const LAB: [&str; 3] = ["konnect", "portals", "lab"];
const LAB_ORDERS: [&str; 3] = ["konnect", "publications", "lab-orders"];

/// What hangs on others is not forgotten but declared absent: an undeclared publication would keep
/// its strategy from being deleted, and only a person could help that.
pub(super) fn leave_nothing_behind(document: &mut Json, before: &Json) {
    let pruned = document["konnect"]["prune"] == true;
    for slot in super::slots() {
        let path = &slot.path[..];
        let hangs = matches!(path, ["konnect", "publications" | "apps", _]);
        let holds = matches!(path, ["konnect", "dcr_providers" | "auth_strategies", _]);
        if !(hangs || holds && !pruned) || entry(document, path).is_some() {
            continue;
        }
        let Some(old) = entry(before, path) else {
            continue;
        };
        let mut tombstone = json!({ "state": "absent" });
        for name in slot.always {
            if !old[*name].is_null() {
                tombstone[*name] = old[*name].clone();
            }
        }
        put(document, path, &tombstone);
    }
}

/// Keeps what a document cannot take back by silence: who is used by a member that is not said any
/// more is still used, and could not be deleted.
pub(super) fn keep_saying(document: &mut Json, before: &Json) {
    for (section, field) in [
        ("portals", "default_auth_strategy"),
        ("publications", "auth_strategy"),
        ("auth_strategies", "dcr_provider"),
        ("apps", "owner"),
    ] {
        let names: Vec<String> = entry(document, &["konnect", section])
            .and_then(Json::as_object)
            .map_or_else(Vec::new, |entries| entries.keys().cloned().collect());
        for name in &names {
            let path = ["konnect", section, name];
            let said = member(before, &path, field).clone();
            let silent = member(document, &path, field).is_null();
            // another owner is another application, and a client has one
            if !said.is_null() && (silent || field == "owner") && is_present(document, &path) {
                set(document, &path, field, said);
            }
        }
    }
}

/// A publication without a strategy of its own takes the portal's.
pub(super) fn defaults(document: &mut Json) {
    for name in ["orders", "billing", "lab-orders"] {
        let path = ["konnect", "publications", name];
        let portal = member(document, &path, "portal").clone();
        let portal = ["konnect", "portals", portal.as_str().unwrap_or_default()];
        let strategy = member(document, &portal, "default_auth_strategy").clone();
        let silent = member(document, &path, "auth_strategy").is_null();
        if silent && strategy.is_string() && is_present(document, &path) {
            set(document, &path, "auth_strategy", strategy);
        }
    }
}

pub(super) fn apps(document: &mut Json) {
    for app in ["mobile", "batch", "old"] {
        let path = ["konnect", "apps", app];
        if !is_present(document, &path) {
            continue;
        }
        ensure(document, &OIDC);
        let owner = member(document, &path, "owner").clone();
        let person = owner["developer"].is_string();
        if !person || member(document, &path, "login").is_null() {
            // only its owner can change that
            unset(document, &path, &["description", "login"]);
        }
        let apis = member(document, &path, "apis").clone();
        for api in apis.as_array().into_iter().flatten() {
            let publication = ["konnect", "publications", api.as_str().unwrap()];
            ensure(document, &publication);
            set(document, &publication, "auth_strategy", json!("oidc"));
        }
    }
}

pub(super) fn portals(document: &mut Json) {
    if is_present(document, &LAB_ORDERS) {
        ensure(document, &LAB);
    } else if !is_present(document, &LAB) && entry(document, &LAB_ORDERS).is_none() {
        // a portal goes only when nothing is published there
        let lab = entry(document, &LAB).is_some();
        if lab {
            put(
                document,
                &LAB_ORDERS,
                &json!({ "state": "absent", "portal": "lab", "api": "orders" }),
            );
        }
    }
}

pub(super) fn strategies(document: &mut Json) {
    if is_present(document, &OIDC) {
        ensure(document, &MAIN);
    }
    if is_present(document, &KEYS) {
        let openid = member(document, &KEYS, "strategy_type") == "openid_connect";
        if openid {
            unset(document, &KEYS, &["key_names"]);
            for (name, value) in [
                ("issuer", json!("https://keys.example")),
                ("scopes", json!(["a"])),
                ("credential_claims", json!(["sub"])),
                ("auth_methods", json!(["bearer"])),
            ] {
                set(document, &KEYS, name, value);
            }
        }
    }
    if is_present(document, &PLAIN) {
        if member(document, &PLAIN, "dcr_provider") == "side" {
            ensure(document, &SIDE);
            unset(document, &PLAIN, &["authorization_server", "issuer"]);
        } else if member(document, &PLAIN, "authorization_server").is_string() {
            unset(document, &PLAIN, &["issuer"]);
            set(document, &PLAIN, "scopes", json!(["a"]));
            set(document, &PLAIN, "credential_claims", json!(["client_id"]));
            okta::grants(document, "default");
        }
    }
}

pub(super) fn providers(document: &mut Json) {
    if is_present(document, &MAIN) {
        let server = member(document, &MAIN, "authorization_server").clone();
        let server = server.as_str().unwrap();
        if is_present(document, &OIDC) {
            okta::grants(document, server);
        } else if server != "default" {
            ensure(document, &["okta", "authorization_servers", server]);
        }
    }
    if is_present(document, &SIDE) {
        let foreign: &[&str] = match member(document, &SIDE, "type").as_str() {
            Some("auth0") => &BRIDGE,
            Some("http") => &[
                "client_id",
                "client_secret",
                "audience",
                "use_developer_managed_scopes",
            ],
            _ => &[&BRIDGE[..], &["audience", "use_developer_managed_scopes"]].concat(),
        };
        unset(document, &SIDE, foreign);
    }
}

/// The members that only a provider of type `http` has.
const BRIDGE: [&str; 5] = [
    "base_url",
    "api_key",
    "disable_event_hooks",
    "disable_refresh_secret",
    "allow_multiple_credentials",
];

/// Declares absent what was declared.
fn tombstone(document: &mut Json, path: &[&str]) {
    let own = entry(document, path).cloned().unwrap_or_default();
    let mut stone = json!({ "state": "absent" });
    for name in super::slot(path).always {
        if !own[*name].is_null() {
            stone[*name] = own[*name].clone();
        }
    }
    remove(document, path);
    put(document, path, &stone);
}

/// Takes away what points at nothing.
pub(super) fn references(document: &mut Json) {
    for (section, names, field) in [
        (
            "portals",
            &["developer-portal", "lab"][..],
            "default_auth_strategy",
        ),
        (
            "publications",
            &["orders", "billing", "lab-orders"],
            "auth_strategy",
        ),
    ] {
        for name in names {
            let path = ["konnect", section, name];
            let Some(strategy) = member(document, &path, field).as_str().map(str::to_owned) else {
                continue;
            };
            if is_present(document, &["konnect", "auth_strategies", &strategy]) {
                continue;
            }
            let other = ["oidc", "keys", "plain"]
                .into_iter()
                .find(|other| is_present(document, &["konnect", "auth_strategies", other]));
            match other {
                Some(other) => set(document, &path, field, json!(other)),
                None if section == "portals" => unset(document, &path, &[field]),
                None => tombstone(document, &path),
            }
        }
    }
    okta::drop_empty(document, &["konnect", "portals", "developer-portal"]);
    let named = |section: &str| {
        let entries = document["konnect"][section]
            .as_object()
            .into_iter()
            .flatten();
        let mut wanted = entries.filter(|(_, entry)| entry["state"] != "absent");
        wanted.any(|(_, entry)| entry["portal"] == "developer-portal")
    };
    // a portal of ours that nobody names would go, and it cannot while others publish there
    if document["konnect"]["prune"] == true && !named("publications") && !named("apps") {
        let portal = ["konnect", "portals", "developer-portal"];
        if !is_present(document, &portal) {
            put(document, &portal, &json!({ "description": "one" }));
        }
    }
    if !is_present(document, &LAB) && is_present(document, &LAB_ORDERS) {
        remove(document, &LAB_ORDERS);
    }
}
