//! What people do by hand between two runs: edit, delete, add, lose a file.

use reqwest::Method;
use serde_json::{Value as Json, json};

use crate::picture::{Picture, Thing};
use crate::stage::Stage;

/// Something that somebody does: what, and to which of the things that it could be done to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Drift {
    pub(crate) deed: u8,
    pub(crate) pick: u8,
}

impl Drift {
    /// Does it; what the vendor does not permit is not done.
    pub(crate) async fn happen(self, stage: &Stage) {
        let picture = stage.picture().await;
        match self.deed % 5 {
            0 => self.delete(stage, &picture).await,
            1 | 2 => self.edit(stage, &picture).await,
            3 => self.add(stage).await,
            _ => {
                let file = ["clients.sops.yaml", "batch.sops.yaml"][usize::from(self.pick % 2)];
                let _ = std::fs::remove_file(stage.file(file));
            }
        }
    }

    fn pick<'a>(self, things: &[&'a Thing]) -> Option<&'a Thing> {
        let at = usize::from(self.pick) % things.len().max(1);
        things.get(at).copied()
    }

    async fn delete(self, stage: &Stage, picture: &Picture) {
        let things = picture.things.iter().filter(|thing| {
            // a client that Konnect registered goes by Konnect, or its application is a ghost
            let registered = picture
                .of("konnect.app")
                .any(|app| app.json["client_id"] == *client_id(thing) && app.name != "batch");
            thing.json["system"] != true && !registered && thing.kind != "okta.client"
                || thing.kind == "okta.client" && thing.name == "batch"
        });
        let things: Vec<&Thing> = things
            .filter(|thing| at(thing, picture).is_some())
            .collect();
        let Some(thing) = self.pick(&things) else {
            return;
        };
        let path = at(thing, picture).unwrap();
        if thing.kind == "okta.client" {
            let off = format!("{path}/lifecycle/deactivate");
            let _ = stage.okta.send("off", Method::POST, &off, None).await;
        }
        let _ = hand(stage, thing)
            .send("gone", Method::DELETE, &path, None)
            .await;
    }

    async fn edit(self, stage: &Stage, picture: &Picture) {
        let things: Vec<&Thing> = picture
            .things
            .iter()
            .filter(|thing| at(thing, picture).is_some() && edited(thing, self.deed).is_some())
            .collect();
        let Some(thing) = self.pick(&things) else {
            return;
        };
        let path = at(thing, picture).unwrap();
        let (method, below, body) = edited(thing, self.deed).unwrap();
        let path = format!("{path}{below}");
        let _ = hand(stage, thing)
            .send("edit", method, &path, Some(&body))
            .await;
    }

    async fn add(self, stage: &Stage) {
        let base = "/api/v1/authorizationServers/default";
        let name = ["stray", "a", "b", "b2"][usize::from(self.pick) % 4];
        let scope = json!({ "name": name, "description": "stray" });
        let _ = stage
            .okta
            .send("add", Method::POST, &format!("{base}/scopes"), Some(&scope))
            .await;
        let policy = json!({ "type": "OAUTH_AUTHORIZATION_POLICY", "name": name, "description": "stray", "priority": 1,
            "conditions": { "clients": { "include": ["0oa1example0001"] } } });
        let _ = stage
            .okta
            .send(
                "add",
                Method::POST,
                &format!("{base}/policies"),
                Some(&policy),
            )
            .await;
    }
}

fn client_id(thing: &Thing) -> &Json {
    &thing.json["credentials"]["oauthClient"]["client_id"]
}

/// Whoever administers the vendor of a thing.
pub(crate) fn hand<'a>(stage: &'a Stage, thing: &Thing) -> &'a dcrsync::sandbox::Hand {
    if thing.kind.starts_with("okta") {
        &stage.okta
    } else {
        &stage.konnect
    }
}

/// Where an object is, if people may do something to it here.
pub(crate) fn at(thing: &Thing, picture: &Picture) -> Option<String> {
    let servers = "/api/v1/authorizationServers";
    let (id, parent) = (&thing.id, thing.parent.as_deref().unwrap_or_default());
    Some(match thing.kind {
        "okta.authorization_server" => format!("{servers}/{id}"),
        "okta.scope" => format!("{servers}/{parent}/scopes/{id}"),
        "okta.claim" => format!("{servers}/{parent}/claims/{id}"),
        "okta.policy" => format!("{servers}/{parent}/policies/{id}"),
        "okta.policy_rule" => {
            let policy = picture.by_id("okta.policy", parent)?;
            let server = policy.parent.as_deref()?;
            format!("{servers}/{server}/policies/{parent}/rules/{id}")
        }
        "okta.client" => format!("/api/v1/apps/{id}"),
        "konnect.dcr_provider" => format!("/v2/dcr-providers/{id}"),
        "konnect.auth_strategy" if thing.name != "key-auth" => {
            format!("/v2/application-auth-strategies/{id}")
        }
        "konnect.publication" => {
            let (api, portal) = id.split_once('/')?;
            format!("/v3/apis/{api}/publications/{portal}")
        }
        "konnect.app" => format!("/v3/portals/{parent}/applications/{id}"),
        "konnect.registration" => {
            let app = thing.json["application"]["id"].as_str()?;
            format!("/v3/portals/{parent}/applications/{app}/registrations/{id}")
        }
        _ => return None,
    })
}

/// How an object is edited: method, what stands below its path, body.
fn edited(thing: &Thing, deed: u8) -> Option<(Method, &'static str, Json)> {
    let with = |member: &str, value: Json| {
        let mut body = thing.json.clone();
        body[member] = value;
        Some((Method::PUT, "", body))
    };
    let even = deed.is_multiple_of(2);
    match thing.kind {
        "okta.claim" if thing.json["system"] != true => with("status", json!("INACTIVE")),
        "okta.policy" | "okta.policy_rule" if even => with("priority", json!(1)),
        "okta.scope" | "okta.policy" => with("description", json!("edited")),
        "okta.policy_rule" => with("status", json!("INACTIVE")),
        "okta.client" if thing.name == "batch" => {
            Some((Method::POST, "/lifecycle/deactivate", json!({})))
        }
        "konnect.dcr_provider" if even => Some((
            Method::PATCH,
            "",
            json!({ "issuer": "https://edited.example" }),
        )),
        "konnect.auth_strategy" if even => {
            Some((Method::PATCH, "", json!({ "display_name": "Edited" })))
        }
        "konnect.dcr_provider" | "konnect.auth_strategy" => Some((
            Method::PATCH,
            "",
            json!({ "labels": { "dcrsync-owner": null, "team": "hand" } }),
        )),
        "konnect.publication" => Some((Method::PUT, "", json!({ "visibility": "private" }))),
        "konnect.registration" => Some((Method::PATCH, "", json!({ "status": "revoked" }))),
        _ => None,
    }
}
