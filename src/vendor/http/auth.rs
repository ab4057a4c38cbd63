use reqwest::header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderName, HeaderValue};
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
}

impl Auth {
    /// `Authorization: <scheme> <token>`.
    pub(in crate::vendor) fn token(
        vendor: Vendor,
        scheme: &str,
        token: &Secret,
    ) -> Result<Self, VendorError> {
        let text = Zeroizing::new(format!("{scheme} {}", token.expose()));
        Self::header(vendor, AUTHORIZATION, &text)
    }

    /// `Cookie: …`.
    pub(in crate::vendor) fn cookie(vendor: Vendor, cookies: &Secret) -> Result<Self, VendorError> {
        Self::header(vendor, COOKIE, cookies.expose())
    }

    fn header(vendor: Vendor, name: HeaderName, text: &str) -> Result<Self, VendorError> {
        let mut value = HeaderValue::from_str(text).map_err(|source| VendorError::Setup {
            vendor,
            what: "the token has a line break or another character that no header may have"
                .to_owned(),
            source: Box::new(source),
        })?;
        value.set_sensitive(true);
        Ok(Self::Header(name, value))
    }

    /// Adds what logs in.
    pub(super) fn apply(&self, headers: &mut HeaderMap) {
        match self {
            Self::Open => {}
            Self::Header(name, value) => {
                headers.insert(name.clone(), value.clone());
            }
        }
    }
}
