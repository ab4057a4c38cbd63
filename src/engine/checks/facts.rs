use std::collections::HashMap;

use crate::base::{Address, Diagnostic, KindName, Severity, Value};
use crate::config::Settings;
use crate::kinds::konnect::{app, auth_strategy, dcr_provider};
use crate::kinds::okta::{authorization_server, claim, policy, policy_rule, scope};
use crate::plan::{Declared, Desired, Live, World};

/// The scopes that every Okta server has (`OpenID` Connect Core 1.0, section 5.4, and Okta's own).
const SYSTEM_SCOPES: [&str; 7] = [
    "openid",
    "profile",
    "email",
    "address",
    "phone",
    "offline_access",
    "device_sso",
];

/// What the checks look at, with the questions that several of them ask.
pub(super) struct Facts<'a> {
    pub(super) declared: &'a Declared,
    pub(super) world: Option<&'a World>,
    pub(super) settings: Option<&'a Settings>,
    /// What servers have or will have, and what policies have.
    below: HashMap<KindName, HashMap<&'a Address, Vec<Part<'a>>>>,
    named: HashMap<(KindName, &'a Address, &'a str), Part<'a>>,
    /// Applications by strategy.
    apps: HashMap<&'a Address, Vec<&'a Desired>>,
    /// Live servers by issuer.
    servers: HashMap<&'a str, &'a Address>,
}

/// The kinds whose objects are looked for below others.
const PARTS: [KindName; 4] = [scope::NAME, claim::NAME, policy::NAME, policy_rule::NAME];

/// A strategy with an issuer, and where its tokens come from.
pub(super) struct Strategy<'a> {
    pub(super) desired: &'a Desired,
    /// The Okta server; absent when the issuer is not one of this org, or not known yet.
    pub(super) server: Option<Address>,
    /// Whether its tokens come from Okta at all.
    pub(super) okta: bool,
}

impl Strategy<'_> {
    pub(super) fn scopes(&self) -> Vec<&str> {
        self.desired.field("scopes").texts()
    }

    pub(super) fn for_machines(&self) -> bool {
        self.desired
            .field("auth_methods")
            .texts()
            .contains(&"client_credentials")
    }
}

/// A scope, claim, policy or rule, declared or live; declared fields win.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    pub(super) desired: Option<&'a Desired>,
    pub(super) live: Option<&'a Live>,
}

impl<'a> Part<'a> {
    pub(super) fn field(self, name: &str) -> &'a Value {
        self.desired
            .and_then(|desired| desired.fields.get(name))
            .or_else(|| self.live.map(|live| live.field(name)))
            .unwrap_or(&Value::Null)
    }
}

impl<'a> Facts<'a> {
    pub(super) fn new(
        declared: &'a Declared,
        world: Option<&'a World>,
        settings: Option<&'a Settings>,
    ) -> Self {
        let mut facts = Self {
            declared,
            world,
            settings,
            below: HashMap::new(),
            named: HashMap::new(),
            apps: HashMap::new(),
            servers: HashMap::new(),
        };
        for kind in PARTS {
            facts.gather(kind);
        }
        for app in declared.of(app::NAME).filter(|app| !app.absent) {
            if let Some(strategy) = app.field("auth_strategy").as_ref_address() {
                facts.apps.entry(strategy).or_default().push(app);
            }
        }
        for live in world
            .iter()
            .flat_map(|world| world.of(authorization_server::NAME))
        {
            if let (Some(issuer), Some(address)) = (live.field("issuer").as_text(), &live.address) {
                facts.servers.entry(issuer).or_insert(address);
            }
        }
        facts
    }

    /// Sorts the objects of a kind by what contains them; declared ones come first.
    fn gather(&mut self, kind: KindName) {
        let (declared, world) = (self.declared, self.world);
        for desired in declared.of(kind).filter(|desired| !desired.absent) {
            if let Some(parent) = &desired.parent {
                let live = world.and_then(|world| world.get(&desired.address));
                let desired = Some(desired);
                self.add(kind, parent, Part { desired, live });
            }
        }
        let Some(world) = world else { return };
        for live in world.of(kind) {
            let known = live
                .address
                .as_ref()
                .and_then(|address| declared.get(address));
            if let (None, Some(parent)) = (known, world.parent(live)) {
                let live = Some(live);
                self.add(
                    kind,
                    parent,
                    Part {
                        desired: None,
                        live,
                    },
                );
            }
        }
    }

