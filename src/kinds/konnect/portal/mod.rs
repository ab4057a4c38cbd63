//! `konnect.portal`: a developer portal.
//!
//! Natural key: its name. A portal that is only named has to be there; an entry with fields of its
//! own manages it. The address of its Portal API is its own canonical domain, unless
//! `konnect.portal_url` says otherwise.

mod spec;
mod wire;

pub use spec::Spec;

use crate::base::{KindName, Value};
use crate::kinds::entry::reference;
use crate::kinds::{Entry, Kind, KindError, Out, Readers, Task, Writers};
use crate::plan::{Field, KindInfo, Live, Role};
use crate::vendor::VendorError;

use super::collection::Collection;

/// The kind.
#[derive(Debug)]
pub struct Portal;

/// The kind's name.
pub const NAME: KindName = KindName::new("konnect.portal");

const COLLECTION: Collection = Collection {
    path: wire::PATH,
    live: wire::live,
    body: wire::body,
};

impl Kind for Portal {
    const INFO: KindInfo = KindInfo {
        name: NAME,
        parent: None,
        role: Role::Managed,
        nameable: true,
        key: &["name"],
        fields: &[
            Field::managed("name"),
            Field::managed("display_name"),
            Field::managed("description"),
            Field::managed("default_auth_strategy"),
            Field::managed("auto_approve_applications"),
            Field::managed("auto_approve_developers"),
            Field::computed("domain"),
            Field::declared_keys("labels"),
        ],
        labelled: true,
        named_by: &[],
        cost: super::COST,
    };
    const SECTION: &'static [&'static str] = &["konnect", "portals", "*"];
    const TITLE: &'static str =
        "A developer portal; managed when it has fields of its own, else only looked up.";
    const EXAMPLE: &'static str = "
konnect:
  portals:
    developer-portal: { auto_approve_applications: true, auto_approve_developers: false }
";
    const PAGE: usize = super::PAGE;
    type Spec = Spec;

    fn declare(entry: &Entry<'_, Spec>, out: &mut Out<'_>) {
        let spec = &entry.spec;
        if !entry.absent && !spec.manages() {
            return;
        }
        let mut desired = entry.object(NAME);
        let fields = &mut desired.fields;
        if let Some(name) = &spec.display_name {
            fields.insert("display_name", Value::text(name));
        }
        if let Some(description) = &spec.description {
            fields.insert("description", Value::text(description));
        }
        if let Some(strategy) = &spec.default_auth_strategy {
            fields.insert(
                "default_auth_strategy",
                reference(super::auth_strategy::NAME, strategy),
            );
        }
        if let Some(switch) = spec.auto_approve_applications {
            fields.insert("auto_approve_applications", switch.into());
        }
        if let Some(switch) = spec.auto_approve_developers {
            fields.insert("auto_approve_developers", switch.into());
        }
        if let Some(labels) = super::labels::declare(spec.labels.as_ref(), entry, out) {
            desired.fields.insert("labels", labels);
        }
        out.objects.push(desired);
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
