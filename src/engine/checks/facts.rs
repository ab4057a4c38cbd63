use crate::base::{Address, Diagnostic, Severity, Value};
use crate::config::Settings;
use crate::kinds::konnect::{app, auth_strategy, dcr_provider};
use crate::kinds::okta::{authorization_server, scope};
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
}

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

/// A scope or claim of a server, declared or live; declared fields win.
pub(super) struct Part<'a> {
    pub(super) desired: Option<&'a Desired>,
    pub(super) live: Option<&'a Live>,
}

impl Part<'_> {
    pub(super) fn field(&self, name: &str) -> &Value {
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
        Self {
            declared,
            world,
            settings,
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
        let facts = Facts { ..*self };
        self.declared
            .of(auth_strategy::NAME)
            .filter(|desired| !desired.absent)
            .filter(|desired| {
                desired.field("strategy_type").as_text() != Some(auth_strategy::KEY_AUTH)
            })
            .map(move |desired| facts.strategy(desired))
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
            let issuer = issuer?.trim_end_matches('/');
            self.world?
                .of(authorization_server::NAME)
                .find(|live| live.field("issuer").as_text() == Some(issuer))
                .and_then(|live| live.address.clone())
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

    /// What a server has, or will have, under a name; `None` when nothing.
    pub(super) fn parts(
        &self,
        kind: crate::base::KindName,
        server: Option<&Address>,
    ) -> Vec<Part<'a>> {
        let Some(server) = server else {
            return Vec::new();
        };
        let world = self.world;
        let mut parts: Vec<Part<'a>> = self
            .declared
            .of(kind)
            .filter(|desired| desired.parent.as_ref() == Some(server) && !desired.absent)
            .map(|desired| Part {
                desired: Some(desired),
                live: world.and_then(|world| world.get(&desired.address)),
            })
            .collect();
        if let Some(world) = world {
            let id = world.get(server).map(|live| live.id.as_str());
            for live in world.of(kind).filter(|live| live.parent.as_deref() == id) {
                let known = live
                    .address
                    .as_ref()
                    .and_then(|address| self.declared.get(address));
                if known.is_none() {
                    parts.push(Part {
                        desired: None,
                        live: Some(live),
                    });
                }
            }
        }
        parts
    }

    /// Tells whether a scope is in the server as far as one can know.
    pub(super) fn has_scope(&self, server: Option<&Address>, name: &str) -> bool {
        // of an issuer that is nobody's server here, not even these are known to be there
        let is_system = server.is_some() && SYSTEM_SCOPES.contains(&name) && self.world.is_none();
        let named = |part: &Part<'_>| part.field("name").as_text() == Some(name);
        is_system || self.parts(scope::NAME, server).iter().any(named)
    }

    /// The applications that log in by a strategy.
    pub(super) fn apps_of(&self, strategy: &Desired) -> impl Iterator<Item = &'a Desired> {
        let address = strategy.address.clone();
        self.declared.of(app::NAME).filter(move |app| {
            !app.absent && app.field("auth_strategy").as_ref_address() == Some(&address)
        })
    }

    /// The providers that are wanted.
    pub(super) fn providers(&self) -> impl Iterator<Item = &'a Desired> {
        self.declared
            .of(dcr_provider::NAME)
            .filter(|desired| !desired.absent)
    }
}
