use std::io;
use std::mem::discriminant;
use std::path::PathBuf;

/// Says why a replica cannot take part in the election, or cannot hear who leads.
#[derive(Debug, thiserror::Error)]
pub enum LeaderError {
    /// Neither a kubeconfig nor a service account.
    #[error("no Kubernetes cluster is known here")]
    NoCluster {
        /// Both ways failed.
        #[source]
        source: Box<kube::config::InferConfigError>,
    },
    /// The client could not be made: an unreadable certificate, say.
    #[error("cannot prepare the connection to the Kubernetes API server")]
    Client {
        /// The reason.
        #[source]
        source: Box<kube::Error>,
    },
    /// Not a name that Kubernetes could have.
    #[error("`{name}` cannot be the name of a namespace")]
    Name {
        /// As it was written.
        name: String,
    },
    /// With these a second leader would be possible.
    #[error("the times of the lease do not fit each other")]
    Times,
    /// The API server knows no such namespace.
    #[error("there is no namespace `{namespace}`")]
    NoNamespace {
        /// Its name.
        namespace: String,
        /// The answer.
        #[source]
        source: Box<kube::Error>,
    },
    /// The API server does not let this account do it.
    #[error("the API server does not let us {verb} the Lease `{name}` in `{namespace}`")]
    Forbidden {
        /// What was to be done, as RBAC calls it.
        verb: &'static str,
        /// The namespace.
        namespace: String,
        /// The name of the Lease.
        name: String,
        /// The answer.
        #[source]
        source: Box<kube::Error>,
    },
    /// The API server does not know who we are.
    #[error("the API server does not accept the credentials")]
    Unauthorized {
        /// The answer.
        #[source]
        source: Box<kube::Error>,
    },
    /// The API server answered with another error.
    #[error("the API server could not {verb} the Lease `{name}`: status {status}")]
    Refused {
        /// What was to be done, as RBAC calls it.
        verb: &'static str,
        /// The name of the Lease.
        name: String,
        /// The HTTP status.
        status: u16,
        /// The answer.
        #[source]
        source: Box<kube::Error>,
    },
    /// No connection, or one that broke.
    #[error("the API server cannot be reached")]
    Unreachable {
        /// The reason.
        #[source]
        source: Box<kube::Error>,
    },
    /// No answer in time.
    #[error("the API server did not answer in time")]
    Silent,
    /// The file cannot be made or locked.
    #[error("the lock file `{}` cannot be used", path.display())]
    File {
        /// Its path.
        path: PathBuf,
        /// The reason.
        #[source]
        source: io::Error,
    },
}

impl LeaderError {
    /// Says what a person can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NoCluster { .. } => {
                "run in a pod with a service account, or name a kubeconfig in KUBECONFIG; on a single machine leave `--lease` out"
            }
            Self::Client { .. } => "check the kubeconfig, and the files that it names",
            Self::Name { .. } => {
                "write the name of the namespace: lower-case letters, digits and `-`, 63 at most"
            }
            Self::Times => {
                "the lease must be whole seconds and longer than the renew deadline, and that at least twice the time between two tries"
            }
            Self::NoNamespace { .. } => {
                "create the namespace, or name the one that the pods are in"
            }
            Self::Forbidden { .. } => {
                "bind a role with `get`, `create` and `update` on `leases` of `coordination.k8s.io` to the service account; `kubectl auth can-i update leases` asks for it"
            }
            Self::Unauthorized { .. } => {
                "check that the service account's token is mounted and not expired, or log in again where it is a kubeconfig"
            }
            Self::Refused { .. } => "look at the events and logs of the API server",
            Self::Unreachable { .. } | Self::Silent => {
                "check that the API server runs and that network policies let this pod reach it"
            }
            Self::File { .. } => {
                "choose a state folder on a local disk that this user may write to"
            }
        }
    }

    /// The same trouble as before, which the log need not tell again.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        discriminant(self) == discriminant(other)
    }
}
