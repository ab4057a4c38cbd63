use std::path::PathBuf;

use kube::{Client, Config};

use super::error::LeaderError;
use super::{Leadership, LeaseKey, Times, by_file, by_lease};

/// How the replicas of a pair of organisations find their leader.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where they meet.
    pub place: Place,
    /// The address of the Okta organisation.
    pub okta_origin: String,
    /// The address of Konnect.
    pub konnect_origin: String,
    /// What this process is called; no other process may be called so ([`instance`]).
    pub instance: String,
    /// The times of a lease.
    pub times: Times,
}

/// Where replicas meet.
#[derive(Debug, Clone)]
pub enum Place {
    /// A lock file, for processes of one machine.
    File(PathBuf),
    /// A Lease in a Kubernetes namespace; without a name that of the pod, or of the kubeconfig.
    Lease(Option<String>),
}

/// Takes part in the election.
///
/// It fails only where trying again cannot help; an API server that is away, or refuses, is
/// [`Leadership::trouble`].
pub async fn choose(options: Options) -> Result<Leadership, LeaderError> {
    let namespace = match options.place {
        Place::File(path) => return Ok(by_file(&path, &options.instance)),
        Place::Lease(namespace) => namespace,
    };
    let mut config = Config::infer()
        .await
        .map_err(|source| LeaderError::NoCluster {
            source: Box::new(source),
        })?;
    // the election itself tries again, and knows until when
    config.default_retry = false;
    config.connect_timeout = Some(options.times.request());
    let namespace = namespace.unwrap_or_else(|| config.default_namespace.clone());
    if !is_label(&namespace) {
        return Err(LeaderError::Name { name: namespace });
    }
    let client = Client::try_from(config).map_err(|source| LeaderError::Client {
        source: Box::new(source),
    })?;
    let key = LeaseKey::for_pair(&namespace, &options.okta_origin, &options.konnect_origin);
    Ok(by_lease(client, key, &options.instance, options.times))
}

/// A name for this process: that of its machine or pod, and something of chance, as another process may have been
/// called the same before.
pub fn instance() -> String {
    let host = rustix::system::uname()
        .nodename()
        .to_string_lossy()
        .into_owned();
    format!("{host}_{:08x}", fastrand::u32(..))
}

/// A DNS label (RFC 1123).
fn is_label(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=63).contains(&name.len())
        && name.bytes().all(fits)
        && !name.starts_with('-')
        && !name.ends_with('-')
}
