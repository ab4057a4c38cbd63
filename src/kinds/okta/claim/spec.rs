use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::Diagnostic;
use crate::kinds::{Entry, Out};

/// A claim of an authorization server's tokens.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// An Okta expression, such as `app.clientId`; a filter when `value_type` is `groups`.
    #[schemars(required, example = &"app.clientId")]
    pub value: Option<String>,
    /// The token that carries it.
    #[serde(default)]
    pub token: Token,
    /// How `value` is read; `expression` when it is made without.
    pub value_type: Option<ValueType>,
    /// How `value` filters groups; only with `value_type: groups`.
    pub group_filter: Option<GroupFilter>,
    /// The scopes that bring it into the token; any when empty.
    pub scopes: Option<Vec<String>>,
    /// Whether an identity token has it without being asked for; an access token always has it.
    pub always_include: Option<bool>,
    /// Whether it is in use.
    pub active: Option<bool>,
}

/// The token that carries a claim.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Token {
    /// The access token (`RESOURCE` at Okta).
    #[default]
    Access,
    /// The identity token (`IDENTITY` at Okta).
    Id,
}

impl Token {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Id => "id",
        }
    }
}

/// How a claim's value is read.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ValueType {
    /// An Okta expression.
    Expression,
    /// A filter over groups.
    Groups,
}

impl ValueType {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Expression => "expression",
            Self::Groups => "groups",
        }
    }
}

/// How a claim's value filters groups.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GroupFilter {
    /// The name starts with it.
    StartsWith,
    /// The name is it.
    Equals,
    /// The name holds it.
    Contains,
    /// The name matches the regular expression.
    Regex,
}

impl GroupFilter {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::StartsWith => "starts_with",
            Self::Equals => "equals",
            Self::Contains => "contains",
            Self::Regex => "regex",
        }
    }
}

/// Claims of the payload that Okta sets itself.
pub(super) const RESERVED: [&str; 11] = [
    "acr",
    "auth_time",
    "aud",
    "cid",
    "exp",
    "iat",
    "iss",
    "jti",
    "scp",
    "uid",
    "ver",
];

/// Checks that a filter comes with groups, and groups with a filter: Okta drops or refuses the half.
/// So it does with an access token's claim that is not always included.
pub(super) fn check(entry: &Entry<'_, Spec>, out: &mut Out<'_>) {
    if let (Some(false), Token::Access) = (entry.spec.always_include, entry.spec.token) {
        entry.misplaced(
            out,
            "always_include",
            "cannot be false for an access token: Okta always includes its claims",
            "remove it, limit the claim by `scopes`, or write `token: id`",
        );
    }
    let groups = matches!(entry.spec.value_type, Some(ValueType::Groups));
    match entry.spec.group_filter {
        None if groups => entry.missing(out, "group_filter", "starts_with"),
        Some(_) if !groups => out.report.push(
            Diagnostic::error(
                "misplaced-field",
                "`group_filter` means nothing without `value_type: groups`",
            )
            .at(entry.span_of("group_filter")),
        ),
        None | Some(_) => {}
    }
}
