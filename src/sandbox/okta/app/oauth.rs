use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::KeySet;

/// What kind of program a client is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ApplicationType {
    /// On a server, for people.
    #[default]
    Web,
    /// In a browser.
    Browser,
    /// On a device.
    Native,
    /// A machine.
    Service,
}

impl ApplicationType {
    /// Whether such a program cannot keep a secret (RFC 6749, 2.1).
    pub(super) fn is_public(self) -> bool {
        matches!(self, Self::Browser | Self::Native)
    }
}

/// `settings.oauthClient` of an application, in the recorded order of keys.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub(crate) struct OauthSettings {
    pub(crate) client_uri: Option<String>,
    pub(crate) logo_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tos_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) policy_uri: Option<String>,
    pub(crate) redirect_uris: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) post_logout_redirect_uris: Option<Vec<String>>,
    pub(crate) response_types: Option<Vec<String>>,
    pub(crate) grant_types: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) initiate_login_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) jwks: Option<KeySet>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) jwks_uri: Option<String>,
    pub(crate) application_type: Option<ApplicationType>,
    pub(crate) consent_method: Option<String>,
    pub(crate) issuer_mode: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) refresh_token: Option<RefreshToken>,
    pub(crate) idp_initiated_login: Option<IdpLogin>,
    pub(crate) wildcard_redirect: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) backchannel_token_delivery_mode: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) backchannel_custom_authenticator_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) backchannel_authentication_request_signing_alg: Option<String>,
    pub(crate) dpop_bound_access_tokens: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) network: Option<Value>,
    pub(crate) participate_slo: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) frontchannel_logout_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) frontchannel_logout_session_required: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) request_object_signing_alg: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id_token_encrypted_response_alg: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) subject_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sector_identifier_uri: Option<String>,
}

/// How refresh tokens change hands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub(crate) struct RefreshToken {
    pub(crate) rotation_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) leeway: Option<i64>,
}

/// Sign-in that starts at Okta.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct IdpLogin {
    pub(crate) mode: String,
    pub(crate) default_scope: Vec<String>,
}

impl Default for IdpLogin {
    fn default() -> Self {
        Self {
            mode: "DISABLED".to_owned(),
            default_scope: Vec::new(),
        }
    }
}

impl OauthSettings {
    /// Whether a grant type is among the client's.
    pub(crate) fn grants(&self, grant: &str) -> bool {
        self.grant_types
            .as_ref()
            .is_some_and(|grants| grants.iter().any(|known| known == grant))
    }

    /// What kind of program it is.
    pub(crate) fn kind(&self) -> ApplicationType {
        self.application_type.unwrap_or_default()
    }

    /// Fills in what Okta fills in (recorded); keys that were there before are known again.
    pub(super) fn completed(mut self, consent: &str, before: &Self) -> Self {
        let none = KeySet::default();
        let text = |text: &str| Some(text.to_owned());
        self.application_type.get_or_insert_default();
        self.redirect_uris.get_or_insert_default();
        if self.response_types.is_none() {
            let usual = if self.kind() == ApplicationType::Service {
                "token"
            } else {
                "code"
            };
            self.response_types = Some(vec![usual.to_owned()]);
        }
        self.grant_types.get_or_insert_default();
        self.consent_method = self.consent_method.or_else(|| text(consent));
        self.issuer_mode = self.issuer_mode.or_else(|| text("ORG_URL"));
        self.idp_initiated_login.get_or_insert_default();
        self.wildcard_redirect = self.wildcard_redirect.or_else(|| text("DISABLED"));
        self.dpop_bound_access_tokens.get_or_insert(false);
        self.participate_slo.get_or_insert(false);
        if self.frontchannel_logout_uri.is_some() {
            self.frontchannel_logout_session_required
                .get_or_insert(false);
        }
        if self.backchannel_custom_authenticator_id.is_some() {
            self.backchannel_token_delivery_mode = self
                .backchannel_token_delivery_mode
                .or_else(|| text("poll"));
        }
        // A leeway has no meaning for tokens that do not change, and is not shown then.
        if let Some(refresh) = &mut self.refresh_token
            && refresh.rotation_type.as_deref() != Some("ROTATE")
        {
            refresh.leeway = None;
        }
        self.jwks = self.jwks.map(|keys| {
            let before = before.jwks.as_ref().unwrap_or(&none);
            keys.numbered(before)
        });
        self
    }
}
