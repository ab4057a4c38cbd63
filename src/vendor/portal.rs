//! The API that a portal's developers use: login by cookie, the same pages and errors as Konnect.

use std::fmt;
use std::sync::Arc;

use reqwest::Method;
use reqwest::header::{HeaderMap, SET_COOKIE};
use serde_json::{Value as Json, json};
use url::Url;

use super::http::{Ask, Auth, Client, parse_origin};
use super::{Options, Vendor, VendorError, konnect};
use crate::base::{Scrubber, Secret};

/// The cookie that logs in.
const ACCESS_COOKIE: &str = "portalaccesstoken";
/// The cookies that are kept; others are the business of browsers.
const COOKIES: [&str; 2] = [ACCESS_COOKIE, "portalrefreshtoken"];

/// One developer, logged in to one portal.
pub struct Session {
    client: Client,
}

/// Makes the address of a portal from its domain: https, unless it is on this machine.
pub fn portal_url(canonical_domain: &str) -> Result<Url, VendorError> {
    let domain = canonical_domain.trim();
    if domain.contains("://") {
        return parse_origin(Vendor::Portal, domain);
    }
    parse_origin(Vendor::Portal, &format!("http://{domain}"))
        .or_else(|_| parse_origin(Vendor::Portal, &format!("https://{domain}")))
}

impl Session {
    /// Logs in.
    pub async fn login(
        base_url: &Url,
        email: &str,
        password: &Secret,
        scrubber: Arc<Scrubber>,
        options: Options,
    ) -> Result<Self, VendorError> {
        scrubber.learn(password);
        let client = Client::new(
            Vendor::Portal,
            base_url.as_str(),
            Auth::Open,
            scrubber,
            options,
        )?;
        let path = "/api/v3/developer/authenticate";
        let url = client.url(&Method::POST, path, &[])?;
        let body = json!({ "username": email, "password": password.expose() });
        let ask = Ask::write(Method::POST, url, Some(&body)).repeatable();
        let reply = client.send(&ask).await?;
        let cookies = kept_cookies(&reply.headers, client.scrubber());
        if !cookies.expose().contains(ACCESS_COOKIE) {
            return Err(VendorError::Inconsistent {
                call: Box::new(client.call(&Method::POST, path)),
                reason: format!("it did not set the cookie `{ACCESS_COOKIE}`"),
            });
        }
        let auth = Auth::cookie(Vendor::Portal, &cookies)?;
        Ok(Self {
            client: client.with_auth(auth),
        })
    }

    /// Lists a collection, all pages of it.
    pub async fn list(&self, path: &str, query: &[(&str, &str)]) -> Result<Vec<Json>, VendorError> {
        konnect::list(&self.client, path, query).await
    }

    /// Reads one object; `None` when it is not there.
    pub async fn get(&self, path: &str) -> Result<Option<Json>, VendorError> {
        match self.send(Method::GET, path, None).await {
            Ok(body) => Ok(Some(body)),
            Err(error) if error.not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Creates; never sent twice, so an error may be [doubtful](VendorError::doubtful).
    ///
    /// A null body is sent as none, for posts that want none and must not be done twice.
    pub async fn post(&self, path: &str, body: &Json) -> Result<Json, VendorError> {
        self.send(Method::POST, path, Some(body)).await
    }

    /// Changes what the body names.
    pub async fn patch(&self, path: &str, body: &Json) -> Result<Json, VendorError> {
        self.send(Method::PATCH, path, Some(body)).await
    }

    /// Deletes; what is not there any more counts as deleted.
    pub async fn delete(&self, path: &str) -> Result<(), VendorError> {
        match self.send(Method::DELETE, path, None).await {
            Ok(_) => Ok(()),
            Err(error) if error.not_found() => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Ends the session at the portal.
    pub async fn logout(self) -> Result<(), VendorError> {
        let url = self
            .client
            .url(&Method::POST, "/api/v3/developer/logout", &[])?;
        let ask = Ask::write(Method::POST, url, None).repeatable();
        self.client.send(&ask).await.map(drop)
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Json>,
    ) -> Result<Json, VendorError> {
        let url = self.client.url(&method, path, &[])?;
        Ok(self.client.send(&Ask::write(method, url, body)).await?.body)
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "portal::Session({})", self.client.base())
    }
}

/// Joins the session's cookies to one header value.
///
/// Their `Path` is not looked at: the portal's documented one for the refresh cookie is of an older API.
fn kept_cookies(headers: &HeaderMap, scrubber: &Scrubber) -> Secret {
    let mut kept = zeroize::Zeroizing::new(String::new());
    for pair in headers
        .get_all(SET_COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok()?.split(';').next())
    {
        let Some((name, value)) = pair.trim().split_once('=') else {
            continue;
        };
        if COOKIES.contains(&name) && !value.is_empty() {
            scrubber.learn(&Secret::new(value));
            if !kept.is_empty() {
                kept.push_str("; ");
            }
            kept.push_str(name);
            kept.push('=');
            kept.push_str(value);
        }
    }
    Secret::new(kept.as_str())
}
