//! `konnect.app`: an application of a developer portal and the client behind it.
//!
//! Natural key: portal, owner and name. Three ways to its client:
//!
//! - `dcr`: made by the Portal API as the owning developer; Konnect registers the client itself. The
//!   secret is in that one answer and is kept the moment it arrives.
//! - `managed`: dcrsync makes the Okta client (`okta.client`) and links it.
//! - `existing`: the client is there already and is only linked.
//!
//! Konnect's admin API changes nothing of an application but its owner. When the secret of a `dcr`
//! application was lost, a new credential is issued, kept, and the others are retired.

mod portal;
mod spec;
mod wire;

pub use spec::{ClientSource, Credentials, OwnedBy, Spec};

use serde_json::Value as Json;

use crate::base::{CredentialTarget, Diagnostic, KindName, Value};
use crate::kinds::entry::{reference, reference_below};
use crate::kinds::{Entry, Kind, KindError, Out, Readers, Task, Witness, Writers, okta};
use crate::plan::{Cost, Desired, Field, KindInfo, Live, Role};
use crate::vendor::{VendorError, path};

use super::lookup;

/// The kind.
#[derive(Debug)]
pub struct App;

/// The kind's name.
pub const NAME: KindName = KindName::new("konnect.app");

/// Where entries stand; their registrations and managed clients are declared by the same entry.
pub const SECTION: &[&str] = &["konnect", "apps", "*"];

/// An application with a client of our own.
pub const EXAMPLE_MANAGED: &str = "
konnect:
  dcr_providers:
    okta-prod: { type: okta, authorization_server: default, dcr_token: { env: DCR_TOKEN } }
  auth_strategies:
    okta-oidc:
      display_name: Okta
      dcr_provider: okta-prod
      scopes: [orders.read]
      credential_claims: [client_id]
      auth_methods: [client_credentials]
  apps:
    batch:
      portal: developer-portal
      owner: { developer: dev@example.com }
      auth_strategy: okta-oidc
      client: managed
      credentials: { sops: clients.batch, in: .dcrsync/clients.sops.yaml }
okta:
  authorization_servers:
    default:
      scopes: { orders.read: { description: Read orders } }
      claims: { client_id: { value: app.clientId } }
      policies:
        portal apps:
          clients: all
          rules: { machines: { grant_types: [client_credentials], scopes: [orders.read] } }
";

/// An application that the portal registers by DCR.
const EXAMPLE_DCR: &str = "
konnect:
  dcr_providers:
    okta-prod: { type: okta, authorization_server: default, dcr_token: { env: DCR_TOKEN } }
  auth_strategies:
    okta-oidc:
      display_name: Okta
      dcr_provider: okta-prod
      scopes: [orders.read]
      credential_claims: [client_id]
      auth_methods: [client_credentials, bearer]
  publications:
    orders: { portal: developer-portal, auth_strategy: okta-oidc, visibility: public }
  apps:
    mobile-backend:
      portal: developer-portal
      owner: { developer: dev@example.com }
      auth_strategy: okta-oidc
      description: Backend of the mobile app
      apis: [orders]
      client: dcr
      login: { env: PORTAL_PASSWORD }
      credentials: { sops: clients.mobile-backend, in: .dcrsync/clients.sops.yaml }
okta:
  authorization_servers:
    default:
      scopes: { orders.read: { description: Read orders } }
      claims: { client_id: { value: app.clientId } }
      policies:
        portal apps:
          clients: all
          rules: { machines: { grant_types: [client_credentials], scopes: [orders.read] } }
";

