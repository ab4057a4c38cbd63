//! `okta.scope`: a scope of an authorization server.
//!
//! Natural key: server and name. Okta's own scopes (`openid`, `profile`, ...) can be declared to
//! change their texts and are never deleted. Claims, rules and strategies mention scopes by name, so
//! they let go before one is deleted. PUT replaces the whole object.

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
pub struct Scope;

/// The kind's name.
pub const NAME: KindName = KindName::new("okta.scope");

const COLLECTION: BelowServer = BelowServer {
    name: "scopes",
    page: Some("200"),
    live: wire::live,
    body: wire::body,
};

impl Kind for Scope {
    const INFO: KindInfo = KindInfo {
        name: NAME,
        parent: Some(super::AUTHORIZATION_SERVER),
        role: Role::Managed,
        nameable: true,
        key: &["name"],
        fields: &[
            Field::managed("name"),
            Field::managed("description"),
            Field::managed("display_name"),
            Field::managed("consent"),
            Field::managed("metadata_publish"),
            Field::managed("default"),
            Field::managed("optional"),
        ],
        labelled: false,
        named_by: &[
            super::claim::NAME,
            super::policy_rule::NAME,
            crate::kinds::konnect::auth_strategy::NAME,
        ],
        cost: super::COST,
    };
    const SECTION: &'static [&'static str] = &["okta", super::SERVER, "*", "scopes", "*"];
    const TITLE: &'static str = "A scope of the authorization server.";
    const EXAMPLE: &'static str = "
okta:
  authorization_servers:
    default:
      scopes:
        orders.read: { description: Read orders, consent: implicit }
";
    const NEVER_MISSING: Option<&'static str> = Some("openid");
    const PAGE: usize = super::PAGE;
    type Spec = Spec;

    fn declare(entry: &Entry<'_, Spec>, out: &mut Out<'_>) {
        if let Some(reason) = spec::reserved(&entry.name) {
            out.report.push(
                Diagnostic::error(
                    "reserved-scope",
                    format!("`{}` cannot be the name of a scope: {reason}", entry.name),
                )
                .at(entry.name.span)
                .help("choose another name, such as `orders.read`"),
            );
        }
        let mut desired = entry.object(NAME);
        desired.parent = Some(super::server(entry.above(0)));
        let spec = &entry.spec;
        let fields = &mut desired.fields;
        if let Some(description) = &spec.description {
            fields.insert("description", Value::text(description));
        }
        if let Some(name) = &spec.display_name {
            fields.insert("display_name", Value::text(name));
        }
        if let Some(consent) = spec.consent {
            fields.insert("consent", Value::text(consent.word()));
        }
        if let Some(publish) = spec.metadata_publish {
            fields.insert("metadata_publish", Value::text(publish.word()));
        }
        if let Some(default) = spec.default {
            fields.insert("default", default.into());
        }
        if let Some(optional) = spec.optional {
            fields.insert("optional", optional.into());
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
