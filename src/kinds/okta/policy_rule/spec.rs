use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::Diagnostic;
use crate::kinds::{Entry, Out};

/// A rule of an access policy.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// The grant types that it is for.
    #[schemars(required, length(min = 1), example = ["client_credentials"])]
    pub grant_types: Option<Vec<GrantType>>,
    /// The scopes that it grants; `"*"` stands for all.
    #[schemars(required, length(min = 1), example = ["orders.read"])]
    pub scopes: Option<Vec<String>>,
    /// Ids of the groups whose members it is for, or `EVERYONE`; grant types with a person need it.
    pub groups: Option<Vec<String>>,
    /// Its place among the rules of the policy; the lowest is asked first.
    #[schemars(range(min = 1))]
    pub priority: Option<u32>,
    /// How long an access token lives, in minutes.
    #[schemars(range(min = 5, max = 1440))]
    pub access_token_minutes: Option<u32>,
    /// How long a refresh token lives, in minutes; 0 is for ever.
    pub refresh_token_minutes: Option<u32>,
    /// How long a refresh token lives without being used, in minutes.
    #[schemars(range(min = 10, max = 2_628_000))]
    pub refresh_token_window_minutes: Option<u32>,
    /// Whether it is in use.
    pub active: Option<bool>,
}

/// A way to get a token (RFC 6749 and its extensions).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GrantType {
    /// A person logs in, the application gets a code.
    AuthorizationCode,
    /// A machine logs in by itself.
    ClientCredentials,
    /// The token comes in the redirect; obsolete.
    Implicit,
    /// The application sees the person's password; obsolete.
    Password,
    /// A new access token for an old session.
    RefreshToken,
    /// A device without a keyboard.
    #[serde(rename = "urn:ietf:params:oauth:grant-type:device_code")]
    DeviceCode,
    /// One token for another.
    #[serde(rename = "urn:ietf:params:oauth:grant-type:token-exchange")]
    TokenExchange,
    /// A SAML assertion for a token.
    #[serde(rename = "urn:ietf:params:oauth:grant-type:saml2-bearer")]
    Saml2Bearer,
    /// A JWT for a token.
    #[serde(rename = "urn:ietf:params:oauth:grant-type:jwt-bearer")]
    JwtBearer,
    /// A person is asked on another device.
    #[serde(rename = "urn:openid:params:grant-type:ciba")]
    Ciba,
    /// Okta's embedded log-in.
    InteractionCode,
}

impl GrantType {
    /// The name on the wire.
    pub fn wire(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::ClientCredentials => "client_credentials",
            Self::Implicit => "implicit",
            Self::Password => "password",
            Self::RefreshToken => "refresh_token",
            Self::DeviceCode => "urn:ietf:params:oauth:grant-type:device_code",
            Self::TokenExchange => "urn:ietf:params:oauth:grant-type:token-exchange",
            Self::Saml2Bearer => "urn:ietf:params:oauth:grant-type:saml2-bearer",
            Self::JwtBearer => "urn:ietf:params:oauth:grant-type:jwt-bearer",
            Self::Ciba => "urn:openid:params:grant-type:ciba",
            Self::InteractionCode => "interaction_code",
        }
    }

    /// Tells whether a person takes part, so that Okta wants to know who may.
    fn has_person(self) -> bool {
        match self {
            Self::AuthorizationCode | Self::Implicit | Self::Password => true,
            Self::ClientCredentials
            | Self::RefreshToken
            | Self::DeviceCode
            | Self::TokenExchange
            | Self::Saml2Bearer
            | Self::JwtBearer
            | Self::Ciba
            | Self::InteractionCode => false,
        }
    }
}

/// Finds what Okta would refuse, with a better message than Okta's.
pub(super) fn check(entry: &Entry<'_, Spec>, out: &mut Out<'_>) {
    let spec = &entry.spec;
    let types = spec.grant_types.as_deref().unwrap_or_default();
    let nobody = spec.groups.as_ref().is_none_or(Vec::is_empty);
    if let Some(grant) = types.iter().find(|grant| grant.has_person())
        && nobody
    {
        out.report.push(
            Diagnostic::error(
                "rule-without-people",
                format!(
                    "`{}` is for people, and the rule names no group",
                    grant.wire()
                ),
            )
            .at(entry.span_of("grant_types"))
            .help("add `groups: [EVERYONE]` or the ids of the groups that may log in"),
        );
    }
    let (life, window) = (
        spec.refresh_token_minutes,
        spec.refresh_token_window_minutes,
    );
    if let (Some(access), Some(window)) = (spec.access_token_minutes, window)
        && window < access
    {
        out.report.push(
            Diagnostic::error(
                "token-lifetimes",
                "`refresh_token_window_minutes` is shorter than `access_token_minutes`",
            )
            .at(entry.span_of("refresh_token_window_minutes")),
        );
    }
    if let (Some(life), Some(window)) = (life, window)
        && life > 0
        && window > life
    {
        out.report.push(
            Diagnostic::error(
                "token-lifetimes",
                "a refresh token may be idle for longer than it lives",
            )
            .label(
                entry.span_of("refresh_token_window_minutes"),
                "its idle time",
            )
            .label(entry.span_of("refresh_token_minutes"), "its whole life")
            .help(format!(
                "make `refresh_token_window_minutes` at most {life}"
            )),
        );
    }
}
