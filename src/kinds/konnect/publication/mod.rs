//! `konnect.publication`: an API, published to a portal with an auth strategy.
//!
//! Natural key: API and portal. The entry's key is the API's name, unless `api:` says otherwise.
//! A publication carries no labels, so nothing marks an owner. PUT creates and replaces.

mod spec;
mod wire;

pub use spec::Spec;

use crate::base::{KindName, Value};
use crate::kinds::entry::reference;
use crate::kinds::{Entry, Kind, KindError, Out, Readers, Task, Writers};
use crate::plan::{Field, KindInfo, Live, Role};
use crate::vendor::{VendorError, path};

use super::lookup;

/// The kind.
#[derive(Debug)]
pub struct Publication;

/// The id by which the publication of an API in a portal is known.
pub(in crate::kinds) fn id(api: &str, portal: &str) -> String {
    wire::id(api, portal)
}

/// The kind's name.
pub const NAME: KindName = KindName::new("konnect.publication");

impl Kind for Publication {
    const INFO: KindInfo = KindInfo {
        name: NAME,
        parent: None,
        role: Role::Managed,
        nameable: false,
        key: &["portal", "api"],
        fields: &[
            Field::immutable("api"),
            Field::immutable("portal").holding(),
            Field::managed("auth_strategy").holding(),
            Field::managed("visibility"),
            Field::managed("auto_approve_registrations"),
        ],
        labelled: false,
        named_by: &[],
        cost: super::COST,
    };
    const SECTION: &'static [&'static str] = &["konnect", "publications", "*"];
    const TITLE: &'static str = "An API, published to a portal with an auth strategy.";
    const EXAMPLE: &'static str = "
konnect:
  auth_strategies:
    portal-keys: { strategy_type: key_auth, display_name: API key, key_names: [apikey] }
  publications:
    orders: { portal: developer-portal, auth_strategy: portal-keys, visibility: public }
";
    const ALWAYS: &'static [&'static str] = &["portal"];
    const PAGE: usize = super::PAGE;
    type Spec = Spec;

    fn declare(entry: &Entry<'_, Spec>, out: &mut Out<'_>) {
        let spec = &entry.spec;
        let mut desired = entry.object(NAME);
        let fields = &mut desired.fields;
        fields.remove("name");
        let api = spec
            .api
            .as_ref()
            .map_or(entry.name.value.as_str(), |api| api.value.as_str());
        fields.insert("api", reference(lookup::API, api));
        fields.insert("portal", reference(super::portal::NAME, &spec.portal));
        if let Some(strategy) = &spec.auth_strategy {
            fields.insert(
                "auth_strategy",
                reference(super::auth_strategy::NAME, strategy),
            );
        }
        if let Some(visibility) = spec.visibility {
            fields.insert("visibility", Value::text(visibility.word()));
        }
        if let Some(approve) = spec.auto_approve_registrations {
            fields.insert("auto_approve_registrations", approve.into());
        }
        out.objects.push(desired);
    }

    fn at(id: &str, _parent: Option<&str>) -> Option<String> {
        Some(wire::at_id(id))
    }

    async fn list(readers: &Readers, _parent: Option<&Live>) -> Result<Vec<Live>, VendorError> {
        let publications = readers
            .konnect
            .list(&path(&["v3", "api-publications"]), &[])
            .await?;
        Ok(publications.into_iter().map(wire::live).collect())
    }

    async fn read(readers: &Readers, live: &Live) -> Result<Option<Live>, VendorError> {
        let publication = readers.konnect.get(&wire::at_live(live)).await?;
        Ok(publication.and_then(|publication| wire::read(&live.id, publication)))
    }

    async fn create(writers: &Writers, task: &Task<'_>) -> Result<Live, KindError> {
        wire::replace(writers, task, None, "create").await
    }

    async fn update(writers: &Writers, task: &Task<'_>, live: &Live) -> Result<Live, KindError> {
        wire::replace(writers, task, Some(live), "update").await
    }

    async fn delete(writers: &Writers, task: &Task<'_>, live: &Live) -> Result<(), KindError> {
        let done = writers.konnect.delete(&wire::at_live(live)).await;
        done.map_err(KindError::vendor("delete", task))
    }
}
