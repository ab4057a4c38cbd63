//! Holds the vendors' places until they land.

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
