//! `okta.client`: the OIDC service app behind an application with `client: managed`.
//!
//! It has no section of its own: an entry of `konnect.apps` declares it. Natural key: its label, which
//! is the application's name. Labels need not be unique, so the owner is marked in its `profile`: a
//! client of the same name that somebody else made is shown as `adopt` before its secret is renewed. Okta tells the secret of a new client in the answer to the create; it is
//! kept the moment that answer arrives. When that moment was lost, a new secret is added, kept, and
//! the others are retired ([`client_secret`]).

mod secrets;
mod wire;

use crate::base::{KindName, Secret, Value};
use crate::kinds::client_secret;
use crate::kinds::konnect::app::{self, ClientSource};
use crate::kinds::{Entry, Kind, KindError, Out, Readers, Task, Writers};
use crate::plan::{Cost, Field, KindInfo, Live, Role};
use crate::vendor::{VendorError, path};

use secrets::OktaSecrets;

/// The kind.
#[derive(Debug)]
pub struct Client;

/// The kind's name.
pub const NAME: KindName = KindName::new("okta.client");

impl Kind for Client {
    const INFO: KindInfo = KindInfo {
        name: NAME,
        parent: None,
        role: Role::Managed,
        nameable: false,
        key: &["name"],
        fields: &[
            Field::managed("name"),
            Field::computed("client_id"),
            Field::managed("grant_types"),
            Field::managed("active"),
            Field::managed("credentials"),
        ],
        labelled: true,
        named_by: &[],
        cost: Cost {
            bucket: "/api/v1/apps",
            create: 1,
            update: 2,
            delete: 2,
        },
    };
    const SECTION: &'static [&'static str] = app::SECTION;
    const TITLE: &'static str = "The Okta client of an application with `client: managed`.";
    const EXAMPLE: &'static str = app::EXAMPLE_MANAGED;
    const PAGE: usize = super::PAGE;
    const DOUBLES: bool = true;
    type Spec = app::Spec;

    fn declare(entry: &Entry<'_, app::Spec>, out: &mut Out<'_>) {
        let managed = matches!(entry.spec.client.as_deref(), Some(ClientSource::Managed));
        if !managed {
            return;
        }
        let mut desired = entry.object(NAME);
        desired
            .fields
            .insert("grant_types", Value::set(["client_credentials"]));
        desired.fields.insert("active", Value::Bool(true));
        app::keep_credentials(entry, &mut desired);
        out.objects.push(desired);
    }

    fn at(id: &str, _parent: Option<&str>) -> Option<String> {
        Some(wire::at(id, &[]))
    }

    async fn list(readers: &Readers, _parent: Option<&Live>) -> Result<Vec<Live>, VendorError> {
        let query = [("filter", "name eq \"oidc_client\""), ("limit", "200")];
        let apps = readers.okta.list(&path(&wire::PATH), &query).await?;
        Ok(apps.into_iter().map(wire::live).collect())
    }

    async fn read(readers: &Readers, live: &Live) -> Result<Option<Live>, VendorError> {
        let app = readers.okta.get(&wire::at(&live.id, &[])).await?;
        Ok(app.map(wire::live))
    }

    async fn create(writers: &Writers, task: &Task<'_>) -> Result<Live, KindError> {
        let body = wire::body(task, None);
        let made = writers
            .okta
            .post(&path(&wire::PATH), &body)
            .await
            .map_err(KindError::vendor("create", task))?;
        let client = made
            .pointer("/credentials/oauthClient")
            .cloned()
            .unwrap_or_default();
        let secret = Secret::new(task.answered(&client, "client_secret")?);
        task.keep(task.answered(&client, "client_id")?, secret)?;
        Ok(wire::live(made))
    }

    async fn update(writers: &Writers, task: &Task<'_>, live: &Live) -> Result<Live, KindError> {
        let error = || KindError::vendor("update", task);
        let mut updated = live.clone();
        if task.changes("active") {
            let activate = wire::at(&live.id, &["lifecycle", "activate"]);
            writers.okta.act(&activate).await.map_err(error())?;
        }
        if task.changes("name") || task.changes("grant_types") || !wire::is_ours(task, live) {
            let body = wire::body(task, Some(live));
            let put = writers.okta.put(&wire::at(&live.id, &[]), &body).await;
            updated = wire::live(put.map_err(error())?);
        }
        let issuer = OktaSecrets {
            writers,
            task,
            live,
        };
        if task.changes("credentials") {
            client_secret::renew(&issuer, task).await?;
        }
        if let Some(rotation) = task.rotation {
            client_secret::rotate(&issuer, task, rotation).await?;
        }
        Ok(updated)
    }

    async fn delete(writers: &Writers, task: &Task<'_>, live: &Live) -> Result<(), KindError> {
        let error = KindError::vendor("delete", task);
        let deactivate = wire::at(&live.id, &["lifecycle", "deactivate"]);
        let done = async {
            writers.okta.act(&deactivate).await?;
            writers.okta.delete(&wire::at(&live.id, &[])).await
        };
        done.await.map_err(error)
    }
}
