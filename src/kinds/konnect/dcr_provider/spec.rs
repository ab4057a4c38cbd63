use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::{Diagnostic, SecretRef, Spanned};
use crate::kinds::konnect::labels::Labels;
use crate::kinds::{Entry, Out};

/// Where and with which credentials Konnect registers clients.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// The identity provider's make.
    #[schemars(required)]
    pub r#type: Option<ProviderType>,
    /// Shown to administrators.
    #[schemars(length(min = 1, max = 256))]
    pub display_name: Option<String>,
    /// The authorization server whose issuer this is.
    #[schemars(example = &"default")]
    pub authorization_server: Option<Spanned<String>>,
    /// The issuer's URL, where it is no authorization server of this document's org.
    #[schemars(length(max = 256), extend("format" = "uri"))]
    pub issuer: Option<Spanned<String>>,
    /// `okta`: the API token by which Konnect registers clients.
    pub dcr_token: Option<Spanned<SecretRef>>,
    /// `auth0`, `azure_ad`, `curity`: the client that registers others.
    #[schemars(length(max = 256))]
    pub client_id: Option<String>,
    /// `auth0`, `azure_ad`, `curity`: that client's secret.
    pub client_secret: Option<Spanned<SecretRef>>,
    /// `auth0`: the audience of the management API; the issuer when absent.
    #[schemars(length(max = 256))]
    pub audience: Option<String>,
    /// `auth0`: whether developers choose scopes.
    pub use_developer_managed_scopes: Option<bool>,
    /// `http`: the address of the bridge.
    #[schemars(length(max = 256), extend("format" = "uri"))]
    pub base_url: Option<String>,
    /// `http`: the key that the bridge expects.
    pub api_key: Option<Spanned<SecretRef>>,
    /// `http`: whether events are kept from the bridge.
    pub disable_event_hooks: Option<bool>,
    /// `http`: whether developers may not renew secrets.
    pub disable_refresh_secret: Option<bool>,
    /// `http`: whether an application may have several credentials.
    pub allow_multiple_credentials: Option<bool>,
    /// Labels besides our own.
    #[schemars(with = "Option<std::collections::BTreeMap<String, String>>")]
    pub labels: Option<Labels>,
}

/// The identity provider's make; it cannot be changed later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProviderType {
    /// Okta.
    Okta,
    /// Auth0.
    Auth0,
    /// Microsoft Entra ID (`azureAd` at Konnect).
    AzureAd,
    /// Curity.
    Curity,
    /// A bridge of one's own.
    Http,
}

impl ProviderType {
    pub(super) fn wire(self) -> &'static str {
        match self {
            Self::Okta => "okta",
            Self::Auth0 => "auth0",
            Self::AzureAd => "azureAd",
            Self::Curity => "curity",
            Self::Http => "http",
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::AzureAd => "azure_ad",
            Self::Okta | Self::Auth0 | Self::Curity | Self::Http => self.wire(),
        }
    }

    /// The fields of `dcr_config`, the required ones first.
    pub(super) fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Okta => &["dcr_token"],
            Self::Auth0 => &[
                "client_id",
                "client_secret",
                "audience",
                "use_developer_managed_scopes",
            ],
            Self::AzureAd | Self::Curity => &["client_id", "client_secret"],
            Self::Http => &[
                "base_url",
                "api_key",
                "disable_event_hooks",
                "disable_refresh_secret",
                "allow_multiple_credentials",
            ],
        }
    }

    fn required(self) -> &'static [&'static str] {
        match self {
            Self::Okta => &["dcr_token"],
            Self::Auth0 | Self::AzureAd | Self::Curity => &["client_id", "client_secret"],
            Self::Http => &["base_url", "api_key"],
        }
    }
}

const CONFIG: [&str; 9] = [
    "dcr_token",
    "client_id",
    "client_secret",
    "audience",
    "use_developer_managed_scopes",
    "base_url",
    "api_key",
    "disable_event_hooks",
    "disable_refresh_secret",
];

/// Checks that the fields fit the type and that the issuer is said once.
pub(super) fn check(entry: &Entry<'_, Spec>, out: &mut Out<'_>) {
    let spec = &entry.spec;
    match (&spec.authorization_server, &spec.issuer) {
        (Some(_), Some(issuer)) => out.report.push(
            Diagnostic::error(
                "two-issuers",
                "`authorization_server` and `issuer` both say who the issuer is",
            )
            .label(issuer.span, "")
            .label(entry.span_of("authorization_server"), "and here")
            .help("keep `authorization_server`: the issuer is read from there"),
        ),
        (None, None) => out.report.push(
            Diagnostic::error(
                "missing-field",
                format!("`{}` needs `authorization_server` or `issuer`", entry.key()),
            )
            .at(entry.key().span)
            .help(match spec.r#type {
                Some(ProviderType::Okta) | None => {
                    "add `authorization_server: default`: the issuer is read from there"
                }
                Some(
                    ProviderType::Auth0
                    | ProviderType::AzureAd
                    | ProviderType::Curity
                    | ProviderType::Http,
                ) => "add `issuer: https://…`",
            }),
        ),
        (Some(_), None) | (None, Some(_)) => {}
    }
    let Some(kind) = spec.r#type else {
        return;
    };
    for field in kind.required() {
        if entry.node.get(field).is_none() {
            let example = match *field {
                "client_id" => "…",
                "base_url" => "https://…",
                _ => "{ sops: path }",
            };
            entry.missing(out, field, example);
        }
    }
    for field in CONFIG.iter().chain(&["allow_multiple_credentials"]) {
        if entry.node.get(field).is_some() && !kind.fields().contains(field) {
            let (why, help) = (
                format!("means nothing to a provider of type `{}`", kind.word()),
                format!("remove it; this type takes {}", ticked(kind.fields())),
            );
            entry.misplaced(out, field, &why, &help);
        }
    }
}

fn ticked(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}
