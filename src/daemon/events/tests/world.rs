use std::sync::Arc;

use serde_json::{Value as Json, json};

use crate::base::Secret;
use crate::daemon::events::OwnRequests;
use crate::sandbox::{self, Fault, Sandbox};
use crate::vendor::okta::{OktaAccess, OktaLogin, Reader, Writer};
use crate::vendor::{Options, Pace};

/// Okta, a reader of ours, and somebody else.
pub(super) struct World {
    pub(super) sandbox: Sandbox,
    pub(super) reader: Reader,
    pub(super) writer: Writer,
    pub(super) requests: OwnRequests,
    other: reqwest::Client,
}

pub(super) const SCOPES: &str = "/api/v1/authorizationServers/default/scopes";

impl World {
    pub(super) async fn start() -> Self {
        let sandbox = sandbox::start(sandbox::Options::default()).await.unwrap();
        let requests = OwnRequests::default();
        let noted = requests.clone();
        let access = OktaAccess {
            org_url: sandbox.origins.okta.clone(),
            login: OktaLogin::Token(Secret::new(sandbox.okta_token.clone())),
            options: Options {
                observer: Some(Arc::new(move |done| noted.note(done))),
                pace: Pace {
                    tries: 1,
                    ..Pace::default()
                },
                ..Options::default()
            },
        };
        let reader = Reader::new(access, Arc::default()).unwrap();
        let agent = reqwest::Client::builder().user_agent("Mozilla/5.0");
        Self {
            sandbox,
            writer: Writer::new(reader.clone()),
            reader,
            requests,
            other: agent.build().unwrap(),
        }
    }

    /// Somebody else does something, with the same token, from elsewhere.
    pub(super) async fn other(&self, method: &str, path: &str, body: &Json) -> Json {
        let url = format!("{}{path}", self.sandbox.origins.okta.trim_end_matches('/'));
        let answer = self
            .other
            .request(method.parse().unwrap(), url)
            .header("authorization", format!("SSWS {}", self.sandbox.okta_token))
            .header("x-forwarded-for", "203.0.113.7")
            .json(body)
            .send()
            .await
            .unwrap();
        assert!(answer.status().is_success(), "{method} {path}");
        serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or_default()
    }

    /// Somebody else makes a scope; its id.
    pub(super) async fn scope(&self, name: &str) -> String {
        let made = self.other("POST", SCOPES, &json!({ "name": name })).await;
        made["id"].as_str().unwrap().to_owned()
    }

    /// The next requests for the log are answered with this status.
    pub(super) fn refuse_log(&self, code: u16) {
        let fault = json!({ "path": "/api/v1/logs", "effect": { "status": { "code": code } } });
        let fault: Fault = serde_json::from_value(fault).unwrap();
        self.sandbox.arm([fault]);
    }

    /// How often the log was asked for.
    pub(super) fn asked(&self) -> usize {
        let journal = self.sandbox.journal();
        let log = journal
            .iter()
            .filter(|entry| entry.path.starts_with("/api/v1/logs"));
        log.count()
    }
}
