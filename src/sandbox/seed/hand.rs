use std::collections::HashMap;
use std::fmt;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, Method, Request, header};
use serde_json::Value;
use tower::ServiceExt;

use crate::sandbox::SandboxError;

/// An admin of one emulated vendor, whose requests need no network: no gate notes, delays or strikes them.
pub struct Hand {
    router: Router,
    token: HeaderValue,
    /// Ids by kind and name, for entries that name each other.
    ids: HashMap<(&'static str, String), String>,
}

impl Hand {
    /// A hand that holds an admin's token, with its scheme in front.
    pub(in crate::sandbox) fn new(router: Router, token: &str) -> Result<Self, SandboxError> {
        let token = HeaderValue::from_str(token).map_err(|_| refused("token", "is no header"))?;
        Ok(Self {
            router,
            token,
            ids: HashMap::new(),
        })
    }

    /// Sends a request and returns the answer's body; `entry` says what it is for.
    pub async fn send(
        &self,
        entry: &str,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, SandboxError> {
        let text = body.map_or_else(String::new, Value::to_string);
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, self.token.clone())
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/json")
            // no HTTP client writes it here, and Okta refuses writes without
            .header(header::CONTENT_LENGTH, text.len())
            .body(Body::from(text))
            .map_err(|error| refused(entry, &error.to_string()))?;
        let Ok(response) = self.router.clone().oneshot(request).await;
        let status = response.status();
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX)
            .await
            .unwrap_or_default();
        let answer: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        if status.is_success() {
            return Ok(answer);
        }
        Err(refused(entry, &reason(&answer)))
    }

    /// Makes something and remembers its id.
    pub(super) async fn make(
        &mut self,
        kind: &'static str,
        name: &str,
        path: &str,
        body: &Value,
    ) -> Result<String, SandboxError> {
        let entry = format!("{kind} `{name}`");
        let answer = self.send(&entry, Method::POST, path, Some(body)).await?;
        let id = answer.get("id").and_then(Value::as_str).unwrap_or_default();
        self.know(kind, name, id);
        Ok(id.to_owned())
    }

    /// Remembers the id of what is there.
    pub(super) fn know(&mut self, kind: &'static str, name: &str, id: &str) {
        self.ids.insert((kind, name.to_owned()), id.to_owned());
    }

    /// The id of something if it is there.
    pub(super) fn id(&self, kind: &'static str, name: &str) -> Option<&str> {
        self.ids.get(&(kind, name.to_owned())).map(String::as_str)
    }

    /// The id of what an entry names.
    pub(super) fn named(
        &self,
        entry: &str,
        kind: &'static str,
        name: &str,
    ) -> Result<&str, SandboxError> {
        self.id(kind, name)
            .ok_or_else(|| refused(entry, &format!("there is no {kind} `{name}`")))
    }
}

/// It holds a token, so nothing of it is shown.
impl fmt::Debug for Hand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hand").finish_non_exhaustive()
    }
}

/// An entry that cannot be made.
pub(super) fn refused(entry: &str, reason: &str) -> SandboxError {
    SandboxError::Seed {
        entry: entry.to_owned(),
        reason: reason.to_owned(),
    }
}

/// What a vendor's error says, in either vendor's form.
fn reason(answer: &Value) -> String {
    let text = |value: &Value, key: &str| value.get(key)?.as_str().map(str::to_owned);
    let causes = answer.get("errorCauses").and_then(Value::as_array);
    let causes = causes
        .into_iter()
        .flatten()
        .filter_map(|cause| text(cause, "errorSummary"));
    let parameters = answer.get("invalid_parameters").and_then(Value::as_array);
    let parameters = parameters.into_iter().flatten().filter_map(|invalid| {
        let field = text(invalid, "field")?;
        Some(format!("{field} {}", text(invalid, "reason")?))
    });
    let details: Vec<String> = causes.chain(parameters).collect();
    if !details.is_empty() {
        return details.join("; ");
    }
    text(answer, "errorSummary")
        .or_else(|| text(answer, "detail"))
        .unwrap_or_else(|| "no reason is given".to_owned())
}
