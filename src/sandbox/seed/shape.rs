use schemars::JsonSchema;
use serde::Deserialize;

use super::Listed;

/// A world for the sandbox to start with. Everything may be left out; entries name each other.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(title = "Seed of dcrsync's sandbox")]
pub struct Seed {
    /// Okta's authorization servers; `default` is there already and gets what is said here.
    pub servers: Vec<Listed<Server>>,
    /// Okta's applications.
    pub clients: Vec<Listed<ServiceApp>>,
    /// Konnect's DCR providers.
    pub providers: Vec<Provider>,
    /// Konnect's application auth strategies.
    pub strategies: Vec<Strategy>,
    /// Developer portals; `developer-portal` is there already.
    pub portals: Vec<Listed<Portal>>,
    /// APIs of the catalogue; `orders` is there already.
    pub apis: Vec<Listed<Api>>,
    /// Developers of the portals.
    pub developers: Vec<Developer>,
    /// Teams of developers.
    pub teams: Vec<Team>,
    /// Which API is published where.
    pub publications: Vec<Publication>,
    /// Applications of developers and teams.
    pub applications: Vec<Application>,
}

/// An authorization server of Okta.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// The natural key.
    pub name: String,
    /// Free text.
    pub description: Option<String>,
    /// What its tokens are for; `api://NAME` where nothing is said.
    pub audiences: Vec<String>,
    /// Scopes besides the system's.
    pub scopes: Vec<Listed<Scope>>,
    /// Claims besides the system's.
    pub claims: Vec<Claim>,
    /// Access policies; a server without one gives nobody a token.
    pub policies: Vec<Listed<Policy>>,
    /// The id of the key that signs, for clients that have one in their configuration; made up where
    /// nothing is said.
    pub signing_key: Option<String>,
}

/// A scope.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Scope {
    /// The natural key.
    pub name: String,
    /// What a person reads who is asked for consent.
    pub display_name: Option<String>,
    /// Free text.
    pub description: Option<String>,
    /// `IMPLICIT`, `REQUIRED` or `FLEXIBLE`.
    pub consent: Option<String>,
    /// Whether it is given when a client asks for none.
    pub default: bool,
    /// Whether discovery names it.
    pub published: bool,
}

/// A claim.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// The natural key, together with the token.
    pub name: String,
    /// An expression, such as `app.clientId`.
    pub value: String,
    /// Whether it is in identity tokens, in place of access tokens.
    #[serde(default)]
    pub identity: bool,
    /// The scopes that it comes with; with any where nothing is said.
    #[serde(default)]
    pub scopes: Vec<String>,
}

/// An access policy.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// The natural key.
    pub name: String,
    /// Labels of the clients that it is for; for all where nothing is said.
    pub clients: Vec<String>,
    /// Its rules; one that grants all scopes by `client_credentials` where nothing is said.
    pub rules: Vec<Listed<Rule>>,
}

/// A rule of a policy.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Rule {
    /// The natural key.
    pub name: String,
    /// `client_credentials` where nothing is said.
    pub grant_types: Vec<String>,
    /// All where nothing is said.
    pub scopes: Vec<String>,
    /// How long access tokens live; an hour where nothing is said.
    pub access_token_minutes: Option<u32>,
}

/// An application of Okta that acts for itself: a service app.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ServiceApp {
    /// The label.
    pub name: String,
    /// Made up where nothing is said.
    pub client_id: Option<String>,
    /// Made up where nothing is said. A sandbox's secrets are throw-away, so a seed may hold them.
    pub client_secret: Option<String>,
}

/// A DCR provider of type `okta`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// The natural key.
    pub name: String,
    /// The name of the authorization server whose issuer it has.
    #[serde(default = "default_server")]
    pub server: String,
}

/// An application auth strategy.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Strategy {
    /// The natural key.
    pub name: String,
    /// The name of the authorization server whose tokens it takes. With `key_names` there is none.
    #[serde(default = "default_server")]
    pub server: String,
    /// The name of the DCR provider that registers its clients.
    #[serde(default)]
    pub provider: Option<String>,
    /// Scopes that the gateway asks for.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// Where the client is in a token; `[client_id]` where nothing is said.
    #[serde(default)]
    pub credential_claim: Vec<String>,
    /// `[client_credentials, bearer]` where nothing is said.
    #[serde(default)]
    pub auth_methods: Vec<String>,
    /// Makes it a key-auth strategy: the headers that may hold the key.
    #[serde(default)]
    pub key_names: Vec<String>,
}

/// A developer portal.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Portal {
    /// The natural key.
    pub name: String,
    /// Whether registrations need no admin.
    pub auto_approve_applications: bool,
    /// Whether developers need no admin.
    pub auto_approve_developers: bool,
}

/// An API of the catalogue.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Api {
    /// The natural key, together with the version.
    pub name: String,
    /// Its version.
    pub version: Option<String>,
    /// The first segment of its route at the gateway; made from name and version where nothing is said.
    pub slug: Option<String>,
}

/// A developer, approved.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Developer {
    /// The portal's name.
    #[serde(default = "default_portal")]
    pub portal: String,
    /// The log-in.
    pub email: String,
    /// `sandbox` where nothing is said. A sandbox's passwords are throw-away, so a seed may hold them.
    #[serde(default)]
    pub password: Option<String>,
}

/// A team that may own applications.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Team {
    /// The portal's name.
    #[serde(default = "default_portal")]
    pub portal: String,
    /// The natural key in its portal.
    pub name: String,
    /// E-mail addresses of its members; all developers of the portal where nothing is said.
    #[serde(default)]
    pub developers: Vec<String>,
}

/// An API in a portal.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Publication {
    /// The API's name.
    pub api: String,
    /// The portal's name.
    #[serde(default = "default_portal")]
    pub portal: String,
    /// The strategy's name; the portal's default where nothing is said.
    #[serde(default)]
    pub strategy: Option<String>,
    /// Whether registrations need no admin.
    #[serde(default)]
    pub auto_approve: bool,
}

/// An application of a developer or a team.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Application {
    /// Its name.
    pub name: String,
    /// The portal's name.
    #[serde(default = "default_portal")]
    pub portal: String,
    /// The owning developer's e-mail address, or the owning team's name.
    pub owner: String,
    /// The strategy's name; the portal's default where nothing is said.
    #[serde(default)]
    pub strategy: Option<String>,
    /// The label of the Okta application that is its client; with a DCR provider one is registered
    /// where nothing is said.
    #[serde(default)]
    pub client: Option<String>,
    /// Names of the APIs that it is registered for, approved.
    #[serde(default)]
    pub apis: Vec<String>,
}

fn default_server() -> String {
    "default".to_owned()
}

fn default_portal() -> String {
    "developer-portal".to_owned()
}

/// Entries that may be written as their name alone.
macro_rules! named_alone {
    ($($entry:ident)*) => {$(
        impl From<String> for $entry {
            fn from(name: String) -> Self {
                Self { name, ..Self::default() }
            }
        }
    )*};
}
named_alone!(Server Scope Policy Rule ServiceApp Portal Api);
