//! `okta.policy`: an access policy of an authorization server; it says which clients its rules are for.
//!
//! Natural key: server and name. Okta renumbers priorities, so only their order among declared
//! policies is compared. A server without a policy and a rule issues no token.

mod spec;
mod wire;

pub use spec::{Clients, Spec};

use crate::base::{KindName, Value};
use crate::kinds::{Entry, Kind, KindError, Out, Readers, Task, Writers};
use crate::plan::{Field, KindInfo, Live, Role};
use crate::vendor::VendorError;

use super::authorization_server::at;
use super::below_server::BelowServer;
use super::priority::Siblings;

/// The kind.
#[derive(Debug)]
pub struct Policy;

/// The kind's name.
pub const NAME: KindName = KindName::new("okta.policy");

const COLLECTION: BelowServer = BelowServer {
    name: "policies",
    page: None,
    live: wire::live,
    body: wire::body,
};

impl Kind for Policy {
    const INFO: KindInfo = KindInfo {
        name: NAME,
        parent: Some(super::AUTHORIZATION_SERVER),
        role: Role::Managed,
        nameable: false,
        key: &["name"],
        fields: &[
            Field::managed("name"),
            Field::managed("description"),
            Field::managed("clients"),
            Field::order("priority"),
            Field::managed("active"),
        ],
        labelled: false,
        named_by: &[],
        cost: super::ORDERED,
    };
    const SECTION: &'static [&'static str] = &["okta", super::SERVER, "*", "policies", "*"];
    const TITLE: &'static str =
        "An access policy of the authorization server: which clients its rules are for.";
    const EXAMPLE: &'static str = "
okta:
  authorization_servers:
    default:
      policies:
        portal apps: { description: Apps of the developer portal, clients: all }
";
    type Spec = Spec;

    fn declare(entry: &Entry<'_, Spec>, out: &mut Out<'_>) {
        let spec = &entry.spec;
        let mut desired = entry.object(NAME);
        desired.parent = Some(super::server(entry.above(0)));
        let fields = &mut desired.fields;
        if let Some(description) = &spec.description {
            fields.insert("description", Value::text(description));
        }
        match &spec.clients {
            Some(Clients::All) => drop(fields.insert("clients", Value::set([wire::ALL]))),
            Some(Clients::Only(ids)) => drop(fields.insert("clients", Value::set(ids))),
            None => {}
        }
        if let Some(priority) = spec.priority {
            fields.insert("priority", Value::Int(priority.into()));
        }
        if let Some(active) = spec.active {
            fields.insert("active", active.into());
        }
        out.objects.push(desired);
    }

    async fn list(readers: &Readers, parent: Option<&Live>) -> Result<Vec<Live>, VendorError> {
        COLLECTION.list(readers, parent).await
    }

    async fn read(readers: &Readers, live: &Live) -> Result<Option<Live>, VendorError> {
        COLLECTION.read(readers, live).await
    }

    async fn create(writers: &Writers, task: &Task<'_>) -> Result<Live, KindError> {
        let server = task.parent_id()?;
        let mut body = wire::body(task, None);
        if task.changes("priority") {
            let siblings = siblings(writers, task, &server).await?;
            siblings.order(&mut body, task, None);
        }
        let made = writers.okta.post(&at(&server, &["policies"]), &body).await;
        made.map(|policy| wire::live(policy, &server))
            .map_err(KindError::vendor("create", task))
    }

    async fn update(writers: &Writers, task: &Task<'_>, live: &Live) -> Result<Live, KindError> {
        let server = task.parent_id()?;
        let siblings = siblings(writers, task, &server).await?;
        let mut body = wire::body(task, Some(&siblings.fresh(live)));
        siblings.order(&mut body, task, Some(&live.id));
        let put = writers
            .okta
            .put(&at(&server, &["policies", &live.id]), &body)
            .await;
        put.map(|policy| wire::live(policy, &server))
            .map_err(KindError::vendor("update", task))
    }

    async fn delete(writers: &Writers, task: &Task<'_>, live: &Live) -> Result<(), KindError> {
        COLLECTION.delete(writers, task, live).await
    }
}

/// The server's policies as they are now.
async fn siblings(writers: &Writers, task: &Task<'_>, server: &str) -> Result<Siblings, KindError> {
    let listed = writers.okta.list(&at(server, &["policies"]), &[]).await;
    listed
        .map(Siblings::new)
        .map_err(KindError::vendor("find the place of", task))
}

#[cfg(test)]
mod tests;
