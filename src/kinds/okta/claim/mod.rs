//! `okta.claim`: a claim of an authorization server's tokens.
//!
//! Natural key: server, token and name; an access and an identity token may have a claim of the same
//! name. The gateway needs one access token claim whose value is `app.clientId`. Of Okta's own claims
//! only the value of `sub` can be changed; they are never deleted.

mod spec;
mod wire;

pub use spec::Spec;

use crate::base::{Diagnostic, KindName, Value};
use crate::kinds::{Entry, Kind, KindError, Out, Readers, Task, Writers};
use crate::plan::{Field, KindInfo, Live, Role};
use crate::vendor::VendorError;

use super::below_server::BelowServer;

/// The kind.
#[derive(Debug)]
pub struct Claim;

/// The kind's name.
pub const NAME: KindName = KindName::new("okta.claim");

const COLLECTION: BelowServer = BelowServer {
    name: "claims",
    page: None,
    live: wire::live,
    body: wire::body,
};

impl Kind for Claim {
    const INFO: KindInfo = KindInfo {
        name: NAME,
        parent: Some(super::AUTHORIZATION_SERVER),
        role: Role::Managed,
        nameable: true,
        key: &["token", "name"],
        fields: &[
            Field::managed("name"),
            Field::immutable("token"),
            Field::managed("value"),
            Field::managed("value_type"),
            Field::managed("group_filter"),
            Field::managed("scopes"),
            Field::managed("always_include"),
            Field::managed("active"),
        ],
        labelled: false,
        named_by: &[crate::kinds::konnect::auth_strategy::NAME],
        cost: super::COST,
    };
    const SECTION: &'static [&'static str] = &["okta", super::SERVER, "*", "claims", "*"];
    const TITLE: &'static str = "A claim of the authorization server's tokens.";
    const EXAMPLE: &'static str = "
okta:
  authorization_servers:
    default:
      claims:
        client_id: { value: app.clientId, token: access }
";
    const NEVER_MISSING: Option<&'static str> = Some("sub");
    type Spec = Spec;

    fn declare(entry: &Entry<'_, Spec>, out: &mut Out<'_>) {
        let spec = &entry.spec;
        if spec::RESERVED.contains(&entry.name.as_str()) {
            out.report.push(
                Diagnostic::error(
                    "reserved-claim",
                    format!("`{}` is a claim that Okta sets itself", entry.name),
                )
                .at(entry.name.span)
                .help("choose another name, such as `client_id`"),
            );
        }
        if !entry.absent {
            spec::check(entry, out);
        }
        let mut desired = entry.object(NAME);
        let server = entry.above(0);
        desired.parent = Some(super::server(server));
        let fields = &mut desired.fields;
        fields.insert("token", Value::text(spec.token.word()));
        if let Some(value) = &spec.value {
            fields.insert("value", Value::text(value));
        }
        if let Some(kind) = spec.value_type {
            fields.insert("value_type", Value::text(kind.word()));
        }
        if let Some(filter) = spec.group_filter {
            fields.insert("group_filter", Value::text(filter.word()));
        }
        if let Some(scopes) = &spec.scopes {
            fields.insert("scopes", Value::set(scopes));
            desired.after.extend(
                scopes
                    .iter()
                    .map(|scope| crate::kinds::entry::below(super::scope::NAME, server, scope)),
            );
        }
        if let Some(always) = spec.always_include {
            desired.fields.insert("always_include", always.into());
        }
        if let Some(active) = spec.active {
            desired.fields.insert("active", active.into());
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