    fn add(&mut self, kind: KindName, parent: &'a Address, part: Part<'a>) {
        let below = self.below.entry(kind).or_default();
        below.entry(parent).or_default().push(part);
        if let Some(name) = part.field("name").as_text() {
            self.named.entry((kind, parent, name)).or_insert(part);
        }
    }

    /// How grave it is that something is not declared: offline it may still be there.
    pub(super) fn severity(&self) -> Severity {
        if self.world.is_some() {
            Severity::Error
        } else {
            Severity::Warning
        }
    }

    /// A finding of that severity, with the advice that belongs to it.
    pub(super) fn absent(&self, code: &'static str, message: String) -> Diagnostic {
        match self.severity() {
            Severity::Error => Diagnostic::error(code, message),
            Severity::Warning => Diagnostic::warning(code, message),
        }
    }

    /// The strategies that are wanted and have an issuer.
    pub(super) fn strategies(&self) -> impl Iterator<Item = Strategy<'a>> {
        self.declared
            .of(auth_strategy::NAME)
            .filter(|desired| !desired.absent)
            .filter(|desired| {
                desired.field("strategy_type").as_text() != Some(auth_strategy::KEY_AUTH)
            })
            .map(|desired| self.strategy(desired))
    }

    fn strategy(&self, desired: &'a Desired) -> Strategy<'a> {
        let provider = desired
            .field("dcr_provider")
            .as_ref_address()
            .and_then(|address| self.declared.get(address));
        let foreign = provider
            .and_then(|provider| provider.field("type").as_text())
            .is_some_and(|kind| kind != "okta");
        // where the two differ, that is reported; clients are registered at the provider's
        let named = provider
            .and_then(Self::server_of)
            .or_else(|| Self::server_of(desired));
        let issuer = [Some(desired), provider]
            .into_iter()
            .flatten()
            .find_map(|object| object.field("issuer").as_text());
        let by_issuer = || {
            let server = self.servers.get(issuer?.trim_end_matches('/'))?;
            Some((*server).clone())
        };
        let server = named.or_else(by_issuer);
        // an issuer elsewhere without an Okta provider is none of our business
        let okta = !foreign && (server.is_some() || provider.is_some());
        Strategy {
            desired,
            server,
            okta,
        }
    }

    /// The server whose issuer an object takes; `Of` before it is filled in, else the field.
    fn server_of(object: &Desired) -> Option<Address> {
        if let Value::Of(address, _) = object.field("issuer")
            && address.is(authorization_server::NAME)
        {
            return Some(address.clone());
        }
        let named = object.field("authorization_server").as_ref_address()?;
        Some(named.clone())
    }

    /// What an object contains, or will contain, of a kind.
    pub(super) fn parts(&self, kind: KindName, above: Option<&Address>) -> &[Part<'a>] {
        let found = above.and_then(|above| self.below.get(&kind)?.get(above));
        found.map_or(&[], Vec::as_slice)
    }

    /// The first of them with this name.
    pub(super) fn part(
        &self,
        kind: KindName,
        above: Option<&Address>,
        name: &str,
    ) -> Option<Part<'a>> {
        self.named.get(&(kind, above?, name)).copied()
    }

    /// Tells whether a scope is in the server as far as one can know.
    pub(super) fn has_scope(&self, server: Option<&Address>, name: &str) -> bool {
        // of an issuer that is nobody's server here, not even these are known to be there
        let is_system = server.is_some() && SYSTEM_SCOPES.contains(&name) && self.world.is_none();
        is_system || self.part(scope::NAME, server, name).is_some()
    }

    /// The applications that log in by a strategy.
    pub(super) fn apps_of(&self, strategy: &Desired) -> &[&'a Desired] {
        let apps = self.apps.get(&strategy.address);
        apps.map_or(&[], Vec::as_slice)
    }

    /// The providers that are wanted.
    pub(super) fn providers(&self) -> impl Iterator<Item = &'a Desired> {
        self.declared
            .of(dcr_provider::NAME)
            .filter(|desired| !desired.absent)
    }
}
