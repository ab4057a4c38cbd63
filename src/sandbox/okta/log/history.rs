use std::collections::VecDeque;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::super::http::{Call, Caller};
use super::super::state::OktaState;

/// Older events are forgotten, as Okta forgets them after 90 days.
const KEPT: usize = 5_000;

/// All that is remembered, oldest first.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct History {
    events: VecDeque<Event>,
    /// How many there ever were.
    count: u64,
}

/// One change, or one that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Event {
    /// Its place since the beginning, from 1; what a cursor remembers.
    pub(crate) number: u64,
    /// When it happened.
    pub(crate) published: Timestamp,
    /// Okta's name of it, such as `oauth2.scope.created`.
    pub(crate) kind: String,
    /// The request that did it.
    pub(crate) request_id: String,
    /// The path of the request.
    pub(crate) path: String,
    /// Who did it.
    pub(crate) actor: Actor,
    /// The API token that it was done with; empty where a client acted.
    pub(crate) token_id: String,
    /// What the caller said it was.
    pub(crate) user_agent: String,
    /// Where it came from.
    pub(crate) ip: String,
    /// Why it was refused; none where it was done.
    pub(crate) refused: Option<String>,
    /// What was changed, the innermost object first.
    pub(crate) targets: Vec<Target>,
}

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Actor {
    /// An id.
    pub(crate) id: String,
    /// `User`, `PublicClientApp` or `SystemPrincipal`.
    pub(crate) kind: String,
    /// The login, or the client id.
    pub(crate) login: String,
    /// A name for people.
    pub(crate) name: String,
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

impl History {
    /// All events, oldest first.
    pub(crate) fn events(&self) -> &VecDeque<Event> {
        &self.events
    }

    /// The number of the last event.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    fn push(&mut self, mut event: Event) {
        self.count += 1;
        event.number = self.count;
        if self.events.len() >= KEPT {
            self.events.pop_front();
        }
        self.events.push_back(event);
    }
}

impl OktaState {
    /// Writes a change down.
    pub(crate) fn record(&mut self, call: &Call, kind: &str, targets: Vec<Target>) {
        self.note(call, kind, targets, None);
    }

    /// Writes down that a client was refused a token, which Okta logs as well; the client is who it said it was.
    pub(crate) fn record_refusal(
        &mut self,
        call: &Call,
        kind: &str,
        client_id: Option<&str>,
        reason: &str,
    ) {
        let app = client_id.and_then(|id| self.client(id));
        let targets = app.map(|app| Target::new("AppInstance", &app.id, &app.label));
        let targets = targets.into_iter().collect();
        self.note(call, kind, targets, Some(reason.to_owned()));
    }

    fn note(&mut self, call: &Call, kind: &str, targets: Vec<Target>, refused: Option<String>) {
        let actor = self.actor(&call.caller, &targets);
        // the first hop is the client; who sends no such header calls from this machine
        let ip = call.header("x-forwarded-for").split(',').next();
        let ip = ip.map(str::trim).filter(|ip| !ip.is_empty());
        self.history.push(Event {
            number: 0,
            published: call.now,
            kind: kind.to_owned(),
            request_id: call.request_id.clone(),
            path: call.path().to_owned(),
            actor,
            token_id: call.caller.token_id.clone(),
            user_agent: call.header("user-agent").to_owned(),
            ip: ip.unwrap_or("127.0.0.1").to_owned(),
            refused,
            targets,
        });
    }

    /// A token acts for its owner; at a token endpoint the client acts, which is then the target as well.
    fn actor(&self, caller: &Caller, targets: &[Target]) -> Actor {
        let client = |id: &str, name: &str| Actor {
            id: id.to_owned(),
            kind: "PublicClientApp".to_owned(),
            login: id.to_owned(),
            name: name.to_owned(),
        };
        if !caller.client_id.is_empty() {
            return client(&caller.client_id, &caller.client_label);
        }
        if !caller.token_id.is_empty() {
            return Actor {
                id: self.user.id.clone(),
                kind: "User".to_owned(),
                login: self.user.login.clone(),
                name: format!("{} {}", self.user.first_name, self.user.last_name),
            };
        }
        match targets.first() {
            Some(app) => client(&app.id, &app.name),
            None => Actor {
                id: "unknown".to_owned(),
                kind: "PublicClientApp".to_owned(),
                login: "unknown".to_owned(),
                name: "unknown".to_owned(),
            },
        }
    }
}
