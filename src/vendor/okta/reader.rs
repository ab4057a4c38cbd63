use std::fmt;
use std::sync::Arc;

use reqwest::Method;
use serde_json::Value as Json;
use url::Url;

use super::page::{self, NextPage, Page};
use super::service::{Service, ServiceLogin};
use crate::base::{Scrubber, Secret};
use crate::vendor::http::{Ask, Auth, Client};
use crate::vendor::{Options, Outlook, Vendor, VendorError};

/// How to get into an Okta org.
#[derive(Debug, Clone)]
pub struct Access {
    /// The org's address, `https://acme.okta.com`.
    pub org_url: String,
    /// How to log in.
    pub login: Login,
    /// How the client behaves.
    pub options: Options,
}

/// How to log in to Okta's management API.
#[derive(Debug, Clone)]
pub enum Login {
    /// An API token, sent as `SSWS`.
    Token(Secret),
    /// A service application, by private key.
    Service(Service),
}

/// Reads from one Okta org; cannot write. Cheap to clone.
#[derive(Clone)]
pub struct Reader {
    pub(super) client: Arc<Client>,
}

impl Reader {
    /// Prepares the client; nothing is sent.
    pub fn new(access: Access, scrubber: Arc<Scrubber>) -> Result<Self, VendorError> {
        let auth = match access.login {
            Login::Token(token) => {
                scrubber.learn(&token);
                Auth::token(Vendor::Okta, "SSWS", &token)?
            }
            Login::Service(service) => Auth::Renewing(Arc::new(ServiceLogin::new(
                &access.org_url,
                service,
                Arc::clone(&scrubber),
                &access.options,
            )?)),
        };
        let client = Client::new(
            Vendor::Okta,
            &access.org_url,
            auth,
            scrubber,
            access.options,
        )?;
        Ok(Self {
            client: Arc::new(client),
        })
    }

    /// Lists a collection, all pages of it; pass `limit` where the collection has pages.
    pub async fn list(&self, path: &str, query: &[(&str, &str)]) -> Result<Vec<Json>, VendorError> {
        page::list(&self.client, path, query).await
    }

    /// Reads the first page of a collection, where not all of it is wanted.
    pub async fn page(&self, path: &str, query: &[(&str, &str)]) -> Result<Page, VendorError> {
        page::first(&self.client, path, query).await
    }

    /// Reads the page that another one led to.
    pub async fn page_after(&self, next: &NextPage) -> Result<Page, VendorError> {
        page::after(&self.client, next).await
    }

    /// Reads one object; `None` when it is not there.
    pub async fn get(&self, path: &str) -> Result<Option<Json>, VendorError> {
        let url = self.client.url(&Method::GET, path, &[])?;
        match self.client.send(&Ask::get(url)).await {
            Ok(reply) => Ok(Some(reply.body)),
            Err(error) if error.not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The same org by another token, with a budget of its own.
    pub fn with_token(&self, token: &Secret) -> Result<Self, VendorError> {
        self.scrubber().learn(token);
        let client = self
            .client
            .another(Auth::token(Vendor::Okta, "SSWS", token)?)?;
        Ok(Self {
            client: Arc::new(client),
        })
    }

    /// Asks for one page and keeps nothing of it: tells whether the token is let in.
    pub async fn peek(&self, path: &str, query: &[(&str, &str)]) -> Result<(), VendorError> {
        let url = self.client.url(&Method::GET, path, query)?;
        self.client.send(&Ask::get(url)).await.map(drop)
    }

    /// The org's address.
    pub fn base(&self) -> &Url {
        self.client.base()
    }

    /// What is known of the rate limits, and of how fast answers come.
    pub fn outlook(&self) -> Outlook {
        self.client.outlook()
    }

    /// Where to make secrets known that answers bring.
    pub fn scrubber(&self) -> &Arc<Scrubber> {
        self.client.scrubber()
    }
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "okta::Reader({})", self.base())
    }
}
