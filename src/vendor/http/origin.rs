use std::net::IpAddr;

use url::{Host, Url};

use crate::vendor::{Vendor, VendorError};

/// Reads a base address: https, or http to this machine; nothing that could carry a secret.
pub(in crate::vendor) fn parse(vendor: Vendor, text: &str) -> Result<Url, VendorError> {
    let url = Url::parse(text.trim());
    let wrong = |reason| VendorError::Origin {
        vendor,
        url: shown(text),
        reason,
    };
    let url = url.map_err(|_| wrong("it is no URL"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("a user or password does not belong there"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("it has a `?` or `#`"));
    }
    match url.scheme() {
        "https" if url.has_host() => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => Err(wrong("the token would travel unencrypted over http")),
        _ => Err(wrong("it is neither https nor http")),
    }
}

/// Tells whether the address is on this machine.
pub(in crate::vendor) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(ip)) => IpAddr::V4(ip).is_loopback(),
        Some(Host::Ipv6(ip)) => IpAddr::V6(ip).is_loopback(),
        None => false,
    }
}

/// The address without what may be secret in it.
fn shown(text: &str) -> String {
    let text = text.split(['?', '#']).next().unwrap_or_default();
    match (text.find("://"), text.rfind('@')) {
        (Some(scheme), Some(at)) if scheme < at => {
            let (scheme, host) = (text.get(..scheme + 3), text.get(at + 1..));
            format!("{}{}", scheme.unwrap_or_default(), host.unwrap_or_default())
        }
        _ => text.to_owned(),
    }
}
