use serde::Deserialize;
use serde_json::Value;

use super::super::http::Refusal;
use super::{Access, ApplicationType, Hide, Notes, OauthSettings, Visibility};

/// `POST` and `PUT /api/v1/apps` as sent.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Body {
    pub(super) name: Option<String>,
    pub(super) label: Option<String>,
    pub(super) sign_on_mode: Option<String>,
    pub(super) credentials: Option<Credentials>,
    pub(super) settings: Option<Settings>,
    pub(super) visibility: Option<VisibilityBody>,
    pub(super) accessibility: Option<AccessBody>,
    pub(super) profile: Option<Value>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Credentials {
    pub(super) oauth_client: Option<ClientCredentials>,
    pub(super) user_name_template: Option<Value>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct ClientCredentials {
    pub(super) client_id: Option<String>,
    pub(super) client_secret: Option<String>,
    pub(super) token_endpoint_auth_method: Option<String>,
    #[serde(rename = "autoKeyRotation")]
    pub(super) auto_key_rotation: Option<bool>,
    pub(super) pkce_required: Option<bool>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Settings {
    pub(super) implicit_assignment: Option<bool>,
    pub(super) notes: Option<Notes>,
    pub(super) oauth_client: Option<OauthSettings>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct VisibilityBody {
    pub(super) auto_launch: Option<bool>,
    pub(super) auto_submit_toolbar: Option<bool>,
    pub(super) hide: Option<Hide>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct AccessBody {
    pub(super) self_service: Option<bool>,
    pub(super) error_redirect_url: Option<String>,
    pub(super) login_redirect_url: Option<String>,
}

impl From<AccessBody> for Access {
    fn from(sent: AccessBody) -> Self {
        Self {
            self_service: sent.self_service.unwrap_or(false),
            error_redirect_url: sent.error_redirect_url,
            login_redirect_url: sent.login_redirect_url,
        }
    }
}

impl From<VisibilityBody> for Visibility {
    fn from(sent: VisibilityBody) -> Self {
        Self {
            auto_launch: sent.auto_launch.unwrap_or(false),
            auto_submit_toolbar: sent.auto_submit_toolbar.unwrap_or(false),
            hide: sent.hide.unwrap_or_default(),
        }
    }
}

/// A rule of OAuth clients that is broken; both APIs have their own words for it.
#[derive(Debug)]
pub(super) struct Violation {
    field: &'static str,
    reason: &'static str,
}

impl Violation {
    fn of<T>(field: &'static str, reason: &'static str) -> Result<T, Self> {
        Err(Self { field, reason })
    }

    /// As `/api/v1/apps` says it.
    pub(super) fn in_settings(self) -> Refusal {
        Refusal::invalid(&format!("settings.oauthClient.{}", self.field), self.reason)
    }

    /// As `/api/v1/apps` says it of what a client logs in with.
    pub(super) fn in_credentials(self) -> Refusal {
        Refusal::invalid(self.field, self.reason)
    }

    /// As `/oauth2/v1/clients` says it.
    pub(super) fn in_metadata(self) -> Refusal {
        Refusal::invalid_metadata(self.field, self.reason)
    }
}

const AUTH_METHODS: [&str; 5] = [
    "client_secret_basic",
    "client_secret_post",
    "client_secret_jwt",
    "private_key_jwt",
    "none",
];
/// Without a person and a browser.
const MACHINE_GRANTS: [&str; 4] = [
    "client_credentials",
    "urn:ietf:params:oauth:grant-type:saml2-bearer",
    "urn:ietf:params:oauth:grant-type:jwt-bearer",
    "urn:ietf:params:oauth:grant-type:token-exchange",
];
const OTHER_GRANTS: [&str; 11] = [
    "authorization_code",
    "implicit",
    "password",
    "refresh_token",
    "interaction_code",
    "urn:ietf:params:oauth:grant-type:device_code",
    "urn:openid:params:grant-type:ciba",
    "urn:okta:params:oauth:grant-type:otp",
    "urn:okta:params:oauth:grant-type:oob",
    "http://auth0.com/oauth/grant-type/mfa-otp",
    "http://auth0.com/oauth/grant-type/mfa-oob",
];

/// Whether codes need a verifier: who cannot keep a secret uses one by default, and must where it has none.
pub(super) fn pkce(
    kind: ApplicationType,
    auth_method: &str,
    asked: Option<bool>,
) -> Result<bool, Violation> {
    if auth_method == "none" && asked == Some(false) {
        return Violation::of(
            "pkce_required",
            "'pkce_required' must be set to true when 'token_endpoint_auth_method' is 'none'",
        );
    }
    Ok(asked.unwrap_or(kind.is_public()))
}

/// The rules that both APIs share.
pub(super) fn check(oauth: &OauthSettings, auth_method: &str) -> Result<(), Violation> {
    if !AUTH_METHODS.contains(&auth_method) {
        return Violation::of("token_endpoint_auth_method", "The method is not supported.");
    }
    words(oauth)?;
    grants(oauth)?;
    let one_key_source = oauth.jwks.is_some() != oauth.jwks_uri.is_some();
    if auth_method == "private_key_jwt" && !one_key_source {
        return Violation::of("jwks", "Exactly one of 'jwks' and 'jwks_uri' must be set.");
    }
    if let Some(keys) = &oauth.jwks
        && !keys.keys.iter().all(Value::is_object)
    {
        return Violation::of("jwks", "Each key must be an object.");
    }
    if auth_method == "none" && !oauth.kind().is_public() {
        return Violation::of(
            "token_endpoint_auth_method",
            "'token_endpoint_auth_method' is invalid. Valid values: [client_secret_basic, client_secret_post, \
             client_secret_jwt, private_key_jwt]",
        );
    }
    Ok(())
}

fn words(oauth: &OauthSettings) -> Result<(), Violation> {
    let among = |word: &Option<String>, words: &[&str]| {
        word.as_deref().is_none_or(|word| words.contains(&word))
    };
    if !among(&oauth.consent_method, &["TRUSTED", "REQUIRED"]) {
        return Violation::of("consent_method", "The value is not supported.");
    }
    if !among(&oauth.issuer_mode, &["ORG_URL", "CUSTOM_URL", "DYNAMIC"]) {
        return Violation::of("issuer_mode", "The value is not supported.");
    }
    if !among(&oauth.wildcard_redirect, &["DISABLED", "SUBDOMAIN"]) {
        return Violation::of("wildcard_redirect", "The value is not supported.");
    }
    let types = oauth.response_types.as_deref().unwrap_or_default();
    let known = |word: &String| matches!(word.as_str(), "code" | "token" | "id_token" | "none");
    if !types.iter().all(known) {
        return Violation::of("response_types", "The value is not supported.");
    }
    Ok(())
}

fn grants(oauth: &OauthSettings) -> Result<(), Violation> {
    let grants = oauth.grant_types.as_deref().unwrap_or_default();
    let machine = |grant: &String| MACHINE_GRANTS.contains(&grant.as_str());
    if grants.is_empty() {
        return Violation::of("grant_types", "The field can't be left blank.");
    }
    if !grants
        .iter()
        .all(|grant| machine(grant) || OTHER_GRANTS.contains(&grant.as_str()))
    {
        return Violation::of("grant_types", "The grant type is not supported.");
    }
    // recorded in 2023: a service may have the implicit grant too
    let of_service = |grant: &String| machine(grant) || grant == "implicit";
    if oauth.kind() == ApplicationType::Service && !grants.iter().all(of_service) {
        return Violation::of(
            "grant_types",
            "Service applications can have grant types without a person only.",
        );
    }
    if oauth.dpop_bound_access_tokens == Some(true) && oauth.grants("implicit") {
        return Violation::of("grant_types", "DPoP excludes the implicit grant.");
    }
    let redirects = oauth.redirect_uris.as_deref().unwrap_or_default();
    if redirects.is_empty() && (oauth.grants("authorization_code") || oauth.grants("implicit")) {
        return Violation::of("redirect_uris", "At least one URI is needed.");
    }
    if !redirects.iter().all(|uri| url::Url::parse(uri).is_ok()) {
        return Violation::of("redirect_uris", "The URI is not valid.");
    }
    Ok(())
}

/// Bounds of a secret that is brought along.
pub(super) fn check_secret(secret: Option<&str>, field: &str) -> Result<(), Refusal> {
    match secret {
        Some(secret) if !(14..=100).contains(&secret.chars().count()) => Err(Refusal::invalid(
            field,
            "The field must be between 14 and 100 characters.",
        )),
        Some(_) | None => Ok(()),
    }
}

/// Bounds of a client id that is brought along.
pub(super) fn check_client_id(id: &str) -> Result<(), Refusal> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "$-_.+!*'(),".contains(c);
    let fits = (6..=100).contains(&id.chars().count()) && id.chars().all(allowed);
    if fits && id != "ALL_CLIENTS" {
        Ok(())
    } else {
        Err(Refusal::invalid(
            "credentials.oauthClient.client_id",
            "The client id is not valid.",
        ))
    }
}
