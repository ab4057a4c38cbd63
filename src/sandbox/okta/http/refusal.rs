use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::random_text;

/// An error answer: Okta's own form with an E-code, or OAuth's with `error` (RFC 6749, 5.2).
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    body: Value,
    /// Boxed, as few refusals have one and all operations return this type.
    header: Option<Box<(HeaderName, String)>>,
}

impl Refusal {
    fn coded(
        status: StatusCode,
        code: &str,
        summary: impl Into<String>,
        causes: &[String],
    ) -> Self {
        let causes: Vec<Value> = causes
            .iter()
            .map(|cause| json!({ "errorSummary": cause }))
            .collect();
        Self {
            status,
            header: None,
            body: json!({
                "errorCode": code,
                "errorSummary": summary.into(),
                "errorLink": code,
                "errorId": format!("oae{}", random_text(16)),
                "errorCauses": causes,
            }),
        }
    }

    /// The same with a header.
    pub(crate) fn with_header(self, name: HeaderName, value: String) -> Self {
        Self {
            header: Some(Box::new((name, value))),
            ..self
        }
    }

    /// What the System Log gives as the reason.
    pub(crate) fn reason(&self) -> &str {
        let text = self.body.get("error_description");
        text.or_else(|| self.body.get("errorSummary"))
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// A field breaks a rule; the field is a dotted path in the body.
    pub(crate) fn invalid(field: &str, reason: &str) -> Self {
        Self::coded(
            StatusCode::BAD_REQUEST,
            "E0000001",
            format!("Api validation failed: {field}"),
            &[format!("{field}: {reason}")],
        )
    }

    /// A required field is missing or empty.
    pub(crate) fn blank(field: &str) -> Self {
        Self::invalid(field, "The field cannot be left blank")
    }

    /// Another object has this name.
    pub(crate) fn taken(field: &str) -> Self {
        Self::invalid(
            field,
            "An object with this field already exists in the current organization",
        )
    }

    /// Somebody has the role already; Okta's error catalogue has a code of its own for that.
    pub(crate) fn role_taken() -> Self {
        Self::coded(
            StatusCode::CONFLICT,
            "E0000090",
            "Duplicate role",
            &["The role specified is already assigned to the user.".to_owned()],
        )
    }

    /// The body is no JSON, or has a JSON type or a word in it that is not allowed there.
    pub(crate) fn malformed() -> Self {
        Self::coded(
            StatusCode::BAD_REQUEST,
            "E0000003",
            "The request body was not well-formed.",
            &[],
        )
    }

    /// The body is not sent as JSON.
    pub(crate) fn media_type() -> Self {
        Self::coded(
            StatusCode::BAD_REQUEST,
            "E0000021",
            "Bad request.  Accept and/or Content-Type headers likely do not match supported values.",
            &[],
        )
    }

    /// The token is unknown or revoked.
    pub(crate) fn invalid_token() -> Self {
        Self::coded(
            StatusCode::UNAUTHORIZED,
            "E0000011",
            "Invalid token provided",
            &[],
        )
    }

    /// There is no token at all.
    pub(crate) fn no_session() -> Self {
        Self::coded(StatusCode::FORBIDDEN, "E0000005", "Invalid session", &[])
    }

    /// The proof that goes with an access token does not do.
    pub(crate) fn bad_proof() -> Self {
        Self::coded(
            StatusCode::BAD_REQUEST,
            "E0000001",
            "Api validation failed: DPoP",
            &[],
        )
    }

    /// A query parameter has a value that is not allowed.
    pub(crate) fn filter(text: &str, reason: &str) -> Self {
        Self::coded(
            StatusCode::BAD_REQUEST,
            "E0000053",
            format!("Invalid filter '{text}': {reason}"),
            &[],
        )
    }

    /// The object is protected.
    pub(crate) fn forbidden() -> Self {
        Self::coded(
            StatusCode::FORBIDDEN,
            "E0000006",
            "You do not have permission to perform the requested action",
            &[],
        )
    }

    /// An active application cannot be deleted.
    pub(crate) fn delete_forbidden() -> Self {
        Self::coded(
            StatusCode::FORBIDDEN,
            "E0000056",
            "Delete application forbidden.",
            &[],
        )
    }

    /// No object of this kind has the id; the kind is Okta's name of it, `AuthorizationServer`.
    pub(crate) fn not_found(id: &str, kind: &str) -> Self {
        Self::coded(
            StatusCode::NOT_FOUND,
            "E0000007",
            format!("Not found: Resource not found: {id} ({kind})"),
            &[],
        )
    }

    /// No such path.
    pub(crate) fn no_route() -> Self {
        Self::coded(
            StatusCode::NOT_FOUND,
            "E0000008",
            "The requested path was not found",
            &[],
        )
    }

    /// The path has no such method.
    pub(crate) fn no_method() -> Self {
        Self::coded(
            StatusCode::METHOD_NOT_ALLOWED,
            "E0000022",
            "The endpoint does not support the provided HTTP method",
            &[],
        )
    }

    /// The org takes no writes for a while.
    pub(crate) fn read_only() -> Self {
        Self::coded(
            StatusCode::SERVICE_UNAVAILABLE,
            "E0000010",
            "Service is in read only mode",
            &[],
        )
    }

    /// A write that says neither what its body is nor how long.
    /// <https://developer.okta.com/docs/reference/core-okta-api/>
    pub(crate) fn no_length() -> Self {
        Self::coded(
            StatusCode::LENGTH_REQUIRED,
            "E0000021",
            "Bad request.  The Content-Length header is missing.",
            &[],
        )
    }

    /// The bucket is empty.
    pub(crate) fn too_many() -> Self {
        Self::coded(
            StatusCode::TOO_MANY_REQUESTS,
            "E0000047",
            "API call exceeded rate limit due to too many requests.",
            &[],
        )
    }

    /// The token endpoint's form of [`too_many`](Self::too_many).
    pub(crate) fn too_many_tokens() -> Self {
        Self::oauth(
            StatusCode::TOO_MANY_REQUESTS,
            "invalid_grant",
            "API call exceeded rate limit due to too many requests.",
        )
    }

    /// Discovery for a client that does not exist: OAuth's word in Okta's form.
    pub(crate) fn unknown_client_id() -> Self {
        Self::coded(
            StatusCode::BAD_REQUEST,
            "invalid_client",
            "Invalid value for 'client_id' parameter.",
            &[],
        )
    }

    /// An OAuth error.
    pub(crate) fn oauth(status: StatusCode, error: &str, description: impl Into<String>) -> Self {
        Self {
            status,
            header: None,
            body: json!({ "error": error, "error_description": description.into() }),
        }
    }

    /// An OAuth error with status 400.
    pub(crate) fn oauth_request(error: &str, description: impl Into<String>) -> Self {
        Self::oauth(StatusCode::BAD_REQUEST, error, description)
    }

    /// The client's id or secret is wrong.
    pub(crate) fn invalid_client() -> Self {
        Self::oauth(
            StatusCode::UNAUTHORIZED,
            "invalid_client",
            "Client authentication failed. Either the client or the client credentials are invalid.",
        )
    }

    /// Registration metadata break a rule (RFC 7591, 3.2.2).
    pub(crate) fn invalid_metadata(field: &str, reason: &str) -> Self {
        Self::oauth_request("invalid_client_metadata", format!("'{field}': {reason}"))
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.body)).into_response();
        if let Some((name, value)) = self.header.map(|header| *header)
            && let Ok(value) = HeaderValue::try_from(value)
        {
            response.headers_mut().insert(name, value);
        }
        response
    }
}
