//! What both vendors have, read by plain requests: no client of ours takes part.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use dcrsync::sandbox::Sandbox;
use serde_json::{Value as Json, json};

use crate::world::plain_client;

/// Members that differ between two worlds that are otherwise the same.
const VOLATILE: [&str; 12] = [
    "orn",
    "_links",
    "created",
    "created_at",
    "lastUpdated",
    "updated_at",
    "kid",
    "lastRotated",
    "nextRotation",
    "client_secret",
    "client_id_issued_at",
    "last_used_at",
];

/// All objects of both vendors.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Dump {
    objects: BTreeMap<String, Vec<Json>>,
    /// Addresses, which are other ones in each sandbox.
    origins: [(String, &'static str); 3],
}

/// Lists everything.
pub(crate) async fn dump(sandbox: &Sandbox) -> Dump {
    let vendors = Plain {
        http: plain_client(),
        sandbox,
    };
    let mut all = BTreeMap::new();
    let servers = vendors.okta("/api/v1/authorizationServers?limit=200").await;
    for server in &servers {
        let (id, name) = (text(server, "id"), text(server, "name"));
        let base = format!("/api/v1/authorizationServers/{id}");
        let mut rules = Vec::new();
        let policies = vendors.okta(&format!("{base}/policies")).await;
        for policy in &policies {
            let below = format!("{base}/policies/{}/rules", text(policy, "id"));
            let mut found = vendors.okta(&below).await;
            for rule in &mut found {
                rule["policy"] = policy["name"].clone();
            }
            rules.extend(found);
        }
        let scopes = vendors.okta(&format!("{base}/scopes?limit=200")).await;
        let claims = vendors.okta(&format!("{base}/claims")).await;
        all.insert(format!("okta {name} policies"), policies);
        all.insert(format!("okta {name} rules"), rules);
        all.insert(format!("okta {name} scopes"), scopes);
        all.insert(format!("okta {name} claims"), claims);
    }
    all.insert("okta servers".to_owned(), servers);
    let apps = vendors.okta("/api/v1/apps?limit=200").await;
    let mut secrets = Vec::new();
    for app in &apps {
        let path = format!("/api/v1/apps/{}/credentials/secrets", text(app, "id"));
        for secret in vendors.okta(&path).await {
            secrets.push(json!({ "app": app["label"], "status": secret["status"] }));
        }
    }
    all.insert("okta apps".to_owned(), apps);
    all.insert("okta secrets".to_owned(), secrets);
    for (name, path) in [
        ("providers", "/v2/dcr-providers"),
        ("strategies", "/v2/application-auth-strategies"),
        ("apis", "/v3/apis"),
        ("publications", "/v3/api-publications"),
    ] {
        all.insert(format!("konnect {name}"), vendors.konnect(path).await);
    }
    let portals = vendors.konnect("/v3/portals").await;
    for portal in &portals {
        let (id, name) = (text(portal, "id"), text(portal, "name"));
        for below in [
            "applications",
            "application-registrations",
            "developers",
            "teams",
        ] {
            let found = vendors.konnect(&format!("/v3/portals/{id}/{below}")).await;
            all.insert(format!("konnect {name} {below}"), found);
        }
    }
    all.insert("konnect portals".to_owned(), portals);
    let origins = &sandbox.origins;
    let host = |origin: &str| origin.trim_start_matches("http://").to_owned();
    Dump {
        objects: all,
        origins: [
            (host(&origins.okta), "<okta>"),
            (host(&origins.konnect), "<konnect>"),
            (host(&origins.portal), "<portal>"),
        ],
    }
}

impl Dump {
    /// The same without ids and times, so that two worlds can be compared.
    fn modulo_ids(&self) -> BTreeMap<String, Vec<String>> {
        let mut names: Vec<(String, String)> = Vec::new();
        for (collection, objects) in &self.objects {
            for object in objects {
                let name = ["name", "label", "email", "slug"]
                    .iter()
                    .find_map(|member| object[*member].as_str())
                    .unwrap_or("?");
                for member in ["id", "client_id"] {
                    if let Some(id) = object[member].as_str() {
                        names.push((id.to_owned(), format!("<{collection}/{name}>")));
                    }
                }
                if let Some(id) = object.pointer("/credentials/oauthClient/client_id") {
                    let id = id.as_str().unwrap().to_owned();
                    names.push((id, format!("<client of {name}>")));
                }
            }
        }
        // the built-in server's id is `default`, which is no id to look for elsewhere
        names.retain(|(id, _)| id.len() > 10);
        for (origin, name) in &self.origins {
            names.push((origin.clone(), (*name).to_owned()));
        }
        self.objects
            .iter()
            .map(|(collection, objects)| {
                let mut lines: Vec<String> = objects
                    .iter()
                    .map(|object| {
                        let mut object = object.clone();
                        strip(&mut object);
                        let mut line = object.to_string();
                        for (id, name) in &names {
                            line = line.replace(id, name);
                        }
                        line
                    })
                    .collect();
                lines.sort();
                (collection.clone(), lines)
            })
            .collect()
    }

    /// What another world has more (`+`) and what it lacks (`-`).
    pub(crate) fn difference(&self, other: &Self) -> String {
        let (ours, theirs) = (self.modulo_ids(), other.modulo_ids());
        let mut lines = String::new();
        let collections: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
        for collection in collections {
            let mut more = theirs.get(collection).cloned().unwrap_or_default();
            for object in ours.get(collection).into_iter().flatten() {
                if let Some(at) = more.iter().position(|other| other == object) {
                    more.remove(at);
                } else {
                    let _ = writeln!(lines, "- {collection}: {object}");
                }
            }
            for object in more {
                let _ = writeln!(lines, "+ {collection}: {object}");
            }
        }
        lines
    }

    /// The objects of a collection.
    pub(crate) fn of(&self, collection: &str) -> &[Json] {
        self.objects.get(collection).map_or(&[], Vec::as_slice)
    }

    /// The objects of a collection that have this name.
    pub(crate) fn named(&self, collection: &str, name: &str) -> Vec<&Json> {
        let same = |object: &&Json| object["name"] == name || object["label"] == name;
        self.of(collection).iter().filter(same).collect()
    }
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

fn text<'a>(object: &'a Json, member: &str) -> &'a str {
    object[member].as_str().unwrap()
}

struct Plain<'a> {
    http: reqwest::Client,
    sandbox: &'a Sandbox,
}

impl Plain<'_> {
    async fn okta(&self, path: &str) -> Vec<Json> {
        let token = format!("SSWS {}", self.sandbox.okta_token);
        let url = format!("{}{path}", self.sandbox.origins.okta);
        let body = self.get(&url, &token).await;
        body.as_array().unwrap().clone()
    }

    async fn konnect(&self, path: &str) -> Vec<Json> {
        let token = format!("Bearer {}", self.sandbox.konnect_token);
        let url = format!("{}{path}?page[size]=100", self.sandbox.origins.konnect);
        let body = self.get(&url, &token).await;
        body["data"].as_array().unwrap().clone()
    }

    async fn get(&self, url: &str, token: &str) -> Json {
        let sent = self.http.get(url).header("authorization", token).send();
        let answer = sent.await.unwrap();
        assert_eq!(answer.status().as_u16(), 200, "GET {url}");
        answer.json().await.unwrap()
    }
}
