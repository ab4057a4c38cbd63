//! What the body of a DCR provider may hold (konnect.md, section 3).

use super::provider::ProviderType;
use crate::sandbox::konnect::wire::body::{Body, Field};
use crate::sandbox::konnect::wire::shape::{Pattern, Shape};

const NAME: Shape = Shape::Text(1, 256);
const TEXT: Shape = Shape::Text(0, 256);

/// Any object: its own table depends on the provider's type.
static ANYTHING: Body = Body::open(&[]);

/// Creation.
pub(in crate::sandbox::konnect) static CREATE: Body = Body::closed(&[
    Field::required("provider_type", Shape::Choice(&ProviderType::NAMES)),
    Field::required("name", NAME),
    Field::new("display_name", NAME),
    Field::required("issuer", Shape::Url(256)),
    Field::new("dcr_config", Shape::Object(&ANYTHING)),
    Field::new("labels", Shape::Labels(false)),
]);

/// PATCH; the type cannot be changed, so it is not known here.
pub(in crate::sandbox::konnect) static UPDATE: Body = Body::closed(&[
    Field::new("name", NAME),
    Field::new("display_name", NAME),
    Field::new("issuer", Shape::Url(256)),
    Field::new("dcr_config", Shape::Object(&ANYTHING)),
    Field::new("labels", Shape::Labels(true)),
]);

static OKTA: Body = Body::closed(&[Field::required("dcr_token", TEXT)]);
static AUTH0: Body = Body::closed(&[
    Field::required("initial_client_id", TEXT),
    Field::required("initial_client_secret", TEXT),
    Field::nullable("initial_client_audience", TEXT),
    Field::new("use_developer_managed_scopes", Shape::Flag),
]);
static CLIENT: Body = Body::closed(&[
    Field::required("initial_client_id", TEXT),
    Field::required("initial_client_secret", TEXT),
]);
static API_KEY: Pattern = Pattern {
    text: "^[a-zA-Z0-9_]+$",
    holds: |text| text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'),
};
static HTTP: Body = Body::closed(&[
    Field::required("dcr_base_url", Shape::Url(256)),
    Field::required("api_key", Shape::Pattern(12, 256, &API_KEY)),
    Field::new("disable_event_hooks", Shape::Flag),
    Field::new("disable_refresh_secret", Shape::Flag),
    Field::new("allow_multiple_credentials", Shape::Flag),
]);
static NOTHING: Body = Body::closed(&[]);

impl ProviderType {
    /// What its `dcr_config` may hold.
    pub(in crate::sandbox::konnect) fn config_table(self) -> &'static Body {
        match self {
            Self::Okta => &OKTA,
            Self::Auth0 => &AUTH0,
            Self::AzureAd | Self::Curity => &CLIENT,
            Self::Http => &HTTP,
            Self::KongIdentity => &NOTHING,
        }
    }

    /// The one property of its `dcr_config` that is never answered.
    pub(in crate::sandbox::konnect) fn secret_name(self) -> Option<&'static str> {
        match self {
            Self::Okta => Some("dcr_token"),
            Self::Auth0 | Self::AzureAd | Self::Curity => Some("initial_client_secret"),
            Self::Http => Some("api_key"),
            Self::KongIdentity => None,
        }
    }
}
