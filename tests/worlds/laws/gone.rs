//! Nothing is deleted but what was declared absent, may be pruned, or has to be made anew.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::Round;
use crate::picture::Thing;
use crate::stage::OURS;

/// Fields that only a new object can have.
const FIXED: [(&str, &str); 4] = [
    ("konnect.dcr_provider", "type"),
    ("konnect.auth_strategy", "strategy_type"),
    ("konnect.app", "auth_strategy"),
    ("konnect.app", "client_id"),
];

/// The ids of what may go, in the world before.
pub(super) fn may_go(round: &Round<'_>) -> BTreeSet<String> {
    let mut gone: BTreeSet<String> = BTreeSet::new();
    loop {
        let more: Vec<&Thing> = round
            .before
            .things
            .iter()
            .filter(|thing| !gone.contains(&thing.id) && goes(round, thing, &gone))
            .collect();
        if more.is_empty() {
            return gone;
        }
        gone.extend(more.iter().map(|thing| thing.id.clone()));
    }
}

fn goes(round: &Round<'_>, thing: &Thing, gone: &BTreeSet<String>) -> bool {
    let declared = round.declared_before(thing);
    let absent = declared.is_some_and(|wanted| wanted.absent);
    let anew = declared.is_some_and(|wanted| {
        wanted
            .said
            .iter()
            .any(|said| FIXED.contains(&(thing.kind, said.field)) && !said.holds(thing))
    });
    let pruned = declared.is_none() && pruned(round, thing);
    let inside = thing
        .parent
        .as_ref()
        .is_some_and(|parent| gone.contains(parent));
    let hangs = holders(thing).iter().any(|id| gone.contains(id));
    let hangs = hangs && (declared.is_some() || thing.kind == "konnect.registration");
    // Konnect takes the client along that it registered
    let client = &thing.json["credentials"]["oauthClient"]["client_id"];
    let registered = thing.kind == "okta.client"
        && declared.is_none()
        && round.before.of("konnect.app").any(|app| {
            gone.contains(&app.id)
                && app.json["client_id"] == *client
                && *client != "old-client-0001"
        });
    let secret = thing.kind == "okta.secret" && renewed(round, thing);
    absent
        || anew
        || pruned
        || inside
        || hangs
        || registered
        || secret
        || round.excused.contains(&thing.id)
}

/// Tells whether Konnect keeps what has this id while the thing points at it.
pub(crate) fn uses(thing: &Thing, id: &str) -> bool {
    let portal = thing.json.pointer("/portal_id").and_then(Json::as_str);
    let published = thing.kind == "konnect.publication" && portal == Some(id);
    published
        || thing.kind != "konnect.registration" && holders(thing).iter().any(|held| held == id)
}

/// What a thing cannot be without.
fn holders(thing: &Thing) -> Vec<String> {
    let pointers: &[&str] = match thing.kind {
        "konnect.auth_strategy" => &["/dcr_provider/id"],
        "konnect.publication" => &["/auth_strategy_ids/0"],
        "konnect.app" => &["/auth_strategy/id"],
        "konnect.registration" => &["/application/id"],
        _ => &[],
    };
    let ids = pointers
        .iter()
        .filter_map(|pointer| thing.json.pointer(pointer)?.as_str());
    ids.map(str::to_owned).collect()
}

fn pruned(round: &Round<'_>, thing: &Thing) -> bool {
    let below_server = matches!(
        thing.kind,
        "okta.scope" | "okta.claim" | "okta.policy" | "okta.policy_rule"
    );
    if below_server {
        let server = thing.key.split('/').next().unwrap_or_default();
        let entry = &round.document["okta"]["authorization_servers"][server];
        return entry["prune"] == true
            && entry["state"] != "absent"
            && thing.json["system"] != true;
    }
    let marked = thing.json["labels"]["dcrsync-owner"] == OURS;
    round.document["konnect"]["prune"] == true && thing.kind.starts_with("konnect") && marked
}

/// Secrets of the clients that dcrsync keeps come and go, never the last one.
fn renewed(round: &Round<'_>, secret: &Thing) -> bool {
    let client = secret.parent.as_deref().unwrap_or_default();
    let Some(client) = round.before.by_id("okta.client", client) else {
        return true;
    };
    let declared = round.declared_before(client).is_some();
    let id = &client.json["credentials"]["oauthClient"]["client_id"];
    let of_an_app = round
        .before
        .of("konnect.app")
        .any(|app| app.json["client_id"] == *id && round.declared_before(app).is_some());
    (declared || of_an_app) && *id != "old-client-0001"
}

/// Things that are gone and had to stay, and things that are there and came from nowhere.
pub(super) fn wrong(
    round: &Round<'_>,
    may_go: &BTreeSet<String>,
    mut forgotten: usize,
) -> Vec<String> {
    let mut wrong = Vec::new();
    for thing in &round.before.things {
        let there = round.after.by_id(thing.kind, &thing.id).is_some();
        if !there && !may_go.contains(&thing.id) {
            wrong.push(format!(
                "{} {} ({}) is gone",
                thing.kind, thing.key, thing.id
            ));
        }
    }
    let mut forgot = BTreeSet::new();
    // a client stands after its secrets
    for thing in round.after.things.iter().rev() {
        let new = round.before.by_id(thing.kind, &thing.id).is_none();
        if !new || comes(round, thing) {
            continue;
        }
        if thing.kind == "okta.client" && forgotten > 0 {
            forgotten -= 1;
            forgot.insert(&thing.id);
        } else if thing.parent.as_ref().is_none_or(|of| !forgot.contains(of)) {
            wrong.push(format!("{} {} came from nowhere", thing.kind, thing.key));
        }
    }
    wrong
}

fn comes(round: &Round<'_>, thing: &Thing) -> bool {
    let declared = round.declared(thing).is_some_and(|wanted| !wanted.absent);
    let system = thing.json["system"] == true;
    let client = |client: &Thing| {
        let id = &client.json["credentials"]["oauthClient"]["client_id"];
        let mut apps = round.after.of("konnect.app");
        *id != Json::Null && apps.any(|app| app.json["client_id"] == *id)
    };
    let secret = || {
        let parent = thing.parent.as_deref().unwrap_or_default();
        let of = round.after.by_id("okta.client", parent);
        of.is_some_and(|of| client(of) || round.declared(of).is_some())
    };
    declared
        || system
        || thing.kind == "okta.client" && client(thing)
        || thing.kind == "okta.secret" && secret()
        || round.excused.contains(&thing.id)
}
