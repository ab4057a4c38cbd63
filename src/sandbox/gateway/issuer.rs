use axum::http::StatusCode;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{DecodingKey, Validation, decode, decode_header};
use reqwest::RequestBuilder;
use serde_json::{Map, Value};
use url::Url;

use super::entry::Denied;
use crate::sandbox::konnect::Konnect;

/// A token issuer, as its discovery document describes it (`OpenID` Connect Discovery 1.0).
#[derive(Debug)]
pub(super) struct Issuer<'a> {
    konnect: &'a Konnect,
    name: String,
    token_endpoint: String,
    jwks_uri: String,
}

impl<'a> Issuer<'a> {
    /// Reads the discovery document. It is not kept: a change at the issuer is seen at once.
    pub(super) async fn discover(konnect: &'a Konnect, issuer: &str) -> Result<Self, Denied> {
        let address = issuer.trim_end_matches('/');
        let address = format!("{address}/.well-known/openid-configuration");
        let (status, document) = get(konnect, &address).await?;
        let text = |key: &str| document.get(key).and_then(Value::as_str).map(str::to_owned);
        match (text("issuer"), text("token_endpoint"), text("jwks_uri")) {
            (Some(name), Some(token_endpoint), Some(jwks_uri)) if status.is_success() => Ok(Self {
                konnect,
                name,
                token_endpoint,
                jwks_uri,
            }),
            (_, _, _) => Err(Denied::Broken),
        }
    }

    /// Fetches a token by the client credentials grant (RFC 6749, section 4.4).
    pub(super) async fn fetch_token(
        &self,
        id: &str,
        secret: &str,
        scopes: &[&str],
    ) -> Result<String, Denied> {
        // the plugin's default, which fails with this grant at Okta: the vendors' documented trap
        let scope = if scopes.is_empty() {
            "openid".to_owned()
        } else {
            scopes.join(" ")
        };
        let request = self
            .konnect
            .http()
            .post(&self.token_endpoint)
            .basic_auth(id, Some(secret))
            .form(&[("grant_type", "client_credentials"), ("scope", &scope)]);
        let (status, answer) = send(self.konnect, &self.token_endpoint, request).await?;
        let token = answer.get("access_token").and_then(Value::as_str);
        match token.filter(|_| status == StatusCode::OK) {
            Some(token) => Ok(token.to_owned()),
            None => Err(Denied::Unauthorized),
        }
    }

    /// Verifies a token by the issuer's keys and reads its claims.
    pub(super) async fn read_token(&self, token: &str) -> Result<Map<String, Value>, Denied> {
        let header = decode_header(token).map_err(|_| Denied::Unauthorized)?;
        let kid = header.kid.as_deref().ok_or(Denied::Unauthorized)?;
        let (_, keys) = get(self.konnect, &self.jwks_uri).await?;
        let keys: JwkSet = serde_json::from_value(keys).map_err(|_| Denied::Broken)?;
        let key = keys.find(kid).ok_or(Denied::Unauthorized)?;
        let key = DecodingKey::from_jwk(key).map_err(|_| Denied::Broken)?;
        let mut validation = Validation::new(header.alg);
        validation.set_issuer(&[&self.name]);
        validation.set_required_spec_claims(&["iss", "exp"]);
        validation.validate_aud = false;
        // times are checked below: the sandbox's clock can be moved
        validation.validate_exp = false;
        validation.validate_nbf = false;
        let claims = decode::<Map<String, Value>>(token, &key, &validation)
            .map_err(|_| Denied::Unauthorized)?
            .claims;
        let now = self.konnect.state.now().as_second();
        let second = |claim: &str| claims.get(claim).and_then(Value::as_i64);
        let is_over = second("exp").is_none_or(|end| end <= now);
        if is_over || second("nbf").is_some_and(|start| start > now) {
            return Err(Denied::Unauthorized);
        }
        Ok(claims)
    }
}

async fn get(konnect: &Konnect, address: &str) -> Result<(StatusCode, Value), Denied> {
    send(konnect, address, konnect.http().get(address)).await
}

async fn send(
    konnect: &Konnect,
    address: &str,
    request: RequestBuilder,
) -> Result<(StatusCode, Value), Denied> {
    let url = Url::parse(address).map_err(|_| Denied::Broken)?;
    if !konnect.calls.may_call(&url).await {
        return Err(Denied::Broken);
    }
    let response = request.send().await.map_err(|_| Denied::Broken)?;
    let status = response.status();
    let text = response.text().await.map_err(|_| Denied::Broken)?;
    Ok((status, serde_json::from_str(&text).unwrap_or_default()))
}