impl Kind for App {
    const INFO: KindInfo = KindInfo {
        name: NAME,
        parent: Some(super::portal::NAME),
        role: Role::Managed,
        nameable: false,
        key: &["owner", "name"],
        fields: &[
            Field::managed("name"),
            Field::managed("owner"),
            Field::immutable("auth_strategy").holding(),
            Field::managed("description"),
            Field::immutable("client_id"),
            Field::managed("credentials"),
        ],
        labelled: false,
        named_by: &[],
        // the portal wants a login before a DCR application is made
        cost: Cost {
            create: 2,
            ..super::COST
        },
    };
    const SECTION: &'static [&'static str] = SECTION;
    const TITLE: &'static str =
        "An application of a developer portal, and where its credentials are kept.";
    const EXAMPLE: &'static str = EXAMPLE_DCR;
    const ALWAYS: &'static [&'static str] = &["portal", "owner"];
    const PAGE: usize = super::PAGE;
    const DOUBLES: bool = true;
    type Spec = Spec;

    fn declare(entry: &Entry<'_, Spec>, out: &mut Out<'_>) {
        let spec = &entry.spec;
        let mut desired = entry.object(NAME);
        desired.parent = Some(super::portal::NAME.at(&spec.portal));
        if !entry.absent {
            spec::check(entry, out);
        }
        let owner = match &spec.owner {
            OwnedBy::Developer(email) => reference_below(lookup::DEVELOPER, &spec.portal, email),
            OwnedBy::Team(name) => reference_below(lookup::TEAM, &spec.portal, name),
        };
        let fields = &mut desired.fields;
        fields.insert("owner", owner);
        if let Some(strategy) = &spec.auth_strategy {
            fields.insert(
                "auth_strategy",
                reference(super::auth_strategy::NAME, strategy),
            );
        }
        if let Some(description) = &spec.description {
            fields.insert("description", Value::text(description));
        }
        // some changes are the owning developer's alone, whoever made the client
        if let Some(login) = &spec.login {
            desired.secrets.insert("login", login.value.clone());
        }
        match spec.client.as_deref().unwrap_or(&ClientSource::Dcr) {
            ClientSource::Dcr => keep_credentials(entry, &mut desired),
            ClientSource::Managed => {
                let client = okta::client::NAME.at(entry.key());
                fields.insert("client_id", Value::Of(client, "client_id"));
                desired.spans.insert("client_id", entry.span_of("client"));
            }
            ClientSource::Existing(id) => {
                fields.insert("client_id", Value::text(id));
                desired.spans.insert("client_id", entry.span_of("client"));
                // nothing is issued here; whoever verifies reads them from there
                desired.store = target(entry);
            }
        }
        out.objects.push(desired);
    }

    fn witnesses(live: &Live) -> Vec<Witness> {
        let id = live.field("client_id").as_text();
        let client = id.map(|id| Witness::Points {
            kind: okta::client::NAME,
            id: id.to_owned(),
            field: Some(("client_id", id.to_owned())),
        });
        let raw = live.raw.json();
        let counted = raw.get("registration_count").and_then(Json::as_f64);
        let registration = counted
            .filter(|count| *count >= 1.0)
            .map(|_| Witness::Counts {
                kind: super::registration::NAME,
                field: "app",
            });
        client.into_iter().chain(registration).collect()
    }

    fn at(id: &str, parent: Option<&str>) -> Option<String> {
        parent.map(|portal| wire::at(portal, id))
    }

    async fn list(readers: &Readers, parent: Option<&Live>) -> Result<Vec<Live>, VendorError> {
        let Some(portal) = parent else {
            return Ok(Vec::new());
        };
        let apps = readers
            .konnect
            .list(&path(&["v3", "portals", &portal.id, "applications"]), &[])
            .await?;
        Ok(apps
            .into_iter()
            .map(|app| wire::live(app, &portal.id))
            .collect())
    }

    async fn read(readers: &Readers, live: &Live) -> Result<Option<Live>, VendorError> {
        let portal = live.parent.as_deref().unwrap_or_default();
        let app = readers.konnect.get(&wire::at_live(live)).await?;
        Ok(app.map(|app| wire::live(app, portal)))
    }

    async fn create(writers: &Writers, task: &Task<'_>) -> Result<Live, KindError> {
        if task.desired.fields.contains_key("client_id") {
            wire::create(writers, task).await
        } else {
            portal::create(writers, task).await
        }
    }

    async fn update(writers: &Writers, task: &Task<'_>, live: &Live) -> Result<Live, KindError> {
        if task.changes("owner") {
            wire::change_owner(writers, task, live).await?;
        }
        let by_developer = ["name", "description", "credentials"];
        if by_developer.iter().any(|field| task.changes(field)) || task.rotation.is_some() {
            portal::update(writers, task, live).await?;
        }
        Ok(live.clone())
    }

    async fn delete(writers: &Writers, task: &Task<'_>, live: &Live) -> Result<(), KindError> {
        let done = writers.konnect.delete(&wire::at_live(live)).await;
        done.map_err(KindError::vendor("delete", task))
    }
}

/// Says in an object's fields where its credentials are kept, so that a lost secret is a difference.
pub(in crate::kinds) fn keep_credentials(entry: &Entry<'_, Spec>, desired: &mut Desired) {
    let Some(credentials) = &entry.spec.credentials else {
        return;
    };
    let kept = format!("kept in `{}` at `{}`", credentials.r#in, credentials.sops);
    desired.fields.insert("credentials", Value::Text(kept));
    desired.store = target(entry);
}

fn target(entry: &Entry<'_, Spec>) -> Option<CredentialTarget> {
    let credentials = entry.spec.credentials.as_ref()?;
    Some(CredentialTarget {
        file: credentials.r#in.clone(),
        path: credentials.sops.clone(),
        span: entry.span_of("credentials"),
    })
}

/// Reports that an application's secret would be lost.
fn nowhere_to_keep(entry: &Entry<'_, Spec>, out: &mut Out<'_>) {
    out.report.push(
        Diagnostic::error(
            "missing-field",
            format!(
                "`{}` needs `credentials`: the client secret is shown once and would be lost",
                entry.key()
            ),
        )
        .at(entry.key().span)
        .help(format!(
            "add `credentials: {{ sops: clients.{}, in: clients.sops.yaml }}`",
            entry.key()
        )),
    );
}
