use serde_json::Value as Json;

use crate::vendor::{Answer, VendorError};

/// Says why there is no token, or why it cannot be trusted.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The request failed; OAuth's `error` and `error_description` are in its answer.
    #[error("the issuer could not be used")]
    Vendor(#[source] VendorError),
    /// The metadata is of another issuer (RFC 8414, section 3.3).
    #[error("the issuer calls itself `{theirs}`, not `{ours}`")]
    OtherIssuer {
        /// As the document or Konnect has it.
        ours: String,
        /// As its metadata has it.
        theirs: String,
    },
    /// An answer lacks what it must have.
    #[error("the issuer's answer has no `{0}`")]
    Missing(&'static str),
    /// The token is no JWT, so its claims cannot be read.
    #[error("the access token is no JWT; only tokens of a custom authorization server can be read")]
    NotJwt(#[source] jsonwebtoken::errors::Error),
    /// The issuer does not publish the key.
    #[error("the issuer does not publish the key `{kid}` that signed the token")]
    UnknownKey {
        /// The key's id as the token names it.
        kid: String,
    },
    /// Signature, issuer or time is wrong.
    #[error("the token is not valid")]
    Invalid(#[source] jsonwebtoken::errors::Error),
}

impl TokenError {
    /// OAuth's error code and description (RFC 6749, section 5.2), if the issuer gave them.
    pub fn oauth(&self) -> Option<(&str, &str)> {
        let Self::Vendor(error) = self else {
            return None;
        };
        let answer = error.answer()?;
        Some((answer.code.as_deref()?, &answer.message))
    }

    /// The failed request, if it was one.
    pub fn vendor(&self) -> Option<&VendorError> {
        if let Self::Vendor(error) = self {
            Some(error)
        } else {
            None
        }
    }
}

impl From<VendorError> for TokenError {
    fn from(error: VendorError) -> Self {
        Self::Vendor(error)
    }
}

/// Reads OAuth's error body, or Okta's, which answers so when the server does not exist.
pub(in crate::vendor) fn answer(json: &Json) -> Answer {
    let text = |name: &str| json.get(name).and_then(Json::as_str).map(str::to_owned);
    if json.get("errorCode").is_some() {
        return crate::vendor::okta::answer(json);
    }
    Answer {
        code: text("error"),
        message: text("error_description")
            .or_else(|| text("message"))
            .unwrap_or_default(),
        ..Answer::default()
    }
}
