use std::sync::Arc;

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, Uri, header};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::super::jose::Memory;
use super::{Caller, Refusal};
use crate::sandbox::Twist;

/// What was found at a client's `jwks_uri` (RFC 7517, 5).
#[derive(Debug, Clone)]
pub(crate) struct FetchedKeys(pub(crate) Arc<Vec<Value>>);

/// One request, as the operations see it. No `Debug`: headers and body hold secrets.
pub(crate) struct Call {
    /// The org's URL, without a slash at the end; links and issuers start with it.
    pub(crate) origin: String,
    /// The sandbox's time.
    pub(crate) now: Timestamp,
    /// Who sent it.
    pub(crate) caller: Caller,
    /// The id that the answer carries in `X-Okta-Request-Id`.
    pub(crate) request_id: String,
    /// The headers.
    pub(crate) headers: HeaderMap,
    /// What was used up before.
    pub(crate) memory: Arc<Memory>,
    /// What a fault has the operation do differently.
    pub(crate) twist: Option<Twist>,
    /// The keys that the client publishes at its `jwks_uri`, where it does.
    pub(crate) fetched_keys: Option<FetchedKeys>,
    /// Other origins that this org can be reached by, as the sender sees it.
    pub(super) aliases: Vec<String>,
    pub(super) method: Method,
    pub(super) uri: Uri,
    pub(super) params: Vec<(String, String)>,
    pub(super) body: Bytes,
}

impl Call {
    /// A part of the path by its name in the route.
    pub(crate) fn param(&self, name: &str) -> &str {
        self.params
            .iter()
            .find(|(known, _)| known == name)
            .map_or("", |(_, value)| value)
    }

    /// A query parameter; an empty one counts as missing.
    pub(crate) fn query(&self, name: &str) -> Option<String> {
        self.query_pairs()
            .find(|(known, value)| known == name && !value.is_empty())
            .map(|(_, value)| value)
    }

    /// All query parameters, decoded.
    pub(crate) fn query_pairs(&self) -> impl Iterator<Item = (String, String)> {
        url::form_urlencoded::parse(self.uri.query().unwrap_or("").as_bytes()).into_owned()
    }

    /// The path, without the query.
    pub(crate) fn path(&self) -> &str {
        self.uri.path()
    }

    /// The method.
    pub(crate) fn method(&self) -> &Method {
        &self.method
    }

    /// The URLs, without a query, that the sender may mean by this one.
    pub(crate) fn urls(&self) -> Vec<String> {
        [&self.origin]
            .into_iter()
            .chain(&self.aliases)
            .map(|origin| format!("{origin}{}", self.path()))
            .collect()
    }

    /// Whether a text is this org's origin, as it or the sender sees it.
    pub(crate) fn is_origin(&self, text: &str) -> bool {
        self.origin == text || self.aliases.iter().any(|alias| alias == text)
    }

    /// A header's text.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// Reads the body as JSON.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        let kind = self
            .headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or("");
        if !self.body.is_empty() && !kind.to_ascii_lowercase().contains("json") {
            return Err(Refusal::media_type());
        }
        serde_json::from_slice(&self.body).map_err(|_| Refusal::malformed())
    }

    /// Reads the body as JSON, or the default of `T` when there is none.
    pub(crate) fn json_or_default<T: DeserializeOwned + Default>(&self) -> Result<T, Refusal> {
        if self.body.is_empty() {
            Ok(T::default())
        } else {
            self.json()
        }
    }

    /// Reads the body as a form, and the query as the rest of it: Okta's Go SDKs send theirs there.
    pub(crate) fn form(&self) -> Vec<(String, String)> {
        url::form_urlencoded::parse(&self.body)
            .into_owned()
            .chain(self.query_pairs())
            .collect()
    }
}
