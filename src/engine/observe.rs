use std::collections::{HashMap, HashSet};

use futures_util::future::{BoxFuture, FutureExt, join_all};

use super::{Engine, EngineError, credible};
use crate::base::{Count, KindName, Value};
use crate::kinds::konnect::{app, auth_strategy, dcr_provider, publication, registration};
use crate::kinds::okta::{authorization_server, claim, client, policy, policy_rule, scope};
use crate::kinds::{AnyKind, find, registry};
use crate::plan::{Declared, Desired, Live, Prune};

/// All objects of one kind below one object, by that one's id.
pub(super) type Collection = (KindName, Option<String>);

/// What both vendors reported, not yet compared.
#[derive(Debug, Clone, Default)]
pub(super) struct Observed {
    /// The objects.
    pub(super) live: Vec<Live>,
    /// The collections that they are all of.
    pub(super) read: HashSet<Collection>,
}

/// Which collections are read, and below which objects.
pub(super) struct Range {
    kinds: HashSet<KindName>,
    /// Names of the servers and portals whose contents matter; all when a delete is weighed.
    parents: HashSet<(KindName, String)>,
    issuers: HashSet<String>,
    everything: bool,
}

/// One look at the vendors: what it is to see, and what was seen before.
struct Look<'a> {
    range: &'a Range,
    before: &'a Observed,
    places: HashMap<(KindName, Option<&'a str>), Vec<&'a Live>>,
}

impl Engine {
    /// Lists what the document is about, save what was read before; both vendors and all collections
    /// at once.
    pub(super) async fn observe(
        &self,
        range: &Range,
        mut before: Observed,
    ) -> Result<Observed, EngineError> {
        let mut places: HashMap<_, Vec<&Live>> = HashMap::new();
        for live in &before.live {
            let place = (live.kind, live.parent.as_deref());
            places.entry(place).or_default().push(live);
        }
        let look = Look {
            range,
            before: &before,
            places,
        };
        let mut roots = Vec::new();
        for kind in registry() {
            if kind.info().parent.is_none() {
                roots.push((*kind, None));
            }
        }
        let found = self.collect_all(roots, &look).await?;
        before.live.extend(found.live);
        before.read.extend(found.read);
        Ok(before)
    }

    /// Reads collections at once. Of several errors the first in the registry's order is told, so
    /// that the same trouble always reads the same.
    async fn collect_all<'a>(
        &'a self,
        collections: Vec<(&'static dyn AnyKind, Option<&'a Live>)>,
        look: &'a Look<'a>,
    ) -> Result<Observed, EngineError> {
        let mut lists = Vec::new();
        for (kind, parent) in collections {
            if look.range.kinds.contains(&kind.info().name) {
                lists.push(self.collect(kind, parent, look));
            }
        }
        let mut all = Observed::default();
        for found in join_all(lists).await {
            let found = found?;
            all.live.extend(found.live);
            all.read.extend(found.read);
        }
        Ok(all)
    }

    fn collect<'a>(
        &'a self,
        kind: &'static dyn AnyKind,
        parent: Option<&'a Live>,
        look: &'a Look<'a>,
    ) -> BoxFuture<'a, Result<Observed, EngineError>> {
        async move {
            let name = kind.info().name;
            let collection = (name, parent.map(|parent| parent.id.clone()));
            let children = children(name);
            let mut own = Observed::default();
            let known = look
                .places
                .get(&(name, parent.map(|parent| parent.id.as_str())));
            if !look.before.read.contains(&collection) {
                own.live = self.list(kind, parent).await?;
                own.read.insert(collection);
            }
            if children.is_empty() {
                return Ok(own);
            }
            let known = known.into_iter().flatten().copied();
            let objects: Vec<&Live> = known
                .chain(&own.live)
                .filter(|live| look.range.enters(live))
                .collect();
            let mut below = Vec::new();
            for child in children {
                below.extend(objects.iter().map(|live| (child, Some(*live))));
            }
            let below = self.collect_all(below, look).await?;
            own.live.extend(below.live);
            own.read.extend(below.read);
            Ok(own)
        }
        .boxed()
    }

    /// Lists one collection.
    pub(super) async fn list(
        &self,
        kind: &dyn AnyKind,
        parent: Option<&Live>,
    ) -> Result<Vec<Live>, EngineError> {
        let listed = kind.list(&self.readers, parent).await;
        let listed = listed.map_err(|source| EngineError::Vendor {
            doing: format!("list the {}", Count::noun(2, &kind.info().name.noun())),
            source: Box::new(source),
        })?;
        credible::whole(kind, parent, &listed)?;
        Ok(listed)
    }
}

