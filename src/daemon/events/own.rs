use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use super::LogEvent;
use crate::vendor::{RequestDone, USER_AGENT, Vendor};

/// What our own changes are known by in the log.
#[derive(Debug, Clone, Default)]
pub struct Own {
    /// The id of the API token that we log in with, where it is known; not the token.
    pub token_id: Option<String>,
    /// The client that we log in as, where it is one.
    pub client_id: Option<String>,
    /// The requests of ours that wrote.
    pub requests: OwnRequests,
}

impl Own {
    /// Tells whether it was a run of ours.
    ///
    /// The request says it for sure. Where its answer was lost, the login does, together with the program: others
    /// may use the same token.
    pub fn did(&self, event: &LogEvent) -> bool {
        let request = event.actor.request_id.as_deref();
        if request.is_some_and(|id| self.requests.contains(id)) {
            return true;
        }
        let by_token = self.token_id.is_some() && self.token_id == event.token_id;
        let by_client = self
            .client_id
            .as_ref()
            .is_some_and(|id| [&event.actor_id, &event.actor.login].contains(&id));
        (by_token || by_client) && event.actor.user_agent.as_deref() == Some(USER_AGENT)
    }
}

/// The ids of the last requests of ours that wrote to Okta; cheap to clone, all clones share them.
#[derive(Debug, Clone, Default)]
pub struct OwnRequests(Arc<Mutex<VecDeque<String>>>);

/// More than a run of the largest document sends between two polls.
const KEPT: usize = 10_000;

impl OwnRequests {
    /// Remembers a request; for the clients' observer.
    pub fn note(&self, done: &RequestDone) {
        if done.vendor != Vendor::Okta || done.method == "GET" {
            return;
        }
        let Some(id) = &done.request_id else {
            return;
        };
        let mut ids = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if ids.len() >= KEPT {
            ids.pop_front();
        }
        ids.push_back(id.clone());
    }

    fn contains(&self, id: &str) -> bool {
        let ids = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // the newest are asked for most
        ids.iter().rev().any(|known| known == id)
    }
}
