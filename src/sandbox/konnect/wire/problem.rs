use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// An answer in the vendor's error form (`application/problem+json`, RFC 9457).
#[derive(Debug, Clone)]
pub(in crate::sandbox) struct Problem {
    status: StatusCode,
    detail: String,
    invalid: Vec<Invalid>,
}

/// One entry of `invalid_parameters`.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::sandbox) struct Invalid {
    field: String,
    reason: String,
    rule: &'static str,
    /// `minimum`, `maximum` or `choices`, whichever belongs to the rule.
    bound: Option<(&'static str, Value)>,
    source: &'static str,
}

impl Invalid {
    /// A value of the body that breaks a rule.
    pub(in crate::sandbox) fn new(
        field: impl Into<String>,
        rule: &'static str,
        reason: impl Into<String>,
    ) -> Self {
        Self {
            field: field.into(),
            reason: reason.into(),
            rule,
            bound: None,
            source: "body",
        }
    }

    /// Says what the value may be at least.
    pub(in crate::sandbox::konnect) fn minimum(mut self, minimum: usize) -> Self {
        self.bound = Some(("minimum", json!(minimum)));
        self
    }

    /// Says what the value may be at most.
    pub(in crate::sandbox::konnect) fn maximum(mut self, maximum: usize) -> Self {
        self.bound = Some(("maximum", json!(maximum)));
        self
    }

    /// Says what the value may be.
    pub(in crate::sandbox::konnect) fn choices(mut self, choices: &[&str]) -> Self {
        self.bound = Some(("choices", json!(choices)));
        self
    }

    /// Names another part of the request than the body: `query` or `path`.
    pub(in crate::sandbox) fn of(mut self, source: &'static str) -> Self {
        self.source = source;
        self
    }

    /// An id that names nothing.
    pub(in crate::sandbox) fn missing(field: impl Into<String>, what: &str) -> Self {
        Self::new(field, "missing_reference", format!("{what} does not exist"))
    }

    /// Whether this says that a field has to be there.
    pub(in crate::sandbox::konnect) fn is_missing(&self, field: &str) -> bool {
        self.rule == "required" && self.field == field
    }

    fn view(&self) -> Value {
        let mut view = json!({
            "field": self.field,
            "reason": self.reason,
            "rule": self.rule,
            "source": self.source,
        });
        if let (Some((name, bound)), Some(map)) = (&self.bound, view.as_object_mut()) {
            map.insert((*name).to_owned(), bound.clone());
        }
        view
    }
}

impl Problem {
    /// A problem that has no parameters to name.
    pub(in crate::sandbox) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            status,
            detail: detail.into(),
            invalid: Vec::new(),
        }
    }

    /// 400 that names what is wrong.
    pub(in crate::sandbox) fn invalid(invalid: Vec<Invalid>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            detail: "Invalid Parameters".to_owned(),
            invalid,
        }
    }

    /// 404.
    pub(in crate::sandbox) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "Not found")
    }

    /// 401.
    pub(in crate::sandbox) fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Invalid credentials")
    }

    /// 409.
    pub(in crate::sandbox) fn conflict(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, detail)
    }

    fn title(&self) -> &'static str {
        if self.status == StatusCode::BAD_REQUEST {
            // seen in a recorded answer, where the standard phrase would be "Bad Request"
            return "Invalid Request";
        }
        self.status.canonical_reason().unwrap_or("Error")
    }
}

impl From<Invalid> for Problem {
    fn from(invalid: Invalid) -> Self {
        Self::invalid(vec![invalid])
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut body = json!({
            "status": self.status.as_u16(),
            "title": self.title(),
            "type": format!("https://httpstatuses.com/{}", self.status.as_u16()),
            "instance": format!("kong:trace:{}", fastrand::u64(1_000_000_000..)),
            "detail": self.detail,
        });
        // the contract wants `invalid_parameters` in each 400, and at least one of them
        if self.status == StatusCode::BAD_REQUEST {
            let mut entries: Vec<Value> = Vec::new();
            for entry in self.invalid.iter().map(Invalid::view) {
                // the same parameter may be sent twice, but entries are unique
                if !entries.contains(&entry) {
                    entries.push(entry);
                }
            }
            if entries.is_empty() {
                entries.push(Invalid::new("body", "invalid", self.detail.as_str()).view());
            }
            if let Some(map) = body.as_object_mut() {
                map.insert("invalid_parameters".to_owned(), Value::Array(entries));
            }
        }
        let mut response = (self.status, Json(body)).into_response();
        response.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        response
    }
}