/// The kinds whose objects stand below those of a kind.
fn children(name: KindName) -> Vec<&'static dyn AnyKind> {
    let kinds = registry().iter().copied();
    kinds
        .filter(|kind| kind.info().parent == Some(name))
        .collect()
}

impl Range {
    /// What the document speaks of.
    pub(super) fn of(declared: &Declared, prunes: &[Prune]) -> Self {
        let mut range = Self {
            kinds: HashSet::new(),
            parents: HashSet::new(),
            issuers: HashSet::new(),
            everything: false,
        };
        for desired in declared.iter() {
            range.add_kind(desired.kind);
            range.add_parent(
                desired.kind,
                desired.field("name").as_text().unwrap_or_default(),
            );
            for address in desired.needs() {
                if let Some(kind) = find(address.kind()) {
                    range.add_kind(kind.info().name);
                    range.add_parent(kind.info().name, address.key());
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
        if declared
            .of(auth_strategy::NAME)
            .any(|it| may_be_okta(it, declared))
        {
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
        // an issuer that is written out has to be one of the org's servers
        let written = |it: &Desired| {
            it.field("type").as_text() == Some("okta") && it.field("issuer").as_text().is_some()
        };
        if declared.of(dcr_provider::NAME).any(written) {
            range.add_kind(authorization_server::NAME);
        }
        let existing = |app: &Desired| app.field("client_id").as_text().is_some();
        if declared.of(app::NAME).any(existing) {
            range.add_kind(client::NAME);
        }
        if range.kinds.contains(&registration::NAME) {
            range.add_kind(publication::NAME);
        }
        range
    }

    /// The same and all that may stand behind objects of these kinds that are to go: what is inside
    /// them, what mentions them by name, and what hangs on them at Konnect.
    pub(super) fn with_dependants(mut self, removed: &HashSet<KindName>) -> Self {
        self.everything = true;
        for kind in registry() {
            let info = kind.info();
            if above(info.parent).any(|container| removed.contains(&container)) {
                self.add_kind(info.name);
            }
            if removed.contains(&info.name) {
                let naming = info.named_by.iter();
                naming.for_each(|naming| self.add_kind(*naming));
            }
        }
        for kind in [
            dcr_provider::NAME,
            auth_strategy::NAME,
            publication::NAME,
            app::NAME,
            registration::NAME,
        ] {
            self.add_kind(kind);
        }
        self
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
                    for name in above(info.parent).filter(|name| top.is(*name)) {
                        self.add_kind(info.name);
                        self.add_parent(name, top.key());
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
        if !self.kinds.contains(&name) {
            self.kinds.extend(above(Some(name)));
        }
    }

    fn add_parent(&mut self, kind: KindName, name: &str) {
        if registry().iter().any(|it| it.info().parent == Some(kind)) {
            self.parents.insert((kind, name.to_owned()));
        }
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

/// A kind and all that contain it, the nearest first.
fn above(kind: Option<KindName>) -> impl Iterator<Item = KindName> {
    std::iter::successors(kind, |name| find(name.as_str())?.info().parent)
}

/// Tells whether a strategy's tokens may come from an Okta server, as far as the document tells.
fn may_be_okta(strategy: &Desired, declared: &Declared) -> bool {
    if strategy.absent || strategy.field("strategy_type").as_text() == Some(auth_strategy::KEY_AUTH)
    {
        return false;
    }
    let provider = strategy.field("dcr_provider").as_ref_address();
    let kind = provider.and_then(|provider| declared.get(provider)?.field("type").as_text());
    kind.is_none_or(|kind| kind == "okta")
}
