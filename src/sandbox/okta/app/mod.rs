//! OIDC applications: the same object under `/api/v1/apps` and, flat, under `/oauth2/v1/clients`.

mod app;
pub(crate) mod apps;
mod body;
pub(crate) mod clients;
mod oauth;
mod secret;
pub(crate) mod secrets;

pub(crate) use app::{Access, App, Hide, Notes};
pub(crate) use oauth::{ApplicationType, OauthSettings};
pub(crate) use secret::ClientSecret;
