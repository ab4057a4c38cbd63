//! `okta.policy_rule`: a rule of an access policy; it grants scopes to grant types.
//!
//! Natural key: policy and name. Priorities are compared by order alone, as those of policies.

mod spec;
mod wire;

pub use spec::{GrantType, Spec};

use crate::base::{KindName, Value};
use crate::kinds::{Entry, Kind, KindError, Out, Readers, Task, Writers};
use crate::plan::{Field, KindInfo, Live, Role};
use crate::vendor::VendorError;

use super::authorization_server::at;
use super::priority::Siblings;

/// The kind.
#[derive(Debug)]
pub struct PolicyRule;

/// The kind's name.
pub const NAME: KindName = KindName::new("okta.policy_rule");

/// Stands for every scope.
pub const ANY_SCOPE: &str = "*";

impl Kind for PolicyRule {
    const INFO: KindInfo = KindInfo {
        name: NAME,
        parent: Some(super::policy::NAME),
        role: Role::Managed,
        nameable: false,
        key: &["name"],
        fields: &[
            Field::managed("name"),
            Field::managed("grant_types"),
            Field::managed("scopes"),
            Field::managed("groups"),
            Field::order("priority"),
            Field::managed("access_token_minutes"),
            Field::managed("refresh_token_minutes"),
            Field::managed("refresh_token_window_minutes"),
            Field::managed("active"),
        ],
        labelled: false,
        named_by: &[],
        cost: super::ORDERED,
    };
    const SECTION: &'static [&'static str] =
        &["okta", super::SERVER, "*", "policies", "*", "rules", "*"];
    const TITLE: &'static str = "A rule of the policy: which scopes which grant types get.";
    const EXAMPLE: &'static str = "
okta:
  authorization_servers:
    default:
      scopes:
        orders.read: {}
      policies:
        portal apps:
          clients: all
          rules:
            machine to machine: { grant_types: [client_credentials], scopes: [orders.read], access_token_minutes: 30 }
";
    type Spec = Spec;

    fn declare(entry: &Entry<'_, Spec>, out: &mut Out<'_>) {
        let spec = &entry.spec;
        let server = entry.above(0);
        let mut desired = entry.object(NAME);
        desired.parent = Some(super::policy::NAME.at(&format!("{server}/{}", entry.above(1))));
        let fields = &mut desired.fields;
        if let Some(types) = &spec.grant_types {
            fields.insert(
                "grant_types",
                Value::set(types.iter().map(|grant| grant.wire())),
            );
        }
        if let Some(scopes) = &spec.scopes {
            fields.insert("scopes", Value::set(scopes));
            desired.after.extend(
                scopes
                    .iter()
                    .filter(|scope| *scope != ANY_SCOPE)
                    .map(|scope| crate::kinds::entry::below(super::scope::NAME, server, scope)),
            );
        }
        let fields = &mut desired.fields;
        if let Some(groups) = &spec.groups {
            fields.insert("groups", Value::set(groups));
        }
        for (field, number) in [
            ("priority", spec.priority),
            ("access_token_minutes", spec.access_token_minutes),
            ("refresh_token_minutes", spec.refresh_token_minutes),
            (
                "refresh_token_window_minutes",
                spec.refresh_token_window_minutes,
            ),
        ] {
            if let Some(number) = number {
                fields.insert(field, Value::Int(number.into()));
            }
        }
        if let Some(active) = spec.active {
            fields.insert("active", active.into());
        }
        spec::check(entry, out);
        out.objects.push(desired);
    }

    async fn list(readers: &Readers, parent: Option<&Live>) -> Result<Vec<Live>, VendorError> {
        let Some((policy, server)) =
            parent.and_then(|policy| Some((policy, policy.parent.as_deref()?)))
        else {
            return Ok(Vec::new());
        };
        let rules = readers
            .okta
            .list(&at(server, &["policies", &policy.id, "rules"]), &[])
            .await?;
        Ok(rules
            .into_iter()
            .map(|rule| wire::live(rule, server, &policy.id))
            .collect())
    }

    async fn read(readers: &Readers, live: &Live) -> Result<Option<Live>, VendorError> {
        let (Some(server), Some(policy)) = (live.field("server").as_text(), &live.parent) else {
            return Ok(None);
        };
        let path = at(server, &["policies", policy, "rules", &live.id]);
        let rule = readers.okta.get(&path).await?;
        Ok(rule.map(|rule| wire::live(rule, server, policy)))
    }

    async fn create(writers: &Writers, task: &Task<'_>) -> Result<Live, KindError> {
        let (server, policy) = wire::place(task, None)?;
        let mut body = wire::body(task, None);
        if task.changes("priority") {
            let siblings = siblings(writers, task, &server, &policy).await?;
            siblings.order(&mut body, task, None);
        }
        let made = writers
            .okta
            .post(&at(&server, &["policies", &policy, "rules"]), &body)
            .await;
        made.map(|rule| wire::live(rule, &server, &policy))
            .map_err(KindError::vendor("create", task))
    }

    async fn update(writers: &Writers, task: &Task<'_>, live: &Live) -> Result<Live, KindError> {
        let (server, policy) = wire::place(task, Some(live))?;
        let siblings = siblings(writers, task, &server, &policy).await?;
        let mut body = wire::body(task, Some(&siblings.fresh(live)));
        siblings.order(&mut body, task, Some(&live.id));
        let put = writers
            .okta
            .put(
                &at(&server, &["policies", &policy, "rules", &live.id]),
                &body,
            )
            .await;
        put.map(|rule| wire::live(rule, &server, &policy))
            .map_err(KindError::vendor("update", task))
    }

    async fn delete(writers: &Writers, task: &Task<'_>, live: &Live) -> Result<(), KindError> {
        let (server, policy) = wire::place(task, Some(live))?;
        let done = writers
            .okta
            .delete(&at(&server, &["policies", &policy, "rules", &live.id]))
            .await;
        done.map_err(KindError::vendor("delete", task))
    }
}

/// The policy's rules as they are now.
async fn siblings(
    writers: &Writers,
    task: &Task<'_>,
    server: &str,
    policy: &str,
) -> Result<Siblings, KindError> {
    let path = at(server, &["policies", policy, "rules"]);
    let listed = writers.okta.list(&path, &[]).await;
    listed
        .map(Siblings::new)
        .map_err(KindError::vendor("find the place of", task))
}

#[cfg(test)]
mod tests;
