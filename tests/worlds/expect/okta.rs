use serde_json::{Value as Json, json};

use super::{How, Wanted, entries, name};

pub(super) fn wanted(document: &Json) -> Vec<Wanted> {
    let mut all = Vec::new();
    for (server_key, server) in entries(&document["okta"]["authorization_servers"]) {
        let here = name(server_key, server);
        let own = Wanted::new("okta.authorization_server", &[here], server)
            .says("name", "/name", json!(here))
            .takes(
                server,
                &[("description", "/description"), ("audiences", "/audiences")],
            )
            .takes(
                &upper(server, "issuer_mode"),
                &[("issuer_mode", "/issuerMode")],
            );
        if own.absent || own.said.len() > 1 {
            all.push(own);
        }
        for (key, scope) in entries(&server["scopes"]) {
            all.push(self::scope(here, name(key, scope), scope).renamed(0, server));
        }
        for (key, claim) in entries(&server["claims"]) {
            all.push(self::claim(here, name(key, claim), claim).renamed(0, server));
        }
        for (key, policy) in entries(&server["policies"]) {
            let named = name(key, policy);
            all.push(self::policy(here, named, policy).renamed(0, server));
            for (key, rule) in entries(&policy["rules"]) {
                let rule = self::rule(&[here, named, name(key, rule)], rule);
                all.push(rule.renamed(0, server).renamed(1, policy));
            }
        }
    }
    all
}

/// A copy of an entry in which a member is in Okta's capitals.
fn upper(entry: &Json, member: &str) -> Json {
    let mut entry = entry.clone();
    if let Some(text) = entry[member].as_str() {
        entry[member] = json!(text.to_uppercase());
    } else if let Some(members) = entry.as_object_mut() {
        members.shift_remove(member);
    }
    entry
}

/// A copy in which `active` is Okta's word.
fn status(entry: &Json) -> Json {
    let mut entry = entry.clone();
    if let Some(active) = entry["active"].as_bool() {
        entry["active"] = json!(if active { "ACTIVE" } else { "INACTIVE" });
    } else if let Some(members) = entry.as_object_mut() {
        members.shift_remove("active");
    }
    entry
}

fn scope(server: &str, name: &str, entry: &Json) -> Wanted {
    Wanted::new("okta.scope", &[server, name], entry)
        .says("name", "/name", json!(name))
        .takes(
            &upper(&upper(entry, "consent"), "metadata_publish"),
            &[
                ("description", "/description"),
                ("display_name", "/displayName"),
                ("consent", "/consent"),
                ("metadata_publish", "/metadataPublish"),
                ("default", "/default"),
                ("optional", "/optional"),
            ],
        )
        .without_ignored(entry)
}

fn claim(server: &str, name: &str, entry: &Json) -> Wanted {
    let token = entry["token"].as_str().unwrap_or("access");
    let mut words = upper(&upper(entry, "value_type"), "group_filter");
    if words["value_type"] == "EXPRESSION" {
        // an expression filters nothing
        words["group_filter"] = Json::Null;
    }
    Wanted::new("okta.claim", &[server, token, name], entry)
        .says("name", "/name", json!(name))
        .says(
            "token",
            "/claimType",
            json!(if token == "id" {
                "IDENTITY"
            } else {
                "RESOURCE"
            }),
        )
        .takes(
            &status(&words),
            &[
                ("value", "/value"),
                ("value_type", "/valueType"),
                ("group_filter", "/group_filter_type"),
                ("scopes", "/conditions/scopes"),
                ("always_include", "/alwaysIncludeInToken"),
                ("active", "/status"),
            ],
        )
}

fn policy(server: &str, name: &str, entry: &Json) -> Wanted {
    let mut entry = status(entry);
    if entry["clients"] == "all" {
        entry["clients"] = json!(["ALL_CLIENTS"]);
    }
    let own = Wanted::new("okta.policy", &[server, name], &entry)
        .says("name", "/name", json!(name))
        .takes(
            &entry,
            &[("description", "/description"), ("active", "/status")],
        );
    let own = match entry.get("clients") {
        Some(clients) => own.says("clients", "/conditions/clients/include", clients.clone()),
        None => own,
    };
    prioritised(own, &entry)
}

fn rule(names: &[&str], entry: &Json) -> Wanted {
    let own = Wanted::new("okta.policy_rule", names, entry)
        .says("name", "/name", json!(names[2]))
        .takes(
            &status(entry),
            &[
                ("grant_types", "/conditions/grantTypes/include"),
                ("scopes", "/conditions/scopes/include"),
                ("groups", "/conditions/people/groups/include"),
                (
                    "access_token_minutes",
                    "/actions/token/accessTokenLifetimeMinutes",
                ),
                (
                    "refresh_token_minutes",
                    "/actions/token/refreshTokenLifetimeMinutes",
                ),
                (
                    "refresh_token_window_minutes",
                    "/actions/token/refreshTokenWindowMinutes",
                ),
                ("active", "/status"),
            ],
        );
    prioritised(own, entry)
}

/// Okta renumbers; only the order among siblings is looked at, by the laws.
fn prioritised(own: Wanted, entry: &Json) -> Wanted {
    match entry.get("priority") {
        Some(priority) => own
            .says("priority", "/priority", priority.clone())
            .how(How::Elsewhere),
        None => own,
    }
}
