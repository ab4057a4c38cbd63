use serde::Deserialize;
use serde_json::Value;

use super::super::http::Refusal;
use super::super::state::Status;
use super::policies::text;
use super::{Lifetimes, PolicyRule, RuleConditions};

/// Grant types that bring a person with them, as the API's own message lists them.
const OF_PEOPLE: [&str; 3] = ["authorization_code", "implicit", "password"];

/// Grant types without a person in the rule.
const OTHERS: [&str; 12] = [
    "client_credentials",
    "refresh_token",
    "interaction_code",
    "urn:ietf:params:oauth:grant-type:device_code",
    "urn:ietf:params:oauth:grant-type:token-exchange",
    "urn:ietf:params:oauth:grant-type:saml2-bearer",
    "urn:ietf:params:oauth:grant-type:jwt-bearer",
    "urn:openid:params:grant-type:ciba",
    "urn:okta:params:oauth:grant-type:otp",
    "urn:okta:params:oauth:grant-type:oob",
    "http://auth0.com/oauth/grant-type/mfa-otp",
    "http://auth0.com/oauth/grant-type/mfa-oob",
];

/// `POST` and `PUT …/rules` as sent.
#[derive(Deserialize)]
pub(super) struct Body {
    #[serde(rename = "type")]
    kind: Option<Kind>,
    name: Option<String>,
    pub(super) priority: Option<i64>,
    status: Option<Status>,
    conditions: Option<Conditions>,
    actions: Option<Actions>,
}

#[derive(Deserialize)]
enum Kind {
    #[serde(rename = "RESOURCE_ACCESS")]
    ResourceAccess,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Conditions {
    people: Option<People>,
    grant_types: Option<Include>,
    scopes: Option<Include>,
}

#[derive(Deserialize)]
struct People {
    users: Option<Include>,
    groups: Option<Include>,
}

#[derive(Deserialize)]
struct Include {
    include: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Actions {
    token: Option<Token>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Token {
    access_token_lifetime_minutes: Option<i64>,
    refresh_token_lifetime_minutes: Option<i64>,
    refresh_token_window_minutes: Option<i64>,
    inline_hook: Option<Value>,
}

fn included(list: Option<Include>) -> Vec<String> {
    list.and_then(|list| list.include).unwrap_or_default()
}

impl Body {
    /// Writes itself over a rule; what is missing falls back to the default.
    pub(super) fn apply(self, rule: &mut PolicyRule) -> Result<(), Refusal> {
        let Some(Kind::ResourceAccess) = self.kind else {
            return Err(Refusal::blank("type"));
        };
        rule.name = text(self.name, "name", 100)?;
        let conditions = self
            .conditions
            .ok_or_else(|| Refusal::blank("conditions"))?;
        rule.conditions = read_conditions(conditions)?;
        rule.lifetimes = read_lifetimes(self.actions.and_then(|actions| actions.token))?;
        if let Some(status) = self.status {
            rule.status = status;
        }
        Ok(())
    }
}

/// A grant type that nobody knows is taken for one of people, as the real API does: a misspelt one is
/// answered with a complaint about people.
fn read_conditions(sent: Conditions) -> Result<RuleConditions, Refusal> {
    let (users, groups) = sent.people.map_or_else(Default::default, |people| {
        (included(people.users), included(people.groups))
    });
    let mut grant_types = included(sent.grant_types);
    if grant_types.is_empty() {
        return Err(Refusal::blank("conditions.grantTypes"));
    }
    grant_types.sort();
    grant_types.dedup();
    let other = |grant: &String| OTHERS.contains(&grant.as_str());
    if users.is_empty() && groups.is_empty() && !grant_types.iter().all(other) {
        return Err(Refusal::invalid(
            "conditions.people",
            "At least one of 'conditions.people.users.include' or 'conditions.people.groups.include' must name a valid user or group \
             when 'conditions.grantTypes' has one or more of [authorization_code, implicit, password].",
        ));
    }
    let known = |grant: &String| other(grant) || OF_PEOPLE.contains(&grant.as_str());
    if !grant_types.iter().all(known) {
        return Err(Refusal::invalid(
            "conditions.grantTypes",
            "One or more grant types are not supported.",
        ));
    }
    Ok(RuleConditions {
        users,
        groups,
        grant_types,
        scopes: included(sent.scopes),
    })
}

fn read_lifetimes(sent: Option<Token>) -> Result<Lifetimes, Refusal> {
    let usual = Lifetimes::default();
    let Some(sent) = sent else { return Ok(usual) };
    let lifetimes = Lifetimes {
        access: sent.access_token_lifetime_minutes.unwrap_or(usual.access),
        refresh: sent.refresh_token_lifetime_minutes.unwrap_or(usual.refresh),
        window: sent.refresh_token_window_minutes.unwrap_or(usual.window),
        hook: sent.inline_hook,
    };
    let refuse = |field: &str, reason: &str| {
        Err(Refusal::invalid(&format!("actions.token.{field}"), reason))
    };
    if !(5..=1_440).contains(&lifetimes.access) {
        return refuse(
            "accessTokenLifetimeMinutes",
            "The value must be from 5 to 1440.",
        );
    }
    if lifetimes.refresh != 0 && lifetimes.refresh < lifetimes.access {
        return refuse(
            "refreshTokenLifetimeMinutes",
            "The value must be 0 or at least that of the access token.",
        );
    }
    if !(10..=2_628_000).contains(&lifetimes.window) || lifetimes.window < lifetimes.access {
        return refuse(
            "refreshTokenWindowMinutes",
            "The value must be from 10 to 2628000 and at least that of the access token.",
        );
    }
    if lifetimes.refresh != 0 && lifetimes.window > lifetimes.refresh {
        return refuse(
            "refreshTokenWindowMinutes",
            "The value must not be above the lifetime of the refresh token.",
        );
    }
    Ok(lifetimes)
}
