use std::fmt;
use std::sync::Arc;

use reqwest::Method;
use serde_json::Value as Json;
use url::Url;

use super::page;
use crate::base::{Scrubber, Secret};
use crate::vendor::http::{Ask, Auth, Client};
use crate::vendor::{Options, Outlook, Vendor, VendorError};

/// How to get into a Konnect organisation.
#[derive(Debug, Clone)]
pub struct Access {
    /// The region's address, `https://us.api.konghq.com`.
    pub base_url: String,
    /// A personal (`kpat_`) or system account (`spat_`) token.
    pub token: Secret,
    /// How the client behaves.
    pub options: Options,
}

/// Reads from one Konnect organisation; cannot write. Cheap to clone.
#[derive(Clone)]
pub struct Reader {
    pub(super) client: Arc<Client>,
}

impl Reader {
    /// Prepares the client; nothing is sent.
    pub fn new(access: Access, scrubber: Arc<Scrubber>) -> Result<Self, VendorError> {
        scrubber.learn(&access.token);
        let auth = Auth::token(Vendor::Konnect, "Bearer", &access.token)?;
        let client = Client::new(
            Vendor::Konnect,
            &access.base_url,
            auth,
            scrubber,
            access.options,
        )?;
        Ok(Self {
            client: Arc::new(client),
        })
    }

    /// Lists a collection, all pages of it; the page size is set here.
    pub async fn list(&self, path: &str, query: &[(&str, &str)]) -> Result<Vec<Json>, VendorError> {
        page::list(&self.client, path, query).await
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

    /// The region's address.
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
        write!(f, "konnect::Reader({})", self.base())
    }
}
