use axum::http::{HeaderMap, header};
use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};
use serde_json::Value;
use sha2::Digest;

use super::Vendor;
use super::world::World;

/// Who sends a request. Read without a check: the vendor makes that, and only what it let through counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Author {
    pub(super) actor: String,
    /// The token's name.
    pub(super) token: String,
}

impl Author {
    /// The one that a request's headers name; nobody where they name none.
    pub(super) fn of(world: &World, vendor: Vendor, headers: &HeaderMap) -> Self {
        let authorization = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split_once(' '))
            .map_or(("", ""), |(scheme, value)| (scheme, value.trim()));
        let found = match vendor {
            Vendor::Okta => okta(world, authorization),
            Vendor::Konnect => world.konnect.read(|state| {
                let token = state.token_name(authorization.1)?;
                Some(Self::new("admin@example.com", &token))
            }),
            Vendor::Portal => world.konnect.read(|state| {
                let email = super::portal::developer_of(state, headers, world.common.now())?;
                Some(Self::new(&email, "session"))
            }),
            Vendor::Gateway => None,
        };
        found.unwrap_or_default()
    }

    fn new(actor: &str, token: &str) -> Self {
        Self {
            actor: actor.to_owned(),
            token: token.to_owned(),
        }
    }
}

fn okta(world: &World, (scheme, value): (&str, &str)) -> Option<Author> {
    match scheme.to_ascii_lowercase().as_str() {
        "ssws" => {
            let digest = HEXLOWER.encode(&sha2::Sha256::digest(value.as_bytes()));
            world.okta.read(|state| {
                let token = state.tokens.iter().find(|token| token.digest == digest)?;
                Some(Author::new(&state.user.login, &token.name))
            })
        }
        "bearer" | "dpop" => {
            let payload = value.split('.').nth(1)?;
            let payload = BASE64URL_NOPAD.decode(payload.as_bytes()).ok()?;
            let claims: Value = serde_json::from_slice(&payload).ok()?;
            let client = claims.get("cid").or_else(|| claims.get("sub"))?.as_str()?;
            Some(Author::new(client, "access token"))
        }
        "basic" => {
            let pair = BASE64.decode(value.as_bytes()).ok()?;
            let pair = String::from_utf8(pair).ok()?;
            let (client, _) = pair.split_once(':')?;
            Some(Author::new(client, "client secret"))
        }
        _ => None,
    }
}
