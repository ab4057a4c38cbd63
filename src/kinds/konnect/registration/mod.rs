//! `konnect.registration`: lets an application use an API.
//!
//! It has no section of its own: each of an application's `apis` declares one. Natural key: application
//! and API. Only an approved registration lets traffic through.

mod wire;

use serde_json::json;

use crate::base::{KindName, Value};
use crate::kinds::entry::reference;
use crate::kinds::{Entry, Kind, KindError, Out, Readers, Task, Writers};
use crate::plan::{Desired, Field, KindInfo, Live, Role};
use crate::vendor::{VendorError, path};

use super::{app, lookup};

/// The kind.
#[derive(Debug)]
pub struct Registration;

/// The kind's name.
pub const NAME: KindName = KindName::new("konnect.registration");

/// The only status that lets traffic through.
pub const APPROVED: &str = "approved";

impl Kind for Registration {
    const INFO: KindInfo = KindInfo {
        name: NAME,
        parent: Some(super::portal::NAME),
        role: Role::Managed,
        nameable: false,
        key: &["app", "api"],
        fields: &[
            Field::immutable("app"),
            Field::immutable("api"),
            Field::managed("status"),
        ],
        labelled: false,
        named_by: &[],
        cost: super::COST,
    };
    const SECTION: &'static [&'static str] = app::SECTION;
    const TITLE: &'static str = "Lets an application use an API.";
    const EXAMPLE: &'static str = <app::App as Kind>::EXAMPLE;
    const PAGE: usize = super::PAGE;
    type Spec = app::Spec;

    fn declare(entry: &Entry<'_, app::Spec>, out: &mut Out<'_>) {
        let app = app::NAME.at(entry.key());
        // the application takes its registrations along when it goes
        if entry.absent {
            return;
        }
        for api in entry.spec.apis.iter().flatten() {
            let mut desired = Desired::new(NAME, &format!("{}/{api}", entry.key()), api.span);
            desired.parent = Some(super::portal::NAME.at(&entry.spec.portal));
            desired.fields.insert("app", Value::Ref(app.clone()));
            desired.fields.insert("api", reference(lookup::API, api));
            desired.fields.insert("status", Value::text(APPROVED));
            out.objects.push(desired);
        }
    }

    async fn list(readers: &Readers, parent: Option<&Live>) -> Result<Vec<Live>, VendorError> {
        let Some(portal) = parent else {
            return Ok(Vec::new());
        };
        let registrations = readers
            .konnect
            .list(
                &path(&["v3", "portals", &portal.id, "application-registrations"]),
                &[],
            )
            .await?;
        Ok(registrations
            .into_iter()
            .map(|registration| wire::live(registration, &portal.id))
            .collect())
    }

    async fn read(readers: &Readers, live: &Live) -> Result<Option<Live>, VendorError> {
        let (Some(app), Some(portal)) = (wire::app_of(live), &live.parent) else {
            return Ok(None);
        };
        let path = wire::at(portal, &app, &live.id);
        let registration = readers.konnect.get(&path).await?;
        Ok(registration.map(|registration| wire::live(registration, portal)))
    }

    async fn create(writers: &Writers, task: &Task<'_>) -> Result<Live, KindError> {
        let (portal, app) = wire::place(task)?;
        let body = json!({ "api_id": task.ref_id("api")?, "status": APPROVED });
        let made = writers
            .konnect
            .post(
                &path(&[
                    "v3",
                    "portals",
                    &portal,
                    "applications",
                    &app,
                    "registrations",
                ]),
                &body,
            )
            .await;
        made.map(|registration| wire::live(registration, &portal))
            .map_err(KindError::vendor("create", task))
    }

    async fn update(writers: &Writers, task: &Task<'_>, live: &Live) -> Result<Live, KindError> {
        let (portal, app) = wire::place(task)?;
        let body = json!({ "status": task.desired.field("status").to_json() });
        let patched = writers
            .konnect
            .patch(&wire::at(&portal, &app, &live.id), &body)
            .await;
        patched
            .map(|registration| wire::live(registration, &portal))
            .map_err(KindError::vendor("update", task))
    }

    async fn delete(writers: &Writers, task: &Task<'_>, live: &Live) -> Result<(), KindError> {
        let app = wire::app_of(live).ok_or_else(|| task.missing("an application"))?;
        let portal = live.parent.as_deref().unwrap_or_default();
        let done = writers
            .konnect
            .delete(&wire::at(portal, &app, &live.id))
            .await;
        done.map_err(KindError::vendor("delete", task))
    }
}
