//! What is there before the document: ours, other owners', nobody's, under names that it declares and others.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Map, Value as Json, json};

use crate::stage::{OURS, Stage};

/// One thing that somebody made; `{name}` in its path is the id of what was made under that name.
struct Plant {
    name: &'static str,
    path: String,
    body: Json,
}

/// How many bytes choose what is there.
pub(crate) const SIZE: usize = 19;

/// One thing of each sort that no document speaks of, and nobody's.
pub(crate) const STRANGERS: [(usize, u8); 8] = [
    (0, 1),
    (3, 1),
    (6, 2),
    (8, 2),
    (10, 1),
    (12, 1),
    (14, 1),
    (18, 1),
];

/// Makes it, as administrators do.
pub(crate) async fn plant(stage: &Stage, chosen: &[(usize, u8)]) {
    let mut bytes = [0; SIZE];
    for (at, byte) in chosen {
        bytes[*at] = *byte;
    }
    let mut ids = BTreeMap::new();
    for path in ["/v3/portals", "/v2/application-auth-strategies", "/v3/apis"] {
        let listed = stage
            .konnect
            .send(path, Method::GET, path, None)
            .await
            .unwrap();
        for object in listed["data"].as_array().unwrap() {
            let text = |member: &str| object[member].as_str().unwrap().to_owned();
            ids.insert(format!("{path}/{}", text("name")), text("id"));
        }
    }
    let id = |path: &str| ids[path].clone();
    let portal = id("/v3/portals/developer-portal");
    let people = format!("/v3/portals/{portal}/developers");
    let people = stage
        .konnect
        .send("people", Method::GET, &people, None)
        .await
        .unwrap();
    let person = people["data"].as_array().unwrap().iter();
    let person = person
        .filter(|person| person["email"] == "else@example.com")
        .find_map(|person| person["id"].as_str());
    let known = Known {
        issuer: format!("{}/oauth2/default", stage.sandbox.origins.okta),
        keys: id("/v2/application-auth-strategies/key-auth"),
        orders: id("/v3/apis/orders"),
        theirs: id("/v3/apis/theirs"),
        person: person.unwrap().to_owned(),
        portal,
    };
    let mut made: BTreeMap<&'static str, String> = BTreeMap::new();
    for plant in plants(&bytes, &known) {
        let mut path = plant.path;
        for (name, id) in &made {
            path = path.replace(&format!("{{{name}}}"), id);
        }
        let (hand, method) = if path.starts_with("/api/") {
            (&stage.okta, Method::POST)
        } else if path.contains("/publications/") {
            (&stage.konnect, Method::PUT)
        } else if path == format!("/v3/portals/{}", known.portal) {
            (&stage.konnect, Method::PATCH)
        } else {
            (&stage.konnect, Method::POST)
        };
        let answer = hand
            .send(plant.name, method, &path, Some(&plant.body))
            .await
            .unwrap();
        if let Some(id) = answer["id"].as_str() {
            made.insert(plant.name, id.to_owned());
        }
    }
}

/// What the plants point at.
struct Known {
    issuer: String,
    portal: String,
    keys: String,
    orders: String,
    theirs: String,
    person: String,
}

/// Labels that say whose an object is: nobody's, another document's, ours, kongctl's.
fn labels(byte: u8) -> Json {
    let mut labels = Map::new();
    labels.insert("made-by".to_owned(), json!("hand"));
    match byte % 5 {
        2 => drop(labels.insert("dcrsync-owner".to_owned(), json!("other"))),
        3 => drop(labels.insert("dcrsync-owner".to_owned(), json!(OURS))),
        4 => drop(labels.insert("KONGCTL-namespace".to_owned(), json!("platform"))),
        _ => {}
    }
    Json::Object(labels)
}

