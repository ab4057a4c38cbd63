use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::{Diagnostic, Spanned};
use crate::kinds::konnect::labels::Labels;
use crate::kinds::{Entry, Out};

use super::{KEY_AUTH, OPENID_CONNECT};

/// How applications log in to the published APIs.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// `openid_connect` (the default) or `key_auth`; it cannot be changed later.
    #[schemars(extend(
        "enum" = ["openid_connect", "key_auth"],
        "x-obsolete" = {
            "okta": "Konnect's API has no such type any more: write `openid_connect` and name the `dcr_provider`"
        }
    ))]
    pub strategy_type: Option<Spanned<String>>,
    /// Shown to developers.
    #[schemars(required, length(max = 256), example = &"Okta")]
    pub display_name: Option<String>,
    /// The DCR provider that registers the clients; the issuer comes from there.
    #[schemars(example = &"okta-prod")]
    pub dcr_provider: Option<Spanned<String>>,
    /// The authorization server that issues the tokens, where no DCR provider says so.
    pub authorization_server: Option<Spanned<String>>,
    /// The issuer's URL, where neither of them says so.
    #[schemars(length(max = 256), extend("format" = "uri"))]
    pub issuer: Option<Spanned<String>>,
    /// The scopes that the gateway asks for; they must be there in the authorization server.
    #[schemars(length(max = 50), inner(length(min = 1, max = 128)), example = ["orders.read"])]
    pub scopes: Option<Vec<Spanned<String>>>,
    /// The path of the access token's claim that names the application.
    #[schemars(length(max = 10), inner(length(min = 1, max = 128)), example = ["client_id"])]
    pub credential_claims: Option<Vec<Spanned<String>>>,
    /// How applications may log in: `client_credentials`, `bearer`, `session`, ...
    #[schemars(length(max = 10), inner(length(min = 1, max = 64)), example = ["client_credentials", "bearer"])]
    pub auth_methods: Option<Vec<Spanned<String>>>,
    /// `key_auth`: the headers that may hold the key.
    #[schemars(length(min = 1, max = 10), inner(length(min = 1, max = 256)))]
    pub key_names: Option<Vec<String>>,
    /// Labels besides our own.
    #[schemars(with = "Option<std::collections::BTreeMap<String, String>>")]
    pub labels: Option<Labels>,
}

impl Spec {
    /// The type, by default that of all strategies with an issuer.
    pub(super) fn strategy_type(&self) -> &str {
        self.strategy_type
            .as_ref()
            .map_or(OPENID_CONNECT, |kind| kind.value.as_str())
    }
}

/// The fields that need an issuer.
const OPENID_FIELDS: [&str; 6] = [
    "dcr_provider",
    "authorization_server",
    "issuer",
    "scopes",
    "credential_claims",
    "auth_methods",
];

/// Checks that the fields fit the type; what spans both systems is checked elsewhere.
pub(super) fn check(entry: &Entry<'_, Spec>, out: &mut Out<'_>) {
    let spec = &entry.spec;
    if spec.strategy_type() == KEY_AUTH {
        for field in OPENID_FIELDS {
            if entry.node.get(field).is_some() {
                entry.misplaced(
                    out,
                    field,
                    "means nothing to a strategy of type `key_auth`: Konnect issues the keys",
                    "remove it, or write `strategy_type: openid_connect`",
                );
            }
        }
        return;
    }
    if spec.key_names.is_some() {
        entry.misplaced(
            out,
            "key_names",
            "belongs to a strategy of type `key_auth`",
            "remove it, or write `strategy_type: key_auth`",
        );
    }
    if spec.dcr_provider.is_none() && spec.authorization_server.is_none() && spec.issuer.is_none() {
        out.report.push(
            Diagnostic::error(
                "missing-field",
                format!("`{}` needs `dcr_provider`", entry.key()),
            )
            .at(entry.key().span)
            .help("add `dcr_provider: …` with a name of `konnect.dcr_providers`")
            .help("without DCR, name the `authorization_server` or the `issuer` instead"),
        );
    }
    if spec.auth_methods.as_ref().is_none_or(Vec::is_empty) {
        entry.missing(out, "auth_methods", "[client_credentials, bearer]");
    }
    if spec.credential_claims.as_ref().is_none_or(Vec::is_empty) {
        entry.missing(out, "credential_claims", "[client_id]");
    }
}
