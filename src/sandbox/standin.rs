//! Holds the vendors' places until they land.

pub(super) mod okta {
    use axum::extract::{Query, State};
    use axum::http::StatusCode;
    use axum::routing::get;
    use axum::{Json, Router};
    use serde::{Deserialize, Serialize};
    use serde_json::{Value, json};

    use super::super::shared::Shared;

    #[derive(Debug, Serialize, Deserialize)]
    pub(in super::super) struct OktaState {
        token: String,
        tokens: Vec<String>,
        servers: Vec<Value>,
    }

    impl OktaState {
        pub(in super::super) fn seed(now: jiff::Timestamp) -> Self {
            Self {
                token: format!("00{now}"),
                tokens: Vec::new(),
                servers: vec![json!({ "name": "default" })],
            }
        }
        pub(in super::super) fn admin_token(&self) -> &str {
            &self.token
        }
        pub(in super::super) fn accept_token(&mut self, token: &str) {
            self.tokens.push(token.to_owned());
        }
        pub(in super::super) fn seed_server(&mut self, name: &str) -> bool {
            let made = !self.servers.iter().any(|server| server["name"] == name);
            if made {
                self.servers.push(json!({ "name": name }));
            }
            made
        }
    }

    pub(in super::super) fn router(state: Shared<OktaState>) -> Router {
        Router::new()
            .route("/api/v1/authorizationServers", get(list).post(create))
            .with_state(state)
    }

    async fn list(
        State(state): State<Shared<OktaState>>,
        Query(query): Query<std::collections::HashMap<String, String>>,
    ) -> Json<Value> {
        let limit = query.get("limit").and_then(|limit| limit.parse().ok());
        let page = |state: &OktaState| {
            let all = state.servers.iter().cloned();
            Value::Array(all.take(limit.unwrap_or(200)).collect())
        };
        Json(state.read(page))
    }

    async fn create(
        State(state): State<Shared<OktaState>>,
        Json(mut server): Json<Value>,
    ) -> (StatusCode, Json<Value>) {
        let origin = state.common.origins.get().map(|o| o.okta.clone());
        server["issuer"] = json!(format!("{}/oauth2/x", origin.unwrap_or_default()));
        state.write(|state| state.servers.push(server.clone()));
        (StatusCode::CREATED, Json(server))
    }
}

pub(super) mod konnect {
    use axum::routing::get;
    use axum::{Json, Router};
    use serde::{Deserialize, Serialize};
    use serde_json::json;

    use super::super::shared::Shared;

    #[derive(Debug, Serialize, Deserialize)]
    pub(in super::super) struct KonnectState {
        token: String,
        made: Vec<String>,
    }

    impl KonnectState {
        pub(in super::super) fn seed(now: jiff::Timestamp) -> Self {
            Self {
                token: format!("kpat_{now}"),
                made: Vec::new(),
            }
        }
        pub(in super::super) fn admin_token(&self) -> &str {
            &self.token
        }
        pub(in super::super) fn accept_token(&mut self, token: &str) {
            self.made.push(token.to_owned());
        }
        fn make(&mut self, name: String) -> bool {
            let made = !self.made.contains(&name);
            self.made.push(name);
            made
        }
        pub(in super::super) fn seed_portal(&mut self, name: &str) -> bool {
            self.make(format!("portal {name}"))
        }
        pub(in super::super) fn seed_api(&mut self, name: &str) -> bool {
            self.make(format!("api {name}"))
        }
        pub(in super::super) fn seed_developer(
            &mut self,
            portal: &str,
            email: &str,
            _: &str,
        ) -> bool {
            self.make(format!("developer {portal} {email}"))
        }
        pub(in super::super) fn seed_team(&mut self, portal: &str, name: &str) -> bool {
            self.make(format!("team {portal} {name}"))
        }
    }

    pub(in super::super) fn router(state: Shared<KonnectState>) -> Router {
        Router::new()
            .route(
                "/v3/portals",
                get(async || Json(json!({ "data": [{}], "meta": {} }))),
            )
            .with_state(state)
    }
}

pub(super) mod portal {
    pub(in super::super) use super::konnect::router;
}

pub(super) mod gateway {
    pub(in super::super) use super::konnect::router;
}
