use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::http::Call;
use super::state::OktaState;

/// Older events are forgotten, as Okta forgets them after 90 days.
const KEPT: usize = 5_000;

/// One change, with what a System Log event says of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Event {
    /// When it happened.
    pub(crate) published: Timestamp,
    /// Okta's name of it, such as `oauth2.scope.created`.
    pub(crate) kind: String,
    /// The request that did it.
    pub(crate) request_id: String,
    /// The API token that it was done with; empty where a client acted for itself.
    pub(crate) token_id: String,
    /// The token's name.
    pub(crate) token_name: String,
    /// What the caller said it was.
    pub(crate) user_agent: String,
    /// What was changed, the innermost object first.
    pub(crate) targets: Vec<Target>,
}

/// An object that an event speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Target {
    /// Its id.
    pub(crate) id: String,
    /// Okta's word for its kind, such as `Scope`.
    pub(crate) kind: String,
    /// Its name.
    pub(crate) name: String,
}

impl Target {
    /// Names an object.
    pub(crate) fn new(kind: &str, id: &str, name: &str) -> Self {
        Self {
            id: id.to_owned(),
            kind: kind.to_owned(),
            name: name.to_owned(),
        }
    }
}

impl OktaState {
    /// Writes a change down.
    pub(crate) fn record(&mut self, call: &Call, kind: &str, targets: Vec<Target>) {
        let user_agent = call
            .headers
            .get("user-agent")
            .and_then(|value| value.to_str().ok())
            .unwrap_or("");
        if self.history.len() >= KEPT {
            self.history.drain(..=self.history.len() - KEPT);
        }
        self.history.push(Event {
            published: call.now,
            kind: kind.to_owned(),
            request_id: call.request_id.clone(),
            token_id: call.caller.token_id.clone(),
            token_name: call.caller.token_name.clone(),
            user_agent: user_agent.to_owned(),
            targets,
        });
    }
}
