use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::super::http::{Listed, id, stamp};
use super::super::state::{OktaState, Status};
use super::role::Role;
use super::{ClientSecret, Grant, OauthSettings};

/// Who may reach an application by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Access {
    pub(crate) self_service: bool,
    pub(crate) error_redirect_url: Option<String>,
    pub(crate) login_redirect_url: Option<String>,
}

/// Where the icon does not show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub(crate) struct Hide {
    #[serde(rename = "iOS")]
    pub(crate) ios: bool,
    pub(crate) web: bool,
}

/// How an application shows on dashboards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Visibility {
    pub(crate) auto_launch: bool,
    pub(crate) auto_submit_toolbar: bool,
    pub(crate) hide: Hide,
}

/// What admins tell each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub(crate) struct Notes {
    pub(crate) admin: Option<String>,
    pub(crate) enduser: Option<String>,
}

/// An OIDC application.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct App {
    /// `0oa…`.
    pub(crate) id: String,
    /// Its name; need not be unique.
    pub(crate) label: String,
    /// Whether it may have tokens.
    pub(crate) status: Status,
    /// When it was made.
    pub(crate) created: Timestamp,
    /// When it was changed.
    pub(crate) last_updated: Timestamp,
    /// The same as `id`, unless chosen.
    pub(crate) client_id: String,
    /// None where the client logs in with a key, or not at all.
    pub(crate) secrets: Vec<ClientSecret>,
    /// How it logs in.
    pub(crate) auth_method: String,
    /// Whether Okta rotates its key.
    pub(crate) auto_key_rotation: bool,
    /// Whether codes need a verifier (RFC 7636).
    pub(crate) pkce_required: bool,
    /// How user names are made.
    pub(crate) user_name_template: Value,
    /// Self service.
    pub(crate) access: Access,
    /// Where it shows.
    pub(crate) visibility: Visibility,
    /// Whether everybody has it.
    pub(crate) implicit_assignment: bool,
    /// Notes.
    pub(crate) notes: Notes,
    /// Anything, for expressions.
    pub(crate) profile: Option<Value>,
    /// The OAuth side.
    pub(crate) oauth: OauthSettings,
    /// What the console's groups claim was set to, by an endpoint that Okta does not document.
    pub(crate) id_token: Option<Value>,
    /// The policy that guards sign-in.
    pub(crate) access_policy: String,
    /// The scopes of the management API that it may ask for.
    #[serde(default)]
    pub(crate) grants: Vec<Grant>,
    /// The admin roles that it has. They are kept and shown; nothing here asks for one.
    #[serde(default)]
    pub(crate) roles: Vec<Role>,
    /// When keys that were added one by one were made and changed, by their ids.
    #[serde(default)]
    pub(crate) key_times: BTreeMap<String, (Timestamp, Timestamp)>,
}

impl Listed for App {
    fn id(&self) -> &str {
        &self.id
    }
}

impl App {
    /// A new application that has nothing but ids.
    pub(super) fn new(state: &OktaState, now: Timestamp) -> Self {
        let id = id("0oa");
        Self {
            client_id: id.clone(),
            id,
            label: String::new(),
            status: Status::Active,
            created: now,
            last_updated: now,
            secrets: Vec::new(),
            auth_method: String::new(),
            auto_key_rotation: true,
            pkce_required: false,
            user_name_template: Self::login_as_user_name(),
            access: Access::default(),
            visibility: Visibility::default(),
            implicit_assignment: false,
            notes: Notes::default(),
            profile: None,
            oauth: OauthSettings::default(),
            id_token: None,
            access_policy: state.access_policy.clone(),
            grants: Vec::new(),
            roles: Vec::new(),
            key_times: BTreeMap::new(),
        }
    }

    /// The usual way to make user names.
    pub(super) fn login_as_user_name() -> Value {
        json!({ "template": "${source.login}", "type": "BUILT_IN" })
    }

    /// Whether the client has a secret to log in with.
    pub(crate) fn has_secret(auth_method: &str) -> bool {
        matches!(
            auth_method,
            "client_secret_basic" | "client_secret_post" | "client_secret_jwt"
        )
    }

    /// Its management URL.
    pub(crate) fn href(&self, origin: &str) -> String {
        format!("{origin}/api/v1/apps/{}", self.id)
    }

