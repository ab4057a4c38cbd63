//! What both vendors have, read by an administrator's plain requests: no client of ours takes part.

use dcrsync::sandbox::Hand;
use reqwest::Method;
use serde_json::{Value as Json, json};

/// One object of a vendor.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Thing {
    /// The kind, or what the vendor makes besides: `okta.secret`.
    pub(crate) kind: &'static str,
    /// The natural key: the parent's, then its own.
    pub(crate) key: String,
    /// The vendor's id; of a publication, which has none, those of its two ends.
    pub(crate) id: String,
    /// The name in its own collection.
    pub(crate) name: String,
    /// The id of what contains it.
    pub(crate) parent: Option<String>,
    /// As the vendor tells it.
    pub(crate) json: Json,
}

/// Everything that both vendors have.
#[derive(Debug, Clone, Default)]
pub(crate) struct Picture {
    pub(crate) things: Vec<Thing>,
    /// Requests that one look at all of it takes, page by page.
    pub(crate) pages: usize,
}

/// What a key is made of.
pub(crate) fn key(parts: &[&str]) -> String {
    parts.join("/")
}

impl Picture {
    /// Looks at everything.
    pub(crate) async fn take(okta: &Hand, konnect: &Hand) -> Self {
        let mut picture = Self::default();
        picture.okta(okta).await;
        picture.konnect(konnect).await;
        picture
    }

    async fn okta(&mut self, okta: &Hand) {
        let servers = self
            .list(okta, "/api/v1/authorizationServers?limit=200")
            .await;
        for server in servers {
            let (id, name) = (text(&server, "id"), text(&server, "name"));
            let base = format!("/api/v1/authorizationServers/{id}");
            for scope in self.list(okta, &format!("{base}/scopes?limit=200")).await {
                let own = key(&[&name, &text(&scope, "name")]);
                self.add("okta.scope", own, Some(&id), scope);
            }
            for claim in self.list(okta, &format!("{base}/claims")).await {
                let token = if claim["claimType"] == "IDENTITY" {
                    "id"
                } else {
                    "access"
                };
                let own = key(&[&name, token, &text(&claim, "name")]);
                self.add("okta.claim", own, Some(&id), claim);
            }
            for policy in self.list(okta, &format!("{base}/policies")).await {
                let of = text(&policy, "id");
                let own = key(&[&name, &text(&policy, "name")]);
                for rule in self
                    .list(okta, &format!("{base}/policies/{of}/rules"))
                    .await
                {
                    let own = key(&[&own, &text(&rule, "name")]);
                    self.add("okta.policy_rule", own, Some(&of), rule);
                }
                self.add("okta.policy", own, Some(&id), policy);
            }
            self.add("okta.authorization_server", name, None, server);
        }
        for app in self.list(okta, "/api/v1/apps?limit=200").await {
            let (id, label) = (text(&app, "id"), text(&app, "label"));
            let path = format!("/api/v1/apps/{id}/credentials/secrets");
            for secret in ask(okta, &path).await.as_array().unwrap().clone() {
                let own = key(&[&id, &text(&secret, "id")]);
                self.add("okta.secret", own, Some(&id), secret);
            }
            self.add("okta.client", label, None, app);
        }
    }

    async fn konnect(&mut self, konnect: &Hand) {
        for (kind, path) in [
            ("konnect.dcr_provider", "/v2/dcr-providers"),
            ("konnect.auth_strategy", "/v2/application-auth-strategies"),
            ("konnect.api", "/v3/apis"),
        ] {
            for object in self.list(konnect, &paged(path)).await {
                self.add(kind, text(&object, "name"), None, object);
            }
        }
        for portal in self.list(konnect, &paged("/v3/portals")).await {
            let (id, name) = (text(&portal, "id"), text(&portal, "name"));
            let base = format!("/v3/portals/{id}");
            for (kind, below, by) in [
                ("konnect.developer", "developers", "email"),
                ("konnect.team", "teams", "name"),
            ] {
                for object in self.list(konnect, &paged(&format!("{base}/{below}"))).await {
                    let own = key(&[&name, &text(&object, by)]);
                    self.add(kind, own, Some(&id), object);
                }
            }
            for app in self
                .list(konnect, &paged(&format!("{base}/applications")))
                .await
            {
                let owner = app["owner"]["id"].as_str().unwrap().to_owned();
                let own = key(&[&name, &owner, &text(&app, "name")]);
                self.add("konnect.app", own, Some(&id), app);
            }
            let path = paged(&format!("{base}/application-registrations"));
            for registration in self.list(konnect, &path).await {
                let of = |end: &str| registration[end]["id"].as_str().unwrap().to_owned();
                let own = key(&[&of("application"), &of("api")]);
                self.add("konnect.registration", own, Some(&id), registration);
            }
            self.add("konnect.portal", name, None, portal);
        }
        for mut publication in self.list(konnect, &paged("/v3/api-publications")).await {
            let own = key(&[
                &text(&publication, "api_id"),
                &text(&publication, "portal_id"),
            ]);
            publication["id"] = json!(own);
            self.add("konnect.publication", own, None, publication);
        }
    }

    async fn list(&mut self, hand: &Hand, path: &str) -> Vec<Json> {
        self.pages += 1;
        let answer = ask(hand, path).await;
        let items = answer.as_array().or_else(|| answer["data"].as_array());
        items
            .unwrap_or_else(|| panic!("{path} is no list: {answer}"))
            .clone()
    }

    fn add(&mut self, kind: &'static str, key: String, parent: Option<&str>, json: Json) {
        let name = ["label", "name", "email"];
        let name = name.iter().find_map(|member| json[*member].as_str());
        self.things.push(Thing {
            kind,
            key,
            id: text(&json, "id"),
            name: name.unwrap_or_default().to_owned(),
            parent: parent.map(str::to_owned),
            json,
        });
    }

    /// The objects of a kind with this natural key.
    pub(crate) fn find(&self, kind: &str, key: &str) -> Vec<&Thing> {
        let same = |thing: &&Thing| thing.kind == kind && thing.key == key;
        self.things.iter().filter(same).collect()
    }

    /// The objects of a kind.
    pub(crate) fn of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Thing> {
        self.things.iter().filter(move |thing| thing.kind == kind)
    }

    /// The object of a kind with this id.
    pub(crate) fn by_id(&self, kind: &str, id: &str) -> Option<&Thing> {
        self.things
            .iter()
            .find(|thing| thing.kind == kind && thing.id == id)
    }

    /// The id of a kind's only object with this key; empty where there is none.
    pub(crate) fn id(&self, kind: &str, key: &str) -> String {
        let found = self.find(kind, key);
        found
            .first()
            .map_or(String::new(), |thing| thing.id.clone())
    }
}

fn paged(path: &str) -> String {
    format!("{path}?page%5Bsize%5D=100")
}

fn text(json: &Json, member: &str) -> String {
    json[member].as_str().unwrap_or_default().to_owned()
}

async fn ask(hand: &Hand, path: &str) -> Json {
    hand.send("look", Method::GET, path, None)
        .await
        .unwrap_or_else(|error| panic!("GET {path}: {error}"))
}
