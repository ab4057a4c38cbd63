//! What is not declared stays as it is: whole objects, and the members of declared ones.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::Round;
use crate::picture::{Picture, Thing};

/// Members that change by themselves, or with something else.
const VOLATILE: [&str; 15] = [
    "_links",
    "orn",
    "created",
    "created_at",
    "lastUpdated",
    "updated_at",
    "lastRotated",
    "nextRotation",
    // renumbered whenever a sibling comes or goes
    "priority",
    // whether something published uses it
    "active",
    "registration_count",
    "portals",
    // shown again in what points at it
    "_portal_name",
    "last_used_at",
    // of a strategy, what its provider can do
    "supports_multiple_credentials",
];

pub(super) fn wrong(round: &Round<'_>, may_go: &BTreeSet<String>) -> Vec<String> {
    let mut wrong = Vec::new();
    for old in &round.before.things {
        let Some(new) = round.after.by_id(old.kind, &old.id) else {
            continue;
        };
        if old.kind == "okta.secret" {
            continue;
        }
        let (mut was, mut is) = (essence(old, round.after), essence(new, round.after));
        match round.declared_before(old) {
            Some(wanted) => {
                for said in &wanted.said {
                    remove(&mut was, &said.pointer);
                    remove(&mut is, &said.pointer);
                }
            }
            None if may_go.contains(&old.id) => continue,
            None => {}
        }
        clean(&mut was);
        clean(&mut is);
        if was != is {
            wrong.push(format!(
                "{} {} was changed where nothing was declared: {was} became {is}",
                old.kind, old.key
            ));
        }
    }
    wrong
}

/// A thing without what changes by itself.
fn essence(thing: &Thing, now: &Picture) -> Json {
    let mut json = thing.json.clone();
    strip(&mut json);
    // what it points at is shown as a whole and may have been changed: only which one counts
    for member in ["auth_strategy", "dcr_provider", "application", "api"] {
        if let Some(id) = json.pointer(&format!("/{member}/id")).cloned() {
            json[member] = id;
        }
    }
    // Konnect forgets a default that is deleted
    let default = "default_application_auth_strategy_id";
    let is_there = |id: &str| now.by_id("konnect.auth_strategy", id).is_some();
    if json[default].as_str().is_some_and(|id| !is_there(id)) {
        json[default] = Json::Null;
    }
    json
}

fn strip(value: &mut Json) {
    match value {
        Json::Object(members) => {
            members.retain(|name, _| !VOLATILE.contains(&name.as_str()));
            members.values_mut().for_each(strip);
        }
        Json::Array(items) => items.iter_mut().for_each(strip),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}

fn remove(json: &mut Json, pointer: &str) {
    // what is pointed at is told by its id alone
    let pointer = match pointer {
        "/auth_strategy/id" | "/dcr_provider/id" | "/application/id" | "/api/id" => {
            pointer.trim_end_matches("/id")
        }
        other => other,
    };
    let Some((above, last)) = pointer.rsplit_once('/') else {
        return;
    };
    if let Some(Json::Object(members)) = json.pointer_mut(above) {
        members.shift_remove(last);
    }
}

/// Nothing said and nothing there are the same.
fn clean(value: &mut Json) {
    if let Json::Object(members) = value {
        members.values_mut().for_each(clean);
        members.retain(|_, value| match value {
            Json::Null => false,
            Json::Object(inner) => !inner.is_empty(),
            Json::Array(items) => !items.is_empty(),
            Json::Bool(_) | Json::Number(_) | Json::String(_) => true,
        });
    }
}
