use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use super::audit::Audit;
use super::fault::Faults;
use super::journal::Journal;
use super::konnect::KonnectState;
use super::limits::Limits;
use super::okta::OktaState;
use super::replica::Replica;
use super::seed::{DEFAULT_PASSWORD, Made};
use super::shared::{Common, Shared};
use super::{Named, Options, Seed, Tap, Vendor};
use crate::base::Secret;

/// Everything behind the four ports.
pub(super) struct World {
    pub(super) common: Arc<Common>,
    pub(super) okta: Shared<OktaState>,
    pub(super) konnect: Shared<KonnectState>,
    /// How long each request waits.
    pub(super) latency: Duration,
    /// Is given each request.
    pub(super) tap: Option<Tap>,
    /// What a reset plants again.
    pub(super) seed: Seed,
    /// Told after each request, for whoever saves.
    pub(super) touched: Notify,
    journal: Mutex<Journal>,
    audit: Mutex<Audit>,
    limits: Mutex<Limits>,
    replica: Mutex<Replica>,
    faults: Mutex<Faults>,
    beginning: Mutex<Beginning>,
}

/// What a reset goes back to, besides the built-in seed.
#[derive(Debug, Default)]
struct Beginning {
    named: Named,
    okta_tokens: Vec<Secret>,
    konnect_tokens: Vec<Secret>,
}

/// States hold tokens and passwords, so nothing of them is shown.
impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World")
            .field("common", &self.common)
            .finish_non_exhaustive()
    }
}

impl World {
    /// Puts states together; Okta's admin token outlives a reset, Konnect's is always the same.
    pub(super) fn new(
        common: &Arc<Common>,
        okta: OktaState,
        konnect: KonnectState,
        (journal, audit): (Journal, Audit),
        faults: Faults,
        options: &Options,
    ) -> Self {
        let beginning = Beginning {
            named: Named::default(),
            okta_tokens: vec![Secret::new(okta.admin_token())],
            konnect_tokens: Vec::new(),
        };
        Self {
            common: Arc::clone(common),
            okta: Shared::new(okta, Arc::clone(common)),
            konnect: Shared::new(konnect, Arc::clone(common)),
            latency: options.latency,
            tap: options.tap.clone(),
            seed: options.seed.clone(),
            touched: Notify::new(),
            journal: Mutex::new(journal),
            audit: Mutex::new(audit),
            limits: Mutex::default(),
            replica: Mutex::default(),
            faults: Mutex::new(faults),
            beginning: Mutex::new(beginning),
        }
    }

    /// The journal, to write to or to read.
    pub(super) fn journal(&self) -> MutexGuard<'_, Journal> {
        lock(&self.journal)
    }

    /// The changes, to write to or to read.
    pub(super) fn audit(&self) -> MutexGuard<'_, Audit> {
        lock(&self.audit)
    }

    /// The rate limits of all but Okta.
    pub(super) fn limits(&self) -> MutexGuard<'_, Limits> {
        lock(&self.limits)
    }

    /// The last answers to GETs.
    pub(super) fn replica(&self) -> MutexGuard<'_, Replica> {
        lock(&self.replica)
    }

    /// The faults, to arm or to strike.
    pub(super) fn faults(&self) -> MutexGuard<'_, Faults> {
        lock(&self.faults)
    }

    /// Has a token of a document work as it is, also after a reset.
    pub(super) fn accept_token(&self, vendor: Vendor, token: &str) {
        let mut beginning = lock(&self.beginning);
        match vendor {
            Vendor::Okta => {
                let now = self.common.now();
                self.okta.write(|state| state.accept_token(token, now));
                beginning.okta_tokens.push(Secret::new(token));
            }
            Vendor::Konnect | Vendor::Portal | Vendor::Gateway => {
                self.konnect.write(|state| state.accept_token(token));
                beginning.konnect_tokens.push(Secret::new(token));
            }
        }
        drop(beginning);
        self.touched.notify_one();
    }

    /// Has what a reset makes again.
    pub(super) fn remember(&self, named: &Named) {
        let mut beginning = lock(&self.beginning);
        let known = &mut beginning.named;
        known.servers.extend_from_slice(&named.servers);
        known.portals.extend_from_slice(&named.portals);
        known.apis.extend_from_slice(&named.apis);
        known.developers.extend_from_slice(&named.developers);
        known.teams.extend_from_slice(&named.teams);
    }

    /// Makes what is only named and not there yet; returns a line for each thing made.
    pub(super) fn make(&self, named: &Named) -> Vec<String> {
        let mut notes = Vec::new();
        let mut note = |made: bool, what: &str, name: &str, portal: Option<&str>| {
            if made {
                notes.push(Made(what, name, portal).to_string());
            }
        };
        self.okta.write(|state| {
            for name in &named.servers {
                note(state.seed_server(name), "authorization server", name, None);
            }
        });
        self.konnect.write(|state| {
            for name in &named.portals {
                note(state.seed_portal(name), "portal", name, None);
            }
            for name in &named.apis {
                note(state.seed_api(name), "API", name, None);
            }
            for (portal, email, password) in &named.developers {
                let password = password.as_ref().map_or(DEFAULT_PASSWORD, Secret::expose);
                let made = state.seed_developer(portal, email, password);
                note(made, "developer", email, Some(portal));
            }
            for (portal, name) in &named.teams {
                note(state.seed_team(portal, name), "team", name, Some(portal));
            }
        });
        self.touched.notify_one();
        notes
    }

    /// Starts anew: seeds, clock, journal and faults as at the first start, the same tokens.
    pub(super) fn reset(&self) {
        self.common.clock_offset.store(0, Ordering::Relaxed);
        let now = self.common.now();
        let named = {
            let beginning = lock(&self.beginning);
            self.okta.write(|state| {
                *state = OktaState::seed(now);
                for token in &beginning.okta_tokens {
                    state.accept_token(token.expose(), now);
                }
            });
            self.konnect.write(|state| {
                *state = KonnectState::seed(now);
                for token in &beginning.konnect_tokens {
                    state.accept_token(token.expose());
                }
            });
            beginning.named.clone()
        };
        self.make(&named);
        self.forget();
        self.limits().set(BTreeMap::new());
        self.touched.notify_one();
    }

    /// Forgets what was asked, answered and changed so far, and takes all faults away.
    pub(super) fn forget(&self) {
        self.replica().clear();
        self.journal().clear();
        self.audit().clear();
        self.faults().disarm();
    }
}

/// A panicking request must not take the sandbox with it, so poison is ignored.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
