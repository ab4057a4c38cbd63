//! Moving a kept state to other ports.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use regex::{Captures, Regex};
use serde_json::{Map, Value};

use super::{Origins, Vendor};

/// Names that lead to this machine without a hosts entry (RFC 6761, section 6.3).
const OWN_NAMES: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

impl Origins {
    /// The origin of one server.
    pub fn of(&self, vendor: Vendor) -> &str {
        match vendor {
            Vendor::Okta => &self.okta,
            Vendor::Konnect => &self.konnect,
            Vendor::Portal => &self.portal,
            Vendor::Gateway => &self.gateway,
        }
    }

    /// The port of one server.
    pub(super) fn port(&self, vendor: Vendor) -> Option<u16> {
        url::Url::parse(self.of(vendor))
            .ok()?
            .port_or_known_default()
    }

    /// The origins of four listening addresses. A scheme's own port is left out, as clients do.
    pub(super) fn of_addresses(scheme: &str, addresses: [SocketAddr; 4]) -> Self {
        let [okta, konnect, portal, gateway] = addresses.map(|address| {
            let text = format!("{scheme}://{}", reachable(address));
            url::Url::parse(&text).map_or(text, |url| url.origin().ascii_serialization())
        });
        Self {
            okta,
            konnect,
            portal,
            gateway,
        }
    }
}

/// The origin as a client calls it: the scheme, and the client's name for this machine if that is one of
/// `names` or always leads here. The port has to be the own one, save for `names`: who gave those may
/// forward another port here, as containers do. Any other host gets the origin itself, so that no `Host`
/// header can put a stranger into links.
pub(super) fn as_called(own: &str, host: &str, names: &[String]) -> String {
    let Ok(own_url) = url::Url::parse(own) else {
        return own.to_owned();
    };
    let Ok(called) = url::Url::parse(&format!("{}://{host}", own_url.scheme())) else {
        return own.to_owned();
    };
    let name = called.host_str().unwrap_or_default();
    let same_port = called.port_or_known_default() == own_url.port_or_known_default();
    let given = names.iter().any(|known| known == name);
    if given || same_port && OWN_NAMES.contains(&name) {
        called.origin().ascii_serialization()
    } else {
        own.to_owned()
    }
}

/// Who listens everywhere is called at home.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip @ (IpAddr::V4(_) | IpAddr::V6(_)) => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// Replaces every stored occurrence of an old origin, also without its scheme, in keys and in values.
///
/// All four are replaced in one pass, as one server's new port may be another one's old port.
pub(super) fn rewrite(state: &mut Value, old: &Origins, new: &Origins) {
    let moves: Vec<(&str, &str)> = Vendor::ALL
        .iter()
        .map(|vendor| (authority(old.of(*vendor)), authority(new.of(*vendor))))
        .filter(|(old, new)| old != new)
        .collect();
    if moves.is_empty() {
        return;
    }
    let any = moves
        .iter()
        .map(|(old, _)| regex::escape(old))
        .collect::<Vec<_>>()
        .join("|");
    // 127.0.0.1:400 is no part of 127.0.0.1:4000, nor of 8127.0.0.1:400
    let pattern = Regex::new(&format!(r"(?P<before>^|[^0-9A-Za-z.\-])(?P<old>{any})\b"))
        .expect("escaped addresses make a valid expression");
    replace(state, &|text| {
        pattern.replace_all(text, |found: &Captures<'_>| {
            let new = moves
                .iter()
                .find(|(old, _)| *old == &found["old"])
                .map_or("", |(_, new)| *new);
            format!("{}{new}", &found["before"])
        })
    });
}

/// Host and port of an origin.
fn authority(origin: &str) -> &str {
    origin.split_once("://").map_or(origin, |(_, rest)| rest)
}

fn replace(value: &mut Value, change: &impl Fn(&str) -> Cow<'_, str>) {
    match value {
        Value::String(text) => {
            if let Cow::Owned(changed) = change(text) {
                *text = changed;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, change)),
        Value::Object(entries) => {
            let old: Map<String, Value> = std::mem::take(entries);
            for (key, mut item) in old {
                replace(&mut item, change);
                entries.insert(change(&key).into_owned(), item);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests;
