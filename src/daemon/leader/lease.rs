use std::sync::Arc;

use k8s_openapi::api::coordination::v1::Lease;
use kube::api::PostParams;
use kube::{Api, Client};
use tokio::sync::oneshot;

use super::candidate::Candidate;
use super::clock;
use super::error::LeaderError;
use super::term::Term;
use super::{Leadership, LeaseKey, Times, Voice};

/// Takes part in the election by a Kubernetes Lease; `instance` must be this process's alone ([`super::instance`]).
///
/// It begins as a follower. Trouble with the API server is told and tried again; it never leads meanwhile.
pub fn by_lease(client: Client, key: LeaseKey, instance: &str, times: Times) -> Leadership {
    let (voice, role, trouble) = Voice::new();
    let term = Term::new(clock::machine());
    let leases = Leases::new(client, &key, times);
    let candidate = Candidate::new(leases, key, instance, times, term.clone(), voice);
    let (stop, stopped) = oneshot::channel();
    Leadership {
        role,
        fence: term.fence(),
        trouble,
        stop: Some(stop),
        task: tokio::spawn(candidate.run(stopped)),
        shut: Arc::new(move || term.shut()),
    }
}

/// The three requests that an election needs, each with a time limit.
pub(super) struct Leases {
    api: Api<Lease>,
    namespace: String,
    name: String,
    times: Times,
}

/// What became of a write.
pub(super) enum Written {
    /// The record as it is now.
    Done(Box<Lease>),
    /// Another one was quicker; nothing was written.
    Lost,
    /// The record is gone.
    Missing,
}

impl Leases {
    pub(super) fn new(client: Client, key: &LeaseKey, times: Times) -> Self {
        Self {
            api: Api::namespaced(client, &key.namespace),
            namespace: key.namespace.clone(),
            name: key.name.clone(),
            times,
        }
    }

    pub(super) async fn get(&self) -> Result<Option<Lease>, LeaderError> {
        let found = self.in_time(self.api.get_opt(&self.name)).await?;
        found.map_err(|error| self.trouble("get", error))
    }

    pub(super) async fn create(&self, lease: &Lease) -> Result<Written, LeaderError> {
        let params = PostParams::default();
        let written = self.in_time(self.api.create(&params, lease)).await?;
        self.judge("create", written)
    }

    pub(super) async fn replace(&self, lease: &Lease) -> Result<Written, LeaderError> {
        let params = PostParams::default();
        let replaced = self.api.replace(&self.name, &params, lease);
        let written = self.in_time(replaced).await?;
        match written {
            Err(kube::Error::Api(status)) if status.code == 404 => Ok(Written::Missing),
            other => self.judge("update", other),
        }
    }

    async fn in_time<T>(&self, answer: impl Future<Output = T>) -> Result<T, LeaderError> {
        tokio::time::timeout(self.times.request(), answer)
            .await
            .map_err(|_| LeaderError::Silent)
    }

    fn judge(
        &self,
        verb: &'static str,
        written: Result<Lease, kube::Error>,
    ) -> Result<Written, LeaderError> {
        match written {
            Ok(lease) => Ok(Written::Done(Box::new(lease))),
            Err(kube::Error::Api(status)) if status.code == 409 => Ok(Written::Lost),
            Err(error) => Err(self.trouble(verb, error)),
        }
    }

    fn trouble(&self, verb: &'static str, error: kube::Error) -> LeaderError {
        let kube::Error::Api(status) = &error else {
            return LeaderError::Unreachable {
                source: Box::new(error),
            };
        };
        let status = status.code;
        let source = Box::new(error);
        let (namespace, name) = (self.namespace.clone(), self.name.clone());
        match status {
            401 => LeaderError::Unauthorized { source },
            403 => LeaderError::Forbidden {
                verb,
                namespace,
                name,
                source,
            },
            // a Lease that is not there is no error: what is missing is what it would be in
            404 => LeaderError::NoNamespace { namespace, source },
            _ => LeaderError::Refused {
                verb,
                name,
                status,
                source,
            },
        }
    }
}
