//! OIDC applications: the same object under `/api/v1/apps` and, flat, under `/oauth2/v1/clients`.

mod application;
pub(crate) mod apps;
mod body;
pub(crate) mod clients;
mod oauth;
mod secret;
pub(crate) mod secrets;

pub(crate) use application::{Access, App, Hide, Notes, Visibility};
pub(crate) use oauth::{ApplicationType, OauthSettings};
pub(crate) use secret::ClientSecret;
