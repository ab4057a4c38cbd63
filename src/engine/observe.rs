use std::collections::HashSet;

use futures_util::future::{BoxFuture, FutureExt, try_join_all};

use super::{Engine, EngineError, credible};
use crate::base::{KindName, Value};
use crate::kinds::konnect::{app, auth_strategy, publication, registration};
use crate::kinds::okta::{authorization_server, claim, client, policy, policy_rule, scope};
use crate::kinds::{AnyKind, registry};
use crate::plan::{Declared, Live, Prune};

/// What both vendors reported, not yet compared.
#[derive(Debug, Clone)]
pub struct Observed {
    /// The objects.
    pub live: Vec<Live>,
}

/// Which collections are read, and below which objects.
pub(super) struct Range {
    kinds: HashSet<KindName>,
    /// Names of the servers and portals whose contents matter; all when a delete is weighed.
    parents: HashSet<(KindName, String)>,
    issuers: HashSet<String>,
    everything: bool,
}

impl Engine {
    /// Lists what the document is about; both vendors and all collections at once.
    pub(super) async fn observe(&self, everything: bool) -> Result<Observed, EngineError> {
        let range = Range::of(&self.declared, &self.checked.prune, everything);
        let roots = registry()
            .iter()
            .copied()
            .filter(|kind| kind.info().parent.is_none() && range.kinds.contains(&kind.info().name));
        let lists = roots.map(|kind| self.collect(kind, None, &range));
        let live = try_join_all(lists).await?.into_iter().flatten().collect();
        Ok(Observed { live })
    }

    fn collect<'a>(
        &'a self,
        kind: &'static dyn AnyKind,
        parent: Option<Live>,
        range: &'a Range,
    ) -> BoxFuture<'a, Result<Vec<Live>, EngineError>> {
        async move {
            let name = kind.info().name;
            let mut found = kind
                .list(&self.readers, parent.as_ref())
                .await
                .map_err(|source| EngineError::Vendor {
                    doing: format!("list the {}", crate::base::Count::noun(2, &name.noun())),
                    source: Box::new(source),
                })?;
            credible::whole(kind, parent.as_ref(), &found)?;
            let children = registry().iter().copied().filter(|child| {
                child.info().parent == Some(name) && range.kinds.contains(&child.info().name)
            });
            let mut below = Vec::new();
            for child in children {
                for live in found.iter().filter(|live| range.enters(live)) {
                    below.push(self.collect(child, Some(live.clone()), range));
                }
            }
            for more in try_join_all(below).await? {
                found.extend(more);
            }
            Ok(found)
        }
        .boxed()
    }
}

impl Range {
    pub(super) fn of(declared: &Declared, prunes: &[Prune], everything: bool) -> Self {
        let mut range = Self {
            kinds: HashSet::new(),
            parents: HashSet::new(),
            issuers: HashSet::new(),
            everything,
        };
        for desired in declared.iter() {
            range.add_kind(desired.kind);
            range.add_parent(
                desired.kind,
                &desired.field("name").as_text().unwrap_or_default(),
            );
            for address in desired.needs() {
                if let Some(kind) = registry().iter().find(|kind| address.is(kind.info().name)) {
                    range.add_kind(kind.info().name);
                    range.add_parent(kind.info().name, &address.key());
                }
            }
            if let Value::Text(issuer) = desired.field("issuer") {
                range
                    .issuers
                    .insert(issuer.trim_end_matches('/').to_owned());
            }
        }
        for prune in prunes {
            range.add_prune(prune);
        }
        // a strategy is checked against all that its server has
        if declared.of(auth_strategy::NAME).next().is_some() {
            for kind in [
                authorization_server::NAME,
                scope::NAME,
                claim::NAME,
                policy::NAME,
                policy_rule::NAME,
            ] {
                range.add_kind(kind);
            }
        }
        let existing = |app: &crate::plan::Desired| app.field("client_id").as_text().is_some();
        if declared.of(app::NAME).any(existing) {
            range.add_kind(client::NAME);
        }
        if range.kinds.contains(&registration::NAME) {
            range.add_kind(publication::NAME);
        }
        if everything {
            for kind in [
                auth_strategy::NAME,
                publication::NAME,
                app::NAME,
                registration::NAME,
            ] {
                range.add_kind(kind);
            }
        }
        range
    }

    /// The kinds that are read.
    pub(super) fn kinds(&self) -> impl Iterator<Item = KindName> {
        self.kinds.iter().copied()
    }

    /// What may be pruned is looked at although no entry speaks of its kind any more.
    fn add_prune(&mut self, prune: &Prune) {
        for kind in registry() {
            let info = kind.info();
            match prune {
                Prune::Below(top) => {
                    let mut above = info.parent;
                    while let Some(name) = above {
                        if top.is(name) {
                            self.add_kind(info.name);
                            self.add_parent(name, &top.key());
                        }
                        above =
                            crate::kinds::find(name.as_str()).and_then(|kind| kind.info().parent);
                    }
                }
                Prune::Owned { vendor, .. } => {
                    if info.labelled && info.name.vendor() == *vendor {
                        self.add_kind(info.name);
                    }
                }
            }
        }
    }

    fn add_kind(&mut self, name: KindName) {
        let mut next = Some(name);
        while let Some(name) = next {
            self.kinds.insert(name);
            next = registry()
                .iter()
                .find(|kind| kind.info().name == name)
                .and_then(|kind| kind.info().parent);
        }
    }

    fn add_parent(&mut self, kind: KindName, name: &&str) {
        self.parents.insert((kind, (*name).to_owned()));
    }

    /// Tells whether the contents of an object matter.
    fn enters(&self, live: &Live) -> bool {
        let name = live.field("name").as_text().unwrap_or_default();
        let by_issuer = || {
            live.field("issuer")
                .as_text()
                .is_some_and(|issuer| self.issuers.contains(issuer))
        };
        // policies are entered wherever their server was
        live.kind == policy::NAME
            || self.parents.contains(&(live.kind, name.to_owned()))
            || by_issuer()
            || self.everything && live.kind != authorization_server::NAME
    }
}
