use serde_json::{Value as Json, json};

use super::{How, Wanted, entries, name};
use crate::picture::Picture;
use crate::stage::{OURS, fingerprint_of};

pub(super) fn wanted(document: &Json, picture: &Picture, before: &Picture) -> Vec<Wanted> {
    let konnect = &document["konnect"];
    let names = Names {
        document,
        picture,
        before,
    };
    let mut all = Vec::new();
    for (key, entry) in entries(&konnect["dcr_providers"]) {
        all.push(names.provider(key, entry));
    }
    for (key, entry) in entries(&konnect["auth_strategies"]) {
        all.push(names.strategy(key, entry));
    }
    for (key, entry) in entries(&konnect["portals"]) {
        all.push(names.portal(key, entry));
    }
    for (key, entry) in entries(&konnect["publications"]) {
        all.push(names.publication(key, entry));
    }
    for (key, entry) in entries(&konnect["apps"]) {
        names.app(key, entry, &mut all);
    }
    all
}

/// Turns what the document names into the vendors' ids.
struct Names<'a> {
    document: &'a Json,
    picture: &'a Picture,
    before: &'a Picture,
}

impl Names<'_> {
    /// What the vendor calls it now, or did before it went.
    fn id(&self, kind: &str, key: &str) -> String {
        let now = self.picture.id(kind, key);
        if now.is_empty() {
            return self.before.id(kind, key);
        }
        now
    }

    fn named<'a>(&'a self, section: &str, key: &'a str) -> &'a str {
        name(key, &self.document["konnect"][section][key])
    }

    fn strategy_id(&self, key: &Json) -> String {
        let name = self.named("auth_strategies", key.as_str().unwrap_or_default());
        self.id("konnect.auth_strategy", name)
    }

    fn issuer_of(&self, server: &Json) -> Json {
        let server = server.as_str().unwrap_or_default();
        let server = name(
            server,
            &self.document["okta"]["authorization_servers"][server],
        );
        let found = self.picture.find("okta.authorization_server", server);
        found
            .first()
            .map_or(Json::Null, |thing| thing.json["issuer"].clone())
    }

    /// Of the server that an entry names, else as it is written.
    fn issuer(&self, entry: &Json) -> Json {
        if entry["authorization_server"].is_null() {
            entry["issuer"].clone()
        } else {
            self.issuer_of(&entry["authorization_server"])
        }
    }

    fn provider(&self, key: &str, entry: &Json) -> Wanted {
        let kind = match entry["type"].as_str() {
            Some("azure_ad") => "azureAd",
            Some(kind) => kind,
            None => "",
        };
        let here = name(key, entry);
        let mut own = Wanted::new("konnect.dcr_provider", &[here], entry);
        if own.absent {
            return own;
        }
        own = own
            .says("name", "/name", json!(here))
            .says("type", "/provider_type", json!(kind))
            .takes(
                entry,
                &[
                    ("display_name", "/display_name"),
                    ("client_id", "/dcr_config/initial_client_id"),
                    ("audience", "/dcr_config/initial_client_audience"),
                    (
                        "use_developer_managed_scopes",
                        "/dcr_config/use_developer_managed_scopes",
                    ),
                    ("base_url", "/dcr_config/dcr_base_url"),
                    ("disable_event_hooks", "/dcr_config/disable_event_hooks"),
                    (
                        "disable_refresh_secret",
                        "/dcr_config/disable_refresh_secret",
                    ),
                    (
                        "allow_multiple_credentials",
                        "/dcr_config/allow_multiple_credentials",
                    ),
                ],
            );
        let issuer = self.issuer(entry);
        own = own.says("issuer", "/issuer", issuer).how(How::Url);
        for field in ["dcr_token", "client_secret", "api_key"] {
            if let Some(variable) = entry[field]["env"].as_str() {
                let address = format!("konnect.dcr_provider.{key}");
                let print = json!(fingerprint_of(variable, &address));
                own = own.says(field, "/labels/dcrsync-secret", print);
            }
        }
        labelled(own, entry)
    }

    fn strategy(&self, key: &str, entry: &Json) -> Wanted {
        let here = name(key, entry);
        let mut own = Wanted::new("konnect.auth_strategy", &[here], entry);
        if own.absent {
            return own;
        }
        let kind = entry["strategy_type"].as_str().unwrap_or("openid_connect");
        own = own
            .says("name", "/name", json!(here))
            .says("strategy_type", "/strategy_type", json!(kind))
            .takes(
                entry,
                &[
                    ("display_name", "/display_name"),
                    ("scopes", "/configs/openid-connect/scopes"),
                    ("auth_methods", "/configs/openid-connect/auth_methods"),
                    ("key_names", "/configs/key-auth/key_names"),
                ],
            );
        if let Some(claims) = entry.get("credential_claims") {
            let pointer = "/configs/openid-connect/credential_claim";
            own = own
                .says("credential_claims", pointer, claims.clone())
                .how(How::Same);
        }
        if kind == "key_auth" {
            return labelled(own, entry);
        }
        let provider = &entry["dcr_provider"];
        let mut issuer = entry["issuer"].clone();
        if provider.is_string() {
            let named = self.named("dcr_providers", provider.as_str().unwrap());
            let id = self.id("konnect.dcr_provider", named);
            own = own.says("dcr_provider", "/dcr_provider/id", json!(id));
            let key = provider.as_str().unwrap();
            let provider = &self.document["konnect"]["dcr_providers"][key];
            issuer = self.issuer(provider);
        } else if entry["authorization_server"].is_string() {
            issuer = self.issuer_of(&entry["authorization_server"]);
        }
        let pointer = "/configs/openid-connect/issuer";
        labelled(own.says("issuer", pointer, issuer).how(How::Url), entry)
    }

    fn portal(&self, key: &str, entry: &Json) -> Wanted {
        let mut own = Wanted::new("konnect.portal", &[name(key, entry)], entry);
        if own.absent {
            return own;
        }
        own = own.says("name", "/name", json!(name(key, entry))).takes(
            entry,
            &[
                ("display_name", "/display_name"),
                ("description", "/description"),
                ("auto_approve_applications", "/auto_approve_applications"),
                ("auto_approve_developers", "/auto_approve_developers"),
            ],
        );
        if let Some(strategy) = entry.get("default_auth_strategy") {
            let id = json!(self.strategy_id(strategy));
            let pointer = "/default_application_auth_strategy_id";
            own = own.says("default_auth_strategy", pointer, id);
        }
        labelled(own, entry)
    }

    fn publication(&self, key: &str, entry: &Json) -> Wanted {
        let api = entry["api"].as_str().unwrap_or(key);
        let portal = entry["portal"].as_str().unwrap_or_default();
        let api = self.id("konnect.api", api);
        let portal = self.id("konnect.portal", portal);
        let mut own = Wanted::new("konnect.publication", &[&api, &portal], entry);
        if own.absent {
            return own;
        }
        own = own
            .says("api", "/api_id", json!(api))
            .says("portal", "/portal_id", json!(portal))
            .takes(
                entry,
                &[
                    ("visibility", "/visibility"),
                    ("auto_approve_registrations", "/auto_approve_registrations"),
                ],
            );
        if let Some(strategy) = entry.get("auth_strategy") {
            let id = self.strategy_id(strategy);
            own = own.says("auth_strategy", "/auth_strategy_ids", json!([id]));
        }
        own
    }

    fn app(&self, key: &str, entry: &Json, all: &mut Vec<Wanted>) {
        let portal_name = entry["portal"].as_str().unwrap_or_default();
        let (team, developer) = (&entry["owner"]["team"], &entry["owner"]["developer"]);
        let (kind, owner, owner_kind) = if let Some(team) = team.as_str() {
            ("team", team, "konnect.team")
        } else if let Some(email) = developer.as_str() {
            ("developer", email, "konnect.developer")
        } else {
            return;
        };
        let owner = self.id(owner_kind, &format!("{portal_name}/{owner}"));
        let here = name(key, entry);
        let mut own = Wanted::new("konnect.app", &[portal_name, &owner, here], entry);
        let managed = entry["client"] == "managed";
        if managed {
            let mut client = Wanted::new("okta.client", &[here], entry);
            if !client.absent {
                client = client
                    .says("name", "/label", json!(here))
                    .says(
                        "grant_types",
                        "/settings/oauthClient/grant_types",
                        json!(["client_credentials"]),
                    )
                    .says("active", "/status", json!("ACTIVE"))
                    .says("owner mark", "/profile/dcrsync_owner", json!(OURS));
            }
            all.push(client);
        }
        if own.absent {
            return all.push(own);
        }
        own = own
            .says("name", "/name", json!(here))
            .says("owner", "/owner", json!({ "type": kind, "id": owner }))
            .says(
                "auth_strategy",
                "/auth_strategy/id",
                json!(self.strategy_id(&entry["auth_strategy"])),
            )
            .takes(entry, &[("description", "/description")]);
        let client = if managed {
            let client = self.picture.find("okta.client", here);
            let client = client.first().map(|thing| &thing.json);
            client.map(|json| json["credentials"]["oauthClient"]["client_id"].clone())
        } else {
            entry["client"].get("existing").cloned()
        };
        if let Some(client) = client {
            own = own.says("client_id", "/client_id", client);
        }
        let app = self.id("konnect.app", &own.key);
        all.push(own);
        for api in entry["apis"].as_array().into_iter().flatten() {
            let api = self.id("konnect.api", api.as_str().unwrap());
            let registration = Wanted::new("konnect.registration", &[&app, &api], entry)
                .says("app", "/application/id", json!(app))
                .says("api", "/api/id", json!(api))
                .says("status", "/status", json!("approved"));
            all.push(registration);
        }
    }
}

/// Its labels, each on its own, and our mark.
fn labelled(mut own: Wanted, entry: &Json) -> Wanted {
    for (label, value) in entries(&entry["labels"]) {
        own = own.says("labels", &format!("/labels/{label}"), value.clone());
    }
    let kongctl = "/labels/KONGCTL-namespace";
    own.says("owner mark", "/labels/dcrsync-owner", json!(OURS))
        .says("no other's mark", kongctl, Json::Null)
}
