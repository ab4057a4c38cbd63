use std::sync::Arc;

use futures_util::future::BoxFuture;
use reqwest::Method;
use reqwest::header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderName, HeaderValue};
use url::Url;
use zeroize::Zeroizing;

use crate::base::Secret;
use crate::vendor::{Vendor, VendorError};

/// How a client logs in; the header values are marked sensitive, so that nothing prints them.
#[derive(Clone)]
pub(in crate::vendor) enum Auth {
    /// Not at all.
    Open,
    /// The same header with each request.
    Header(HeaderName, HeaderValue),
    /// Headers that are made for each request.
    Renewing(Arc<dyn Renewing>),
}

/// Makes the headers that log in, anew for each try of each request.
pub(in crate::vendor) trait Renewing: Send + Sync {
    /// The headers for one try.
    fn headers<'a>(
        &'a self,
        method: &'a Method,
        url: &'a Url,
    ) -> BoxFuture<'a, Result<HeaderMap, VendorError>>;

    /// Drops a token that was not accepted, so that the next try gets a new one.
    fn forget(&self) -> BoxFuture<'_, ()>;
}

impl Auth {
    /// `Authorization: <scheme> <token>`.
    pub(in crate::vendor) fn token(
        vendor: Vendor,
        scheme: &str,
        token: &Secret,
    ) -> Result<Self, VendorError> {
        let text = Zeroizing::new(format!("{scheme} {}", token.expose()));
        Ok(Self::Header(AUTHORIZATION, sensitive(vendor, &text)?))
    }

    /// `Cookie: …`.
    pub(in crate::vendor) fn cookie(vendor: Vendor, cookies: &Secret) -> Result<Self, VendorError> {
        Ok(Self::Header(COOKIE, sensitive(vendor, cookies.expose())?))
    }

    /// The headers that log in.
    pub(super) async fn headers(
        &self,
        method: &Method,
        url: &Url,
    ) -> Result<HeaderMap, VendorError> {
        match self {
            Self::Open => Ok(HeaderMap::new()),
            Self::Header(name, value) => Ok(HeaderMap::from_iter([(name.clone(), value.clone())])),
            Self::Renewing(login) => login.headers(method, url).await,
        }
    }

    /// Drops a token that was not accepted; `false` when there is no other to be had.
    pub(super) async fn forget(&self) -> bool {
        match self {
            Self::Open | Self::Header(..) => false,
            Self::Renewing(login) => {
                login.forget().await;
                true
            }
        }
    }
}

/// A header value that nothing prints.
pub(in crate::vendor) fn sensitive(vendor: Vendor, text: &str) -> Result<HeaderValue, VendorError> {
    let mut value = HeaderValue::from_str(text).map_err(|source| VendorError::Setup {
        vendor,
        what: "the token has a line break or another character that no header may have".to_owned(),
        source: Box::new(source),
    })?;
    value.set_sensitive(true);
    Ok(value)
}
