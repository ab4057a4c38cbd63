//! OIDC applications: the same object under `/api/v1/apps` and, flat, under `/oauth2/v1/clients`.
//!
//! The two APIs differ in defaults (consent), in deletion (only inactive ones, or any) and in how they
//! refuse; the rules for clients are the same and stand in `body`. Applications of Okta's catalogue do
//! not exist here.

mod application;
pub(crate) mod apps;
mod body;
pub(crate) mod clients;
mod grant;
pub(crate) mod grants;
pub(crate) mod id_token;
pub(crate) mod jwks;
mod key_set;
mod oauth;
mod role;
pub(crate) mod roles;
mod secret;
pub(crate) mod secrets;

pub(crate) use application::{Access, App, Hide, Notes, Visibility};
use grant::Grant;
pub(crate) use key_set::KeySet;
pub(crate) use oauth::{ApplicationType, OauthSettings};
pub(crate) use secret::ClientSecret;
