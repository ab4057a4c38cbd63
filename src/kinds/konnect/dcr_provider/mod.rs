//! `konnect.dcr_provider`: tells Konnect where and with which credentials it registers clients.
//!
//! Natural key: its name. The secret is write-only, so a fingerprint of it is kept in the label
//! `dcrsync-secret`: a rotated secret is a visible change, an unchanged one is silent. The type
//! cannot be changed. A provider is deleted only after the strategies that use it.

mod spec;
mod wire;

pub use spec::{ProviderType, Spec};

use crate::base::{KindName, Value};
use crate::kinds::entry::reference;
use crate::kinds::{Entry, Kind, KindError, Out, Readers, Task, Witness, Writers, okta};
use crate::plan::{Field, KindInfo, Live, Role};
use crate::vendor::VendorError;

use super::collection::Collection;

/// The kind.
#[derive(Debug)]
pub struct DcrProvider;

/// The kind's name.
pub const NAME: KindName = KindName::new("konnect.dcr_provider");

const COLLECTION: Collection = Collection {
    path: wire::PATH,
    live: wire::live,
    body: wire::body,
};

impl Kind for DcrProvider {
    const INFO: KindInfo = KindInfo {
        name: NAME,
        parent: None,
        role: Role::Managed,
        nameable: false,
        key: &["name"],
        fields: &[
            Field::managed("name"),
            Field::immutable("type"),
            Field::managed("display_name"),
            Field::computed("authorization_server"),
            Field::url("issuer"),
            Field::write_only("dcr_token"),
            Field::managed("client_id"),
            Field::write_only("client_secret"),
            Field::managed("audience"),
            Field::managed("use_developer_managed_scopes"),
            Field::managed("base_url"),
            Field::write_only("api_key"),
            Field::managed("disable_event_hooks"),
            Field::managed("disable_refresh_secret"),
            Field::managed("allow_multiple_credentials"),
            Field::declared_keys("labels"),
        ],
        labelled: true,
        named_by: &[],
        cost: super::COST,
    };
    const SECTION: &'static [&'static str] = &["konnect", "dcr_providers", "*"];
    const TITLE: &'static str = "Where and with which credentials Konnect registers clients.";
    const EXAMPLE: &'static str = "
konnect:
  dcr_providers:
    okta-prod: { type: okta, authorization_server: default, dcr_token: { env: DCR_TOKEN }, display_name: Okta }
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
        let fields = &mut desired.fields;
        if let Some(kind) = spec.r#type {
            fields.insert("type", Value::text(kind.wire()));
        }
        match (&spec.authorization_server, &spec.issuer) {
            (Some(server), _) => {
                let server = okta::authorization_server::NAME.at(server);
                fields.insert(
                    "authorization_server",
                    reference(okta::authorization_server::NAME, server.key()),
                );
                fields.insert("issuer", Value::Of(server, "issuer"));
                desired
                    .spans
                    .insert("issuer", entry.span_of("authorization_server"));
            }
            (None, Some(issuer)) => drop(fields.insert("issuer", Value::text(&issuer.value))),
            (None, None) => {}
        }
        let fields = &mut desired.fields;
        for (field, text) in [
            ("display_name", &spec.display_name),
            ("client_id", &spec.client_id),
            ("audience", &spec.audience),
            ("base_url", &spec.base_url),
        ] {
            if let Some(text) = text {
                fields.insert(field, Value::text(text));
            }
        }
        for (field, switch) in [
            (
                "use_developer_managed_scopes",
                spec.use_developer_managed_scopes,
            ),
            ("disable_event_hooks", spec.disable_event_hooks),
            ("disable_refresh_secret", spec.disable_refresh_secret),
            (
                "allow_multiple_credentials",
                spec.allow_multiple_credentials,
            ),
        ] {
            if let Some(switch) = switch {
                fields.insert(field, switch.into());
            }
        }
        for (field, secret) in [
            ("dcr_token", &spec.dcr_token),
            ("client_secret", &spec.client_secret),
            ("api_key", &spec.api_key),
        ] {
            if let Some(secret) = secret {
                fields.insert(field, Value::Secret(secret.value.clone()));
            }
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
