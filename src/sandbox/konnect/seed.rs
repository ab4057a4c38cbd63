use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use indexmap::IndexMap;
use jiff::Timestamp;
use uuid::Uuid;

use super::digest::Digest;
use super::state::KonnectState;
use crate::sandbox::konnect::catalog::api::Api;
use crate::sandbox::konnect::portals::developer::{Developer, Status};
use crate::sandbox::konnect::portals::portal::Portal;
use crate::sandbox::konnect::portals::team::Team;
use crate::sandbox::konnect::strategies::strategy::Strategy;

/// The admin token of a fresh account.
pub(in crate::sandbox) const ADMIN_TOKEN: &str = "kpat_sandbox";

/// A password of a seed, hashed once in a process however many developers and sandboxes have it.
#[derive(Clone)]
pub(in crate::sandbox) struct SeededPassword {
    pub(in crate::sandbox::konnect) salt: Uuid,
    pub(in crate::sandbox::konnect) digest: Digest,
}

impl SeededPassword {
    /// Hashes a password.
    pub(in crate::sandbox) fn new(password: &str) -> Self {
        static KNOWN: Mutex<BTreeMap<Digest, SeededPassword>> = Mutex::new(BTreeMap::new());
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        let hashed = known.entry(Digest::of_token(password)).or_insert_with(|| {
            let salt = Uuid::new_v4();
            let digest = Digest::of_password(password, salt);
            Self { salt, digest }
        });
        hashed.clone()
    }
}

impl KonnectState {
    /// A fresh account: a portal with its key-auth strategy, a developer `dev@example.com` with the
    /// password `sandbox`, an API `orders`, one admin token.
    pub(in crate::sandbox) fn seed(now: Timestamp) -> Self {
        let mut state = Self {
            organization: Uuid::new_v4(),
            user: Uuid::new_v4(),
            created_at: now,
            tokens: Vec::new(),
            providers: IndexMap::new(),
            strategies: IndexMap::new(),
            portals: IndexMap::new(),
            developers: IndexMap::new(),
            teams: IndexMap::new(),
            applications: IndexMap::new(),
            registrations: IndexMap::new(),
            apis: IndexMap::new(),
            publications: Vec::new(),
            credentials: IndexMap::new(),
            children: Vec::new(),
            sessions: Vec::new(),
        };
        state.accept_token(ADMIN_TOKEN);
        state.seed_portal("developer-portal");
        state.seed_developer("developer-portal", "dev@example.com", "sandbox");
        state.seed_api("orders");
        state
    }

    /// Makes sure that a portal exists; says whether it had to be made.
    pub(in crate::sandbox) fn seed_portal(&mut self, name: &str) -> bool {
        if self.portal_named(name).is_some() {
            return false;
        }
        // each new portal starts out with the built-in key-auth strategy, of which there is one
        let built_in = self.strategies.values().find(|s| s.name == "key-auth");
        let built_in = if let Some(strategy) = built_in {
            strategy.id
        } else {
            let strategy = Strategy::built_in(self.created_at);
            let id = strategy.id;
            self.strategies.insert(id, strategy);
            id
        };
        let mut portal = Portal::new(self, name, self.created_at);
        portal.default_strategy = Some(built_in);
        self.portals.insert(portal.id, portal);
        true
    }

    /// Makes sure that an API exists; says whether it had to be made.
    pub(in crate::sandbox) fn seed_api(&mut self, name: &str) -> bool {
        if self.apis.values().any(|api| api.name == name) {
            return false;
        }
        let api = Api::new(name, None, self.created_at);
        self.apis.insert(api.id, api);
        true
    }

    /// Makes sure that an approved developer exists in a portal and logs in with this password;
    /// says whether the developer had to be made.
    pub(in crate::sandbox) fn seed_developer(
        &mut self,
        portal: &str,
        email: &str,
        password: &str,
    ) -> bool {
        self.seed_developer_hashed(portal, email, &SeededPassword::new(password))
    }

    /// Like `seed_developer`, with a password that many may share.
    pub(in crate::sandbox) fn seed_developer_hashed(
        &mut self,
        portal: &str,
        email: &str,
        password: &SeededPassword,
    ) -> bool {
        self.seed_portal(portal);
        let Some(portal) = self.portal_named(portal) else {
            return false;
        };
        let known = self.developer_by_email(portal, email).map(|d| d.id);
        if let Some(developer) = known.and_then(|id| self.developers.get_mut(&id)) {
            developer.set_password(password);
            return false;
        }
        let name = email.split('@').next().unwrap_or(email);
        let mut developer = Developer::new(portal, email, name, Status::Approved, self.created_at);
        developer.set_password(password);
        self.developers.insert(developer.id, developer);
        true
    }

    /// Makes sure that a team exists in a portal, with all its developers as members; says whether
    /// the team had to be made.
    pub(in crate::sandbox) fn seed_team(&mut self, portal: &str, name: &str) -> bool {
        self.seed_team_of(portal, name, true)
    }

    /// Like `seed_team`, with all the portal's developers or with none.
    pub(in crate::sandbox) fn seed_team_of(
        &mut self,
        portal: &str,
        name: &str,
        everybody: bool,
    ) -> bool {
        self.seed_portal(portal);
        let Some(portal) = self.portal_named(portal) else {
            return false;
        };
        let mut teams = self.teams.values();
        if teams.any(|team| team.portal == portal && team.name == name) {
            return false;
        }
        let mut team = Team::new(portal, name, self.created_at);
        if everybody {
            let developers = self.developers.values();
            let of_portal = developers.filter(|developer| developer.portal == portal);
            team.developers = of_portal.map(|developer| developer.id).collect();
        }
        self.teams.insert(team.id, team);
        true
    }

    /// Names and ids of all DCR providers; the rest of them holds secrets.
    pub(in crate::sandbox) fn providers(&self) -> impl Iterator<Item = (String, String)> {
        let providers = self.providers.values();
        providers.map(|provider| (provider.name.clone(), provider.id.to_string()))
    }

    /// All teams.
    pub(in crate::sandbox) fn teams(&self) -> impl Iterator<Item = &Team> {
        self.teams.values()
    }

    fn portal_named(&self, name: &str) -> Option<Uuid> {
        let mut portals = self.portals.values();
        portals.find(|p| p.name == name).map(|portal| portal.id)
    }
}