    /// What the API shows, in the recorded order of keys; the secret only where it was just written.
    pub(crate) fn wire(&self, state: &OktaState, origin: &str, with_secret: bool) -> Value {
        let mut wire = json!({
            "id": self.id,
            "orn": format!("orn:okta:idp:{}:apps:oidc_client:{}", state.id, self.id),
            "name": "oidc_client",
            "label": self.label,
            "status": self.status,
            "lastUpdated": stamp(self.last_updated),
            "created": stamp(self.created),
            "accessibility": self.access,
            "visibility": {
                "autoLaunch": self.visibility.auto_launch,
                "autoSubmitToolbar": self.visibility.auto_submit_toolbar,
                "hide": self.visibility.hide,
                "appLinks": { "oidc_client_link": true },
            },
            "features": [],
            "signOnMode": "OPENID_CONNECT",
            "credentials": {
                "userNameTemplate": self.user_name_template,
                "signing": { "kid": state.signing_kid },
                "oauthClient": self.credentials(with_secret),
            },
            "universalLogout": null,
            "settings": {
                "app": {},
                "notifications": {
                    "vpn": {
                        "network": { "connection": "DISABLED" },
                        "message": null,
                        "helpUrl": null,
                    },
                },
                "manualProvisioning": false,
                "implicitAssignment": self.implicit_assignment,
                "emOptInStatus": "NONE",
                "notes": self.notes,
                "oauthClient": self.oauth,
            },
        });
        if let Some(wire) = wire.as_object_mut() {
            if let Some(profile) = &self.profile {
                wire.insert("profile".to_owned(), profile.clone());
            }
            wire.insert("_links".to_owned(), self.links(state, origin));
        }
        wire
    }

    fn credentials(&self, with_secret: bool) -> Value {
        let mut wire = Map::new();
        let mut add = |key: &str, value: Value| wire.insert(key.to_owned(), value);
        add("autoKeyRotation", self.auto_key_rotation.into());
        add("client_id", self.client_id.clone().into());
        if let Some(secret) = self.secrets.last().filter(|_| with_secret) {
            add("client_secret", secret.value.0.clone().into());
        }
        add(
            "token_endpoint_auth_method",
            self.auth_method.clone().into(),
        );
        add("pkce_required", self.pkce_required.into());
        Value::Object(wire)
    }

    fn credential_links(&self, href: &str) -> Value {
        let to = |name: &str| json!({ "name": name, "href": format!("{href}/credentials/{name}") });
        let mut links = Vec::new();
        if self.oauth.jwks.is_some() {
            links.push(to("jwks"));
        }
        if Self::has_secret(&self.auth_method) {
            links.push(to("secrets"));
        }
        links.into()
    }

    fn links(&self, state: &OktaState, origin: &str) -> Value {
        let href = self.href(origin);
        let policy = |id: &str| json!({ "href": format!("{origin}/api/v1/policies/{id}") });
        let mut links = Map::new();
        let mut add = |key: &str, value: Value| links.insert(key.to_owned(), value);
        let upload = json!({ "href": format!("{href}/logo"), "hints": { "allow": ["POST"] } });
        add("uploadLogo", upload);
        add(
            "appLinks",
            json!([{
                "name": "oidc_client_link",
                "href": format!("{origin}/home/oidc_client/{}/aln177a159h7Zf52X0g8", self.id),
                "type": "text/html",
            }]),
        );
        add("profileEnrollment", policy(&state.enrollment_policy));
        if self.status == Status::Inactive {
            add(
                "activate",
                json!({ "href": format!("{href}/lifecycle/activate") }),
            );
        }
        let policies = json!({ "href": format!("{href}/policies"), "hints": { "allow": ["PUT"] } });
        add("policies", policies);
        add("groups", json!({ "href": format!("{href}/groups") }));
        add(
            "logo",
            json!([{
                "name": "medium",
                "href": format!("{origin}/assets/img/logos/default.png"),
                "type": "image/png",
            }]),
        );
        add("clientCredentials", self.credential_links(&href));
        add("accessPolicy", policy(&self.access_policy));
        add("users", json!({ "href": format!("{href}/users") }));
        if self.status == Status::Active {
            add(
                "deactivate",
                json!({ "href": format!("{href}/lifecycle/deactivate") }),
            );
        }
        Value::Object(links)
    }
}
