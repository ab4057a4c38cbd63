use jiff::Timestamp;

use crate::vendor::VendorError;
use crate::vendor::okta::{NextPage, Page, Reader};

/// A page of the log.
pub type LogPage = Page;

/// The least that a [`Feed`](super::Feed) needs of Okta: the scope `okta.logs.read`, or a token of somebody who may
/// see the log.
pub trait LogReader: Sync {
    /// The oldest events from this time on, or of the last seven days.
    fn since(
        &self,
        since: Option<Timestamp>,
    ) -> impl Future<Output = Result<LogPage, VendorError>> + Send;

    /// The events after those of another page.
    fn after(&self, next: &NextPage) -> impl Future<Output = Result<LogPage, VendorError>> + Send;
}

/// Okta gives no more on a page.
pub(super) const PAGE: usize = 1_000;

/// The events that are asked for, by how their types begin, as in Okta's catalogue
/// (<https://developer.okta.com/docs/reference/api/event-types/>).
///
/// Not `policy.` and `application.` as a whole: each sign-in evaluates policies, each assignment is an event of an
/// application.
pub(super) const TYPES: [&str; 7] = [
    "oauth2.",
    "policy.lifecycle.",
    "policy.rule.",
    "application.lifecycle.",
    "app.oauth2.client.",
    "app.oauth2.credentials.",
    "system.api_token.",
];

impl LogReader for Reader {
    async fn since(&self, since: Option<Timestamp>) -> Result<LogPage, VendorError> {
        let (filter, limit) = (filter(), PAGE.to_string());
        let since = since.map(|since| since.to_string());
        let mut query = vec![
            ("filter", filter.as_str()),
            ("limit", limit.as_str()),
            ("sortOrder", "ASCENDING"),
        ];
        if let Some(since) = &since {
            query.push(("since", since));
        }
        self.page("/api/v1/logs", &query).await
    }

    async fn after(&self, next: &NextPage) -> Result<LogPage, VendorError> {
        self.page_after(next).await
    }
}

/// As SCIM writes it (RFC 7644, section 3.4.2.2).
fn filter() -> String {
    TYPES
        .map(|start| format!("eventType sw \"{start}\""))
        .join(" or ")
}
