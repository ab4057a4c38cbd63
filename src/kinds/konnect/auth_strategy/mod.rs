//! `konnect.auth_strategy`: how applications log in to the published APIs.
//!
//! Natural key: its name. Its scopes and credential claims must be those of the authorization server;
//! `plan` checks that across both systems. The type cannot be changed, and a strategy in use cannot
//! be deleted: Konnect answers 409 until no publication names it.

mod spec;
mod wire;

pub use spec::Spec;

use crate::base::{KindName, Value};
use crate::kinds::entry::reference;
use crate::kinds::{Entry, Kind, KindError, Out, Readers, Task, Witness, Writers, okta};
use crate::plan::{Field, KindInfo, Live, Role};
use crate::vendor::VendorError;

use super::collection::Collection;

/// The kind.
#[derive(Debug)]
pub struct AuthStrategy;

/// The kind's name.
pub const NAME: KindName = KindName::new("konnect.auth_strategy");

const COLLECTION: Collection = Collection {
    path: wire::PATH,
    live: wire::live,
    body: wire::body,
};

/// The type of a strategy that trusts tokens of an issuer.
pub const OPENID_CONNECT: &str = "openid_connect";
/// The type of a strategy with keys that Konnect issues.
pub const KEY_AUTH: &str = "key_auth";

impl Kind for AuthStrategy {
    const INFO: KindInfo = KindInfo {
        name: NAME,
        parent: None,
        role: Role::Managed,
        nameable: false,
        key: &["name"],
        fields: &[
            Field::managed("name"),
            Field::immutable("strategy_type"),
            Field::managed("display_name"),
            Field::managed("dcr_provider").holding(),
            Field::url("issuer"),
            Field::managed("scopes"),
            Field::managed("credential_claims"),
            Field::managed("auth_methods"),
            Field::managed("key_names"),
            Field::declared_keys("labels"),
        ],
        labelled: true,
        named_by: &[],
        cost: super::COST,
    };
    const SECTION: &'static [&'static str] = &["konnect", "auth_strategies", "*"];
    const TITLE: &'static str = "How applications log in to the published APIs.";
    const EXAMPLE: &'static str = "
konnect:
  auth_strategies:
    portal-keys: { strategy_type: key_auth, display_name: API key, key_names: [apikey] }
";
    const PAGE: usize = super::PAGE;
    const DOUBLES: bool = true;
    type Spec = Spec;

    fn declare(entry: &Entry<'_, Spec>, out: &mut Out<'_>) {
        let spec = &entry.spec;
        let mut desired = entry.object(NAME);
        if !entry.absent {
            spec::check(entry, out);
        }
        // an obsolete type was reported by the schema; the rest is checked as what it became
        let openid = spec.strategy_type() != KEY_AUTH;
        let fields = &mut desired.fields;
        fields.insert("strategy_type", Value::text(spec.strategy_type()));
        if let Some(name) = &spec.display_name {
            fields.insert("display_name", Value::text(name));
        }
        if let Some(provider) = &spec.dcr_provider {
            fields.insert(
                "dcr_provider",
                reference(super::dcr_provider::NAME, provider),
            );
            let provider = super::dcr_provider::NAME.at(provider);
            fields.insert("issuer", Value::Of(provider, "issuer"));
            desired
                .spans
                .insert("issuer", entry.span_of("dcr_provider"));
        }
        if let Some(server) = &spec.authorization_server {
            let server = okta::authorization_server::NAME.at(server);
            desired.fields.insert("issuer", Value::Of(server, "issuer"));
            desired
                .spans
                .insert("issuer", entry.span_of("authorization_server"));
        }
        if let Some(issuer) = &spec.issuer {
            desired.fields.insert("issuer", Value::text(&issuer.value));
            desired.spans.insert("issuer", issuer.span);
        }
        let fields = &mut desired.fields;
        if openid && !entry.absent {
            // Konnect demands all four members, so what is not said is empty
            let scopes = spec.scopes.as_deref().unwrap_or_default();
            let methods = spec.auth_methods.as_deref().unwrap_or_default();
            let claims = spec.credential_claims.as_deref().unwrap_or_default();
            fields.insert(
                "scopes",
                Value::set(scopes.iter().map(|scope| &scope.value)),
            );
            fields.insert(
                "auth_methods",
                Value::set(methods.iter().map(|method| &method.value)),
            );
            fields.insert(
                "credential_claims",
                Value::list(claims.iter().map(|claim| &claim.value)),
            );
        }
        if let Some(names) = &spec.key_names {
            fields.insert("key_names", Value::set(names));
        }
        if let Some(labels) = super::labels::declare(spec.labels.as_ref(), entry, out) {
            desired.fields.insert("labels", labels);
        }
        out.objects.push(desired);
    }

    fn witnesses(live: &Live) -> Vec<Witness> {
        okta::authorization_server::of_issuer(live)
            .into_iter()
            .collect()
    }

    fn at(id: &str, _parent: Option<&str>) -> Option<String> {
        Some(COLLECTION.at(id))
    }

    async fn list(readers: &Readers, _parent: Option<&Live>) -> Result<Vec<Live>, VendorError> {
        COLLECTION.list(readers).await
    }

    async fn read(readers: &Readers, live: &Live) -> Result<Option<Live>, VendorError> {
        COLLECTION.read(readers, live).await
    }

    async fn create(writers: &Writers, task: &Task<'_>) -> Result<Live, KindError> {
        COLLECTION.create(writers, task).await
    }

    async fn update(writers: &Writers, task: &Task<'_>, live: &Live) -> Result<Live, KindError> {
        COLLECTION.update(writers, task, live).await
    }

    async fn delete(writers: &Writers, task: &Task<'_>, live: &Live) -> Result<(), KindError> {
        COLLECTION.delete(writers, task, live).await
    }
}

#[cfg(test)]
mod tests;