fn plants(bytes: &[u8], known: &Known) -> Vec<Plant> {
    let mut bytes = bytes.iter().copied().chain(std::iter::repeat(0));
    let mut next = || bytes.next().unwrap_or_default();
    let mut plants = Vec::new();
    let mut add = |name, path: &str, body| {
        plants.push(Plant {
            name,
            path: path.to_owned(),
            body,
        });
    };
    let default = "/api/v1/authorizationServers/default";
    for name in ["theirs", "a", "b"] {
        let byte = next();
        if byte % 3 > 0 {
            let consent = if byte % 3 == 2 && name != "a" {
                "REQUIRED"
            } else {
                "IMPLICIT"
            };
            let body = json!({ "name": name, "description": "by hand", "displayName": "By hand", "consent": consent,
                "metadataPublish": "ALL_CLIENTS" });
            add("scope", &format!("{default}/scopes"), body);
        }
    }
    for name in ["theirs", "c", "client_id"] {
        if next() % 3 > 0 {
            let body = json!({ "name": name, "claimType": "RESOURCE", "valueType": "EXPRESSION", "value": "app.clientId",
                "status": "ACTIVE", "conditions": { "scopes": [] } });
            add("claim", &format!("{default}/claims"), body);
        }
    }
    for (name, of) in [("theirs", "policy"), ("p", "policy of p")] {
        let byte = next();
        if byte % 4 == 0 {
            continue;
        }
        let body = json!({ "type": "OAUTH_AUTHORIZATION_POLICY", "name": name, "description": "by hand",
            "priority": byte % 3 + 1, "conditions": { "clients": { "include": ["ALL_CLIENTS"] } } });
        add(of, &format!("{default}/policies"), body);
        for rule in ["stray", "r"].iter().take(usize::from(byte % 4 - 1)) {
            let body = json!({ "type": "RESOURCE_ACCESS", "name": rule, "priority": 1, "conditions": {
                "people": { "groups": { "include": ["EVERYONE"] } },
                "grantTypes": { "include": ["client_credentials"] }, "scopes": { "include": ["*"] } } });
            add("rule", &format!("{default}/policies/{{{of}}}/rules"), body);
        }
    }
    for (name, of) in [("theirs", "server of theirs"), ("partners", "server")] {
        let byte = next();
        if byte % 3 > 0 {
            let body =
                json!({ "name": name, "description": "by hand", "audiences": ["api://hand"] });
            add(of, "/api/v1/authorizationServers", body);
        }
        if byte % 3 > 1 {
            let body = json!({ "name": "a", "description": "by hand" });
            add(
                "scope",
                &format!("/api/v1/authorizationServers/{{{of}}}/scopes"),
                body,
            );
        }
    }
    for name in ["theirs", "batch"] {
        let byte = next();
        if byte % 3 > 0 {
            let mut body = json!({ "name": "oidc_client", "label": name, "signOnMode": "OPENID_CONNECT",
                "credentials": { "oauthClient": { "token_endpoint_auth_method": "client_secret_basic" } },
                "settings": { "oauthClient": { "application_type": "service",
                    "grant_types": ["client_credentials"], "response_types": ["token"] } } });
            if byte % 3 == 2 {
                body["profile"] = json!({ "dcrsync_owner": "other", "note": "by hand" });
            }
            add("client", "/api/v1/apps", body);
        }
    }
    for name in ["theirs", "side"] {
        let byte = next();
        if byte % 5 > 0 {
            let body = json!({ "name": name, "provider_type": "curity", "issuer": known.issuer, "labels": labels(byte),
                "dcr_config": { "initial_client_id": "hand", "initial_client_secret": "secret-by-hand" } });
            add("provider", "/v2/dcr-providers", body);
        }
    }
    for name in ["theirs", "keys"] {
        let byte = next();
        if byte % 5 > 0 {
            let body = json!({ "name": name, "display_name": "By hand", "strategy_type": "key_auth",
                "labels": labels(byte), "configs": { "key-auth": { "key_names": ["hand"] } } });
            add("strategy", "/v2/application-auth-strategies", body);
        }
    }
    let byte = next();
    if byte % 5 > 1 {
        let body = json!({ "labels": labels(byte) });
        add("portal", &format!("/v3/portals/{}", known.portal), body);
    }
    let byte = next();
    if byte % 3 > 0 {
        let body = json!({ "auth_strategy_ids": [known.keys], "visibility": "private" });
        let api = if byte % 3 == 1 {
            &known.orders
        } else {
            &known.theirs
        };
        let path = format!("/v3/apis/{api}/publications/{}", known.portal);
        add("publication", &path, body);
    }
    let byte = next();
    if byte % 2 > 0 {
        let body = json!({ "auth_strategy_ids": [known.keys] });
        let path = format!("/v3/apis/{}/publications/{}", known.theirs, known.portal);
        add("publication", &path, body);
        let apps = format!("/v3/portals/{}/applications", known.portal);
        let body = json!({ "name": "theirs", "owner": { "type": "developer", "id": known.person },
            "auth_strategy_id": known.keys });
        add("app", &apps, body);
        let body = json!({ "api_id": known.theirs, "status": "pending" });
        add(
            "registration",
            &format!("{apps}/{{app}}/registrations"),
            body,
        );
    }
    plants
}
