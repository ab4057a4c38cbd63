use indexmap::IndexMap;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::digest::Digest;
use crate::sandbox::konnect::catalog::api::Api;
use crate::sandbox::konnect::catalog::publication::Publication;
use crate::sandbox::konnect::content::child::Child;
use crate::sandbox::konnect::dcr::provider::Provider;
use crate::sandbox::konnect::portals::application::Application;
use crate::sandbox::konnect::portals::credential::Credential;
use crate::sandbox::konnect::portals::developer::Developer;
use crate::sandbox::konnect::portals::portal::Portal;
use crate::sandbox::konnect::portals::registration::Registration;
use crate::sandbox::konnect::portals::team::Team;
use crate::sandbox::konnect::strategies::strategy::Strategy;
use crate::sandbox::konnect::wire::problem::Problem;

/// A whole Konnect account in one region.
///
/// Saved as it is; of secrets only digests are in it, save for those that Konnect itself has to
/// present elsewhere (see [`Provider`]).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::sandbox) struct KonnectState {
    pub(in crate::sandbox) organization: Uuid,
    pub(super) user: Uuid,
    pub(super) created_at: Timestamp,
    pub(super) tokens: Vec<Digest>,
    pub(super) providers: IndexMap<Uuid, Provider>,
    pub(in crate::sandbox) strategies: IndexMap<Uuid, Strategy>,
    pub(in crate::sandbox) portals: IndexMap<Uuid, Portal>,
    pub(in crate::sandbox) developers: IndexMap<Uuid, Developer>,
    pub(super) teams: IndexMap<Uuid, Team>,
    pub(in crate::sandbox) applications: IndexMap<Uuid, Application>,
    pub(in crate::sandbox) registrations: IndexMap<Uuid, Registration>,
    pub(in crate::sandbox) apis: IndexMap<Uuid, Api>,
    pub(in crate::sandbox) publications: Vec<Publication>,
    /// Keys of key-auth applications; those of other applications live at the identity provider.
    pub(in crate::sandbox) credentials: IndexMap<Uuid, Credential>,
    /// What only third-party clients ask for.
    #[serde(default)]
    pub(super) children: Vec<Child>,
    /// Developers who are logged in, by the digest of their access cookie.
    pub(in crate::sandbox) sessions: Vec<Session>,
}

/// A developer's log-in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::sandbox) struct Session {
    pub(in crate::sandbox) developer: Uuid,
    pub(in crate::sandbox) access: Digest,
    pub(in crate::sandbox) refresh: Digest,
    pub(in crate::sandbox) access_until: Timestamp,
    pub(in crate::sandbox) refresh_until: Timestamp,
}

/// Finds what a path names; an id that is none names nothing.
pub(in crate::sandbox) fn entry<'a, T>(
    entries: &'a IndexMap<Uuid, T>,
    id: &str,
) -> Result<&'a T, Problem> {
    Uuid::try_parse(id)
        .ok()
        .and_then(|id| entries.get(&id))
        .ok_or_else(Problem::not_found)
}

/// Like `entry`, to change it.
pub(super) fn entry_mut<'a, T>(
    entries: &'a mut IndexMap<Uuid, T>,
    id: &str,
) -> Result<&'a mut T, Problem> {
    Uuid::try_parse(id)
        .ok()
        .and_then(|id| entries.get_mut(&id))
        .ok_or_else(Problem::not_found)
}

impl KonnectState {
    /// Lets one more admin token in, given in plain and kept as a digest.
    pub(in crate::sandbox) fn accept_token(&mut self, token: &str) {
        let digest = Digest::of_token(token);
        if !self.tokens.contains(&digest) {
            self.tokens.push(digest);
        }
    }

    /// What a token is called that may be used: the value itself is not kept.
    pub(in crate::sandbox) fn token_name(&self, token: &str) -> Option<String> {
        let digest = Digest::of_token(token);
        let place = self.tokens.iter().position(|known| *known == digest)?;
        Some(match place {
            0 => "sandbox".to_owned(),
            place => format!("token-{place}"),
        })
    }

    /// How an API is published to a portal.
    pub(in crate::sandbox) fn publication(&self, api: Uuid, portal: Uuid) -> Option<&Publication> {
        self.publications
            .iter()
            .find(|publication| publication.api == api && publication.portal == portal)
    }
}
