use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::{Diagnostic, SecretRef, Spanned};
use crate::kinds::{Entry, Out};

/// An application of a developer portal.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// The portal.
    #[schemars(example = &"developer-portal")]
    pub portal: Spanned<String>,
    /// The developer, or the team, that owns it.
    pub owner: OwnedBy,
    /// How it logs in; it cannot be changed later.
    #[schemars(required, example = &"okta-oidc")]
    pub auth_strategy: Option<Spanned<String>>,
    /// What it is for.
    #[schemars(length(max = 255))]
    pub description: Option<String>,
    /// The APIs that it is registered for.
    #[schemars(example = ["orders"])]
    pub apis: Option<Vec<Spanned<String>>>,
    /// Where its client comes from; `dcr` when nothing is said.
    pub client: Option<Spanned<ClientSource>>,
    /// `dcr`: the owning developer's password at the portal.
    pub login: Option<Spanned<SecretRef>>,
    /// Where `client_id` and `client_secret` are kept.
    pub credentials: Option<Credentials>,
}

/// Who owns an application.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum OwnedBy {
    /// A developer of the portal, by e-mail address.
    Developer(Spanned<String>),
    /// A team of the portal, by name.
    Team(Spanned<String>),
}

/// Where the client of an application comes from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum ClientSource {
    /// Konnect registers it by Dynamic Client Registration.
    Dcr,
    /// dcrsync makes it in Okta.
    Managed,
    /// It is there already, under this client id.
    Existing(String),
}

/// Where issued credentials are kept: `client_id` and `client_secret` below a path of a SOPS file.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct Credentials {
    /// The dotted path of the mapping.
    #[schemars(length(min = 1), example = &"clients.mobile-backend")]
    pub sops: String,
    /// The SOPS file, relative to this file; made for the recipients of the first of `secrets.files`.
    #[schemars(length(min = 1), example = &"clients.sops.yaml")]
    pub r#in: String,
}

/// Checks that everything is there that the way to the client needs.
pub(super) fn check(entry: &Entry<'_, Spec>, out: &mut Out<'_>) {
    let spec = &entry.spec;
    match spec.client.as_deref().unwrap_or(&ClientSource::Dcr) {
        ClientSource::Dcr => {
            if let OwnedBy::Team(team) = &spec.owner {
                out.report.push(
                    Diagnostic::error(
                        "dcr-needs-developer",
                        "`client: dcr` needs a developer who logs in, not a team",
                    )
                    .at(team.span)
                    .help("own it by a `developer`, or take `client: managed`"),
                );
            }
            if spec.login.is_none() {
                out.report.push(
                    Diagnostic::error(
                        "missing-field",
                        format!("`{}` needs `login`, the owning developer's password at the portal", entry.key()),
                    )
                    .at(entry.key().span)
                    .help("add `login: { sops: portal.password }`, or take `client: managed`, which needs no password"),
                );
            }
            if spec.credentials.is_none() {
                super::nowhere_to_keep(entry, out);
            }
        }
        ClientSource::Managed => {
            if spec.credentials.is_none() {
                super::nowhere_to_keep(entry, out);
            }
        }
        ClientSource::Existing(_) => {}
    }
}
