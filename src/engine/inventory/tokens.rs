//! What Okta tells of an API token: all but its value, so one of several cannot be told apart.

use jiff::Timestamp;
use serde_json::Value as Json;

use super::{Holding, Since};
use crate::base::Secret;
use crate::engine::Engine;
use crate::engine::verify::chain;
use crate::vendor::VendorError;

impl Engine {
    /// Asks Okta when a token was made and when it ends; what cannot be told becomes a note.
    pub(super) async fn ask_about_token(&self, token: &Secret, holding: &mut Holding) {
        match self.tokens_of_user(token).await {
            Ok(tokens) => tell(&tokens, holding),
            Err(error) if error.answer().is_some_and(|answer| answer.status == 401) => {
                holding.problem =
                    Some("Okta does not take it: revoked, expired, or of another org".to_owned());
            }
            Err(error) => holding.note(format!("Okta did not tell of it: {}", chain(&error))),
        }
    }

    /// The tokens of the user whose token this is.
    async fn tokens_of_user(&self, token: &Secret) -> Result<Vec<Json>, VendorError> {
        let own = self.readers.okta.with_token(token)?;
        let user = own.get("/api/v1/users/me").await?;
        let user = user.as_ref().and_then(|user| user.get("id"));
        let user = user.and_then(Json::as_str).unwrap_or_default().to_owned();
        // an administrator of less may not list them by its own token, but we may by ours
        let mut tokens = self.readers.okta.list("/api/v1/api-tokens", &[]).await?;
        tokens.retain(|token| token.get("userId").and_then(Json::as_str) == Some(&user));
        Ok(tokens)
    }
}

/// Which of a user's tokens it is can be told only where there is one.
pub(super) fn tell(tokens: &[Json], holding: &mut Holding) {
    let time = |token: &Json, name: &str| -> Option<Timestamp> {
        token.get(name).and_then(Json::as_str)?.parse().ok()
    };
    match tokens {
        [] => holding.note("Okta lists no token of its user"),
        [only] => {
            if let Some(created) = time(only, "created") {
                holding.since = Since::Exactly(created);
            }
            holding.expires = time(only, "expiresAt");
        }
        several => {
            let ends = several.iter().filter_map(|token| time(token, "expiresAt"));
            let ends = ends.min();
            let ends = ends.map_or(String::new(), |end| {
                format!("; the first of them ends on {}", end.strftime("%F"))
            });
            holding.note(format!(
                "its user has {} tokens, and Okta does not tell which one this is{ends}",
                several.len()
            ));
        }
    }
}
