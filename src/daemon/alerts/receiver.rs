use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use url::{Host, Url};
use zeroize::Zeroizing;

use super::ReceiverError;
use crate::base::{Secret, Urgency};

/// Somebody who is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receiver {
    /// The name by which it is known within its document, `slack #1`.
    pub name: String,
    /// The least severity that is told there.
    pub severity: Urgency,
    /// After how long what lasts is told again; without it once.
    pub repeat: Option<Duration>,
    /// Where, and how.
    pub target: Target,
}

/// Where and how somebody is told.
#[derive(Clone, PartialEq, Eq)]
pub enum Target {
    /// A Slack channel.
    Slack {
        /// The incoming webhook's address.
        url: Secret,
    },
    /// A Microsoft Teams workflow.
    Teams {
        /// The workflow's address.
        url: Secret,
    },
    /// A `PagerDuty` service.
    PagerDuty {
        /// The integration key.
        routing_key: Secret,
        /// Another address than `PagerDuty`'s own.
        url: Option<Url>,
    },
    /// Any service that takes JSON.
    Webhook {
        /// Where the JSON is posted to.
        url: Url,
        /// The key that signs it, `whsec_…`.
        secret: Option<Secret>,
    },
    /// A program on this machine.
    Command {
        /// The program and its arguments.
        run: Vec<String>,
    },
}

impl Target {
    /// What the document calls it, `slack`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Slack { .. } => "slack",
            Self::Teams { .. } => "teams",
            Self::PagerDuty { .. } => "pagerduty",
            Self::Webhook { .. } => "webhook",
            Self::Command { .. } => "command",
        }
    }

    /// Tells what is wrong with it, as far as that can be known without sending.
    pub fn check(&self) -> Result<(), ReceiverError> {
        match self {
            Self::Slack { url } | Self::Teams { url } => address(url).map(|_| ()),
            Self::PagerDuty { .. } => Ok(()),
            Self::Webhook { secret, .. } => match secret {
                Some(secret) => signing_key(secret).map(|_| ()),
                None => Ok(()),
            },
            Self::Command { run } => match run.first() {
                Some(program) if !program.is_empty() => Ok(()),
                _ => Err(ReceiverError::NoProgram),
            },
        }
    }

    /// Everything of it that must not be seen.
    pub(super) fn secrets(&self) -> Vec<Secret> {
        match self {
            Self::Slack { url } | Self::Teams { url } => {
                let mut all = vec![url.clone()];
                all.extend(address(url).ok().map(|url| path(&url)));
                all
            }
            Self::PagerDuty { routing_key, .. } => vec![routing_key.clone()],
            Self::Webhook { url, secret } => {
                let mut all = vec![Secret::new(url.as_str())];
                if url.query().is_some() {
                    all.push(path(url));
                }
                if let Some(secret) = secret {
                    all.push(Secret::new(secret.expose().trim_start_matches(PREFIX)));
                    all.push(secret.clone());
                }
                all
            }
            Self::Command { .. } => Vec::new(),
        }
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(..)", self.kind())
    }
}

/// The path of an address with its query, as a receiver's error page may repeat it.
fn path(url: &Url) -> Secret {
    Secret::new(url.path().to_owned() + &url.query().map_or(String::new(), |it| format!("?{it}")))
}

/// Reads an address that is a secret, and so must not travel in the open.
pub(super) fn address(text: &Secret) -> Result<Url, ReceiverError> {
    let url = Url::parse(text.expose().trim()).map_err(|_| ReceiverError::NoAddress)?;
    match url.scheme() {
        "https" if url.has_host() => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => Err(ReceiverError::Insecure),
        _ => Err(ReceiverError::NoAddress),
    }
}

/// Tells whether an address is on this machine.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

const PREFIX: &str = "whsec_";

/// Padded or not: both are seen.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Reads the key of a signature; its length is what the [specification](https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md) asks for.
pub(super) fn signing_key(secret: &Secret) -> Result<Zeroizing<Vec<u8>>, ReceiverError> {
    let text = secret.expose().trim();
    let text = text.strip_prefix(PREFIX).unwrap_or(text);
    let key = BASE64
        .decode(text)
        .map(Zeroizing::new)
        .map_err(|_| ReceiverError::NoKey)?;
    if (24..=64).contains(&key.len()) {
        Ok(key)
    } else {
        Err(ReceiverError::NoKey)
    }
}
