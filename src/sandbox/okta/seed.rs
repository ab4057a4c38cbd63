use std::collections::BTreeMap;

use jiff::Timestamp;

use super::http::{digest, id, random_text};
use super::log::History;
use super::server::{
    ALL_CLIENTS, Claim, IssuerMode, Lifetimes, Policy, PolicyRule, RotationMode, RuleConditions,
    Scope, Server,
};
use super::state::{ApiToken, OktaState, Plain, Status, User};

impl OktaState {
    /// A fresh org: its `default` server with a policy that lets everybody in, an admin and a token.
    pub(crate) fn seed(now: Timestamp) -> Self {
        let token = format!("00{}", random_text(30));
        let mut server = Server::new("default", now);
        server.description = Some("Default Authorization Server for your Applications".to_owned());
        server.audiences = vec!["api://default".to_owned()];
        server.default = true;
        server.policies = vec![default_policy(now)];
        Self {
            id: id("00o"),
            tokens: vec![ApiToken::new("sandbox", digest(&token), now)],
            admin_token: Plain(token),
            user: User {
                id: id("00u"),
                login: "admin@example.com".to_owned(),
                first_name: "Ada".to_owned(),
                last_name: "Admin".to_owned(),
                created: now,
            },
            servers: vec![server],
            apps: Vec::new(),
            access_policy: id("rst"),
            enrollment_policy: id("rst"),
            signing_kid: random_text(32),
            org_key: None,
            limits: BTreeMap::new(),
            history: History::default(),
        }
    }

    /// Makes an authorization server that a document only names; false when there is one already.
    pub(crate) fn seed_server(&mut self, name: &str) -> bool {
        if self
            .servers
            .iter()
            .any(|server| server.name == name || server.answers_to(name))
        {
            return false;
        }
        let mut server = Server::new(name, self.user.created);
        server.audiences = vec![format!("api://{name}")];
        server.policies = vec![default_policy(self.user.created)];
        self.servers.push(server);
        true
    }

    /// Has the active key of a server bear this id.
    pub(crate) fn seed_signing_key(&mut self, server: &str, kid: &str) {
        let named = self.servers.iter_mut().filter(|known| known.name == server);
        for key in named.flat_map(|server| &mut server.keys) {
            if key.is_active() {
                kid.clone_into(&mut key.kid);
            }
        }
    }
}

impl Server {
    /// A server with what every new one has: the system scopes and claims, a key, no policy.
    pub(crate) fn new(name: &str, now: Timestamp) -> Self {
        Self {
            id: id("aus"),
            name: name.to_owned(),
            description: None,
            audiences: Vec::new(),
            issuer_mode: IssuerMode::OrgUrl,
            status: Status::Active,
            created: now,
            last_updated: now,
            rotation_mode: RotationMode::Auto,
            default: false,
            keys: super::server::first_keys(now),
            scopes: system_scopes(),
            claims: system_claims(),
            policies: Vec::new(),
            trusts: Vec::new(),
        }
    }
}

fn system_scopes() -> Vec<Scope> {
    [
        (
            "openid",
            "openid",
            "Marks a request as one of OpenID Connect.",
        ),
        (
            "profile",
            "View your profile",
            "Name, time zone, picture and the like.",
        ),
        ("email", "View your e-mail address", "The e-mail address."),
        ("address", "View your address", "The postal address."),
        ("phone", "View your phone number", "The phone number."),
        (
            "offline_access",
            "Keep you signed in",
            "Gives the app a refresh token.",
        ),
        (
            "device_sso",
            "Share the sign-in on this device",
            "Gives native apps a device secret.",
        ),
    ]
    .into_iter()
    .map(|(name, title, description)| Scope::system(name, title, description))
    .collect()
}

/// In the order in which Okta lists them.
fn system_claims() -> Vec<Claim> {
    [
        ("middle_name", "profile", false),
        ("zoneinfo", "profile", false),
        ("website", "profile", false),
        ("updated_at", "profile", false),
        ("profile", "profile", false),
        ("preferred_username", "profile", true),
        ("picture", "profile", false),
        ("phone_number", "phone", false),
        ("nickname", "profile", false),
        ("name", "profile", true),
        ("sub", "", true),
        ("locale", "profile", false),
        ("given_name", "profile", false),
        ("gender", "profile", false),
        ("family_name", "profile", false),
        ("email_verified", "email", false),
        ("email", "email", true),
        ("birthdate", "profile", false),
        ("address", "address", false),
    ]
    .into_iter()
    .map(|(name, scope, always)| Claim::system(name, scope, always))
    .collect()
}

fn default_policy(now: Timestamp) -> Policy {
    let texts = |texts: &[&str]| {
        texts
            .iter()
            .map(|&text| text.to_owned())
            .collect::<Vec<_>>()
    };
    Policy {
        id: id("00p"),
        name: "Default Policy".to_owned(),
        description: "Default policy".to_owned(),
        status: Status::Active,
        system: false,
        clients: texts(&[ALL_CLIENTS]),
        created: now,
        last_updated: now,
        rules: vec![PolicyRule {
            id: id("0pr"),
            name: "Default Policy Rule".to_owned(),
            status: Status::Active,
            system: false,
            conditions: RuleConditions {
                users: Vec::new(),
                groups: texts(&["EVERYONE"]),
                grant_types: texts(&[
                    "authorization_code",
                    "client_credentials",
                    "implicit",
                    "urn:ietf:params:oauth:grant-type:device_code",
                ]),
                scopes: texts(&["*"]),
            },
            lifetimes: Lifetimes::default(),
            created: now,
            last_updated: now,
        }],
    }
}
