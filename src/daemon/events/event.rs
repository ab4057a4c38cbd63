use jiff::Timestamp;
use serde_json::Value as Json;

use crate::base::printable;
use crate::status::Actor;

/// One event of the log; of its details nothing is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEvent {
    /// By which it is known again.
    pub uuid: String,
    /// Okta's name of what was done, `oauth2.scope.updated`.
    pub event_type: String,
    /// When, by Okta's clock.
    pub published: Timestamp,
    /// Who did it.
    pub actor: Actor,
    /// The vendor's id of who did it: of a user, or a client.
    pub actor_id: String,
    /// The id of the API token that it was done with; not the token.
    pub token_id: Option<String>,
    /// What it was done to, with what contains that.
    pub targets: Vec<Target>,
    /// Whether it was done; `false` for a try that was refused.
    pub succeeded: bool,
}

/// An object that an event speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The vendor's id.
    pub id: String,
    /// Okta's word for its kind, `AuthorizationServer`.
    pub kind: String,
    /// Its name.
    pub name: String,
}

/// Longer texts are cut: some are whatever a caller sent.
const LONGEST: usize = 200;

impl LogEvent {
    /// Reads one; nothing where it has no id, no type or no time.
    pub fn read(wire: &Json) -> Option<Self> {
        let text = |pointer: &str| at(wire, pointer);
        let event_type = text("/eventType")?;
        let published: Timestamp = text("/published")?.parse().ok()?;
        let targets = wire.get("target").and_then(Json::as_array);
        let targets = targets.into_iter().flatten().map(|target| Target {
            id: at(target, "/id").unwrap_or_default(),
            kind: at(target, "/type").unwrap_or_default(),
            name: at(target, "/displayName").unwrap_or_default(),
        });
        Some(Self {
            uuid: text("/uuid")?,
            published,
            actor: Actor {
                name: text("/actor/displayName").unwrap_or_default(),
                login: text("/actor/alternateId").unwrap_or_default(),
                kind: text("/actor/type").unwrap_or_default(),
                ip: text("/client/ipAddress"),
                user_agent: text("/client/userAgent/rawUserAgent"),
                event: event_type.clone(),
                at: published,
                request_id: text("/debugContext/debugData/requestId")
                    .or_else(|| text("/transaction/id")),
            },
            actor_id: text("/actor/id").unwrap_or_default(),
            token_id: text("/transaction/detail/requestApiTokenId"),
            event_type,
            targets: targets.collect(),
            succeeded: text("/outcome/result").is_none_or(|result| result == "SUCCESS"),
        })
    }

    /// Tells whether it speaks of this object, such as the token that we log in with.
    pub fn names(&self, id: &str) -> bool {
        self.targets.iter().any(|target| target.id == id)
    }
}

/// A text that is there and not empty, safe to be shown.
fn at(wire: &Json, pointer: &str) -> Option<String> {
    let text = wire.pointer(pointer)?.as_str()?;
    let short: String = text.chars().take(LONGEST).collect();
    (!short.is_empty()).then(|| printable(&short).into_owned())
}
