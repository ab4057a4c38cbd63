//! `okta.authorization_server`: a custom authorization server, the issuer of access tokens.
//!
//! Natural key: its name. An entry that only holds scopes, claims and policies names a server that
//! has to be there; one with fields of its own makes and manages it. The built-in server `default`
//! is never made and never deleted. Okta deletes a server only after it was deactivated.

mod spec;
mod wire;

pub(super) use wire::at;

pub use spec::Spec;

use crate::base::{KindName, Value};
use crate::kinds::{Entry, Kind, KindError, Out, Readers, Task, Witness, Writers};
use crate::plan::{Cost, Field, KindInfo, Live, Role};
use crate::vendor::{VendorError, path};

/// The kind.
#[derive(Debug)]
pub struct AuthorizationServer;

/// The kind's name.
pub const NAME: KindName = super::AUTHORIZATION_SERVER;

/// The id of the server that an object of the other vendor takes its issuer from.
pub(in crate::kinds) fn id_of_issuer(live: &Live) -> Option<(KindName, String)> {
    let issuer = live.field("issuer").as_text()?.trim_end_matches('/');
    let (_, id) = issuer.split_once("/oauth2/")?;
    Some((NAME, id.to_owned()))
}

/// The server that an object of the other vendor takes its issuer from, as its witness.
pub(in crate::kinds) fn of_issuer(live: &Live) -> Option<Witness> {
    let issuer = live.field("issuer").as_text()?.trim_end_matches('/');
    let (_, id) = id_of_issuer(live)?;
    // the built-in server is never made, so nothing hangs on its being found
    let known = !id.is_empty() && id != "default" && !id.contains('/');
    known.then(|| Witness::Points {
        kind: NAME,
        id,
        field: Some(("issuer", issuer.to_owned())),
    })
}

impl Kind for AuthorizationServer {
    const INFO: KindInfo = KindInfo {
        name: NAME,
        parent: None,
        role: Role::Managed,
        nameable: true,
        key: &["name"],
        fields: &[
            Field::managed("name"),
            Field::managed("description"),
            Field::managed("audiences"),
            Field::managed("issuer_mode"),
            Field::computed("issuer"),
        ],
        labelled: false,
        named_by: &[],
        cost: Cost {
            delete: 2,
            ..super::COST
        },
    };
    const SECTION: &'static [&'static str] = &["okta", super::SERVER, "*"];
    const TITLE: &'static str = "A custom authorization server; managed when it has fields of its own, else only looked up.";
    const EXAMPLE: &'static str = "
okta:
  authorization_servers:
    partners: { description: Tokens for partners, audiences: [api://partners] }
";
    const PAGE: usize = super::PAGE;
    const DOUBLES: bool = true;
    type Spec = Spec;

    fn declare(entry: &Entry<'_, Spec>, out: &mut Out<'_>) {
        if !entry.absent && !entry.spec.manages() {
            return;
        }
        let mut desired = entry.object(NAME);
        if let Some(description) = &entry.spec.description {
            desired
                .fields
                .insert("description", Value::text(description));
        }
        if let Some(audiences) = &entry.spec.audiences {
            desired.fields.insert("audiences", Value::set(audiences));
        }
        if let Some(mode) = entry.spec.issuer_mode {
            desired
                .fields
                .insert("issuer_mode", Value::text(mode.wire().to_lowercase()));
        }
        out.objects.push(desired);
    }

    fn at(id: &str, _parent: Option<&str>) -> Option<String> {
        Some(at(id, &[]))
    }

    async fn list(readers: &Readers, _parent: Option<&Live>) -> Result<Vec<Live>, VendorError> {
        let servers = readers
            .okta
            .list(&path(&wire::PATH), &[("limit", "200")])
            .await?;
        Ok(servers.into_iter().map(wire::live).collect())
    }

    async fn read(readers: &Readers, live: &Live) -> Result<Option<Live>, VendorError> {
        let server = readers.okta.get(&at(&live.id, &[])).await?;
        Ok(server.map(wire::live))
    }

    async fn create(writers: &Writers, task: &Task<'_>) -> Result<Live, KindError> {
        let body = wire::body(task, None);
        let made = writers.okta.post(&path(&wire::PATH), &body).await;
        made.map(wire::live)
            .map_err(KindError::vendor("create", task))
    }

    async fn update(writers: &Writers, task: &Task<'_>, live: &Live) -> Result<Live, KindError> {
        let body = wire::body(task, Some(live));
        let put = writers.okta.put(&at(&live.id, &[]), &body).await;
        put.map(wire::live)
            .map_err(KindError::vendor("update", task))
    }

    async fn delete(writers: &Writers, task: &Task<'_>, live: &Live) -> Result<(), KindError> {
        let error = KindError::vendor("delete", task);
        let deactivate = at(&live.id, &["lifecycle", "deactivate"]);
        let done = async {
            writers.okta.act(&deactivate).await?;
            writers.okta.delete(&at(&live.id, &[])).await
        };
        done.await.map_err(error)
    }
}
