use data_encoding::BASE32_NOPAD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::http::stamp;

/// The standard roles by type, with what the console calls them. Two labels are recorded, the others
/// are those of Okta's guide to roles.
const STANDARD: [(&str, &str); 9] = [
    (
        "API_ACCESS_MANAGEMENT_ADMIN",
        "API Access Management Administrator",
    ),
    ("APP_ADMIN", "Application Administrator"),
    ("GROUP_MEMBERSHIP_ADMIN", "Group Membership Administrator"),
    ("HELP_DESK_ADMIN", "Help Desk Administrator"),
    ("ORG_ADMIN", "Organizational Administrator"),
    ("READ_ONLY_ADMIN", "Read-Only Administrator"),
    ("REPORT_ADMIN", "Report Administrator"),
    ("SUPER_ADMIN", "Super Administrator"),
    ("USER_ADMIN", "Group Administrator"),
];

/// A standard admin role that a client has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Role {
    /// Okta's name of it, `APP_ADMIN`; a client has each once.
    pub(super) kind: String,
    /// When it was given.
    created: Timestamp,
}

impl Role {
    /// A new one; none where the type is no standard role.
    pub(super) fn new(kind: &str, now: Timestamp) -> Option<Self> {
        let known = STANDARD.iter().any(|(known, _)| *known == kind);
        known.then(|| Self {
            kind: kind.to_owned(),
            created: now,
        })
    }

    /// The id of the assignment: the type again, in base32 (recorded).
    pub(super) fn id(&self) -> String {
        BASE32_NOPAD.encode(self.kind.as_bytes())
    }

    /// What the console calls it.
    pub(super) fn label(&self) -> &'static str {
        let known = STANDARD.iter().find(|(known, _)| *known == self.kind);
        known.map_or("", |(_, label)| label)
    }

    /// What the API shows, in the recorded order of keys.
    pub(super) fn wire(&self, client: &str) -> Value {
        json!({
            "id": self.id(),
            "label": self.label(),
            "type": self.kind,
            "status": "ACTIVE",
            "created": stamp(self.created),
            "lastUpdated": stamp(self.created),
            "assignmentType": "CLIENT",
            "_links": { "assignee": { "href": client } },
        })
    }
}
