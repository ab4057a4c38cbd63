use std::sync::Arc;

use serde_json::Value as Json;

use crate::base::{KindName, Scrubber};
use crate::vendor::{Options, VendorError, konnect, okta};

/// Access that cannot write; planning holds nothing else.
#[derive(Debug, Clone)]
pub struct Readers {
    /// Okta's management API.
    pub okta: okta::Reader,
    /// Konnect's admin API.
    pub konnect: konnect::Reader,
}

impl Readers {
    /// Asks the vendor of a kind for one object; `None` when it is not there.
    pub async fn get(&self, kind: KindName, path: &str) -> Result<Option<Json>, VendorError> {
        if kind.vendor() == "okta" {
            self.okta.get(path).await
        } else {
            self.konnect.get(path).await
        }
    }
}

/// Access that can write; only apply holds it.
#[derive(Debug, Clone)]
pub struct Writers {
    /// Okta's management API.
    pub okta: okta::Writer,
    /// Konnect's admin API.
    pub konnect: konnect::Writer,
    /// The developer portals.
    pub portal: PortalAccess,
}

/// What is needed to log in to a portal as a developer.
#[derive(Debug, Clone)]
pub struct PortalAccess {
    /// Takes the place of every portal's own address (`konnect.portal_url`).
    pub url: Option<url::Url>,
    /// Keeps secrets out of what portals answer.
    pub scrubber: Arc<Scrubber>,
    /// How patient requests are.
    pub options: Options,
}
