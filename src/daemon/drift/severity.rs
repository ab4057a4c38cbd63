use crate::base::{Urgency, matches_pattern};
use crate::config::SeverityRule;
use crate::plan::{Action, Step};

/// Fields that decide who may do what: values of claims, scopes, ways to log in, approvals.
pub(super) const SECURITY: [(&str, &[&str]); 11] = [
    ("okta.authorization_server", &["audiences", "issuer_mode"]),
    (
        "okta.claim",
        &[
            "value",
            "value_type",
            "token",
            "scopes",
            "group_filter",
            "active",
        ],
    ),
    ("okta.policy", &["clients", "active"]),
    (
        "okta.policy_rule",
        &["grant_types", "scopes", "groups", "active"],
    ),
    ("okta.scope", &["consent", "default"]),
    ("okta.client", &["grant_types", "active"]),
    (
        "konnect.dcr_provider",
        &["issuer", "authorization_server", "base_url", "dcr_token"],
    ),
    (
        "konnect.auth_strategy",
        &[
            "issuer",
            "scopes",
            "credential_claims",
            "auth_methods",
            "dcr_provider",
        ],
    ),
    (
        "konnect.portal",
        &["auto_approve_developers", "auto_approve_applications"],
    ),
    (
        "konnect.publication",
        &["auth_strategy", "visibility", "auto_approve_registrations"],
    ),
    ("konnect.registration", &["status"]),
];

/// Kinds that give somebody access by being there, or refuse it by being gone.
pub(super) const ACCESS: [&str; 5] = [
    "okta.scope",
    "okta.claim",
    "okta.policy",
    "okta.policy_rule",
    "konnect.registration",
];

/// How grave a difference is; the first rule of the document that fits decides.
pub fn severity(step: &Step, rules: &[SeverityRule]) -> Urgency {
    let address = step.address.as_str();
    let rule = rules.iter().find(|rule| {
        matches_pattern(&rule.objects, address)
            && (rule.fields.is_empty()
                || step
                    .fields
                    .iter()
                    .any(|field| rule.fields.iter().any(|name| name == field.name)))
    });
    if let Some(rule) = rule {
        return rule.severity;
    }
    let kind = step.address.kind();
    let is_security = match step.action {
        // gone: whoever relied on it is refused
        Action::Create => true,
        // there although nobody declared it
        Action::Delete => ACCESS.contains(&kind),
        Action::Adopt | Action::Update | Action::Replace => SECURITY.iter().any(|(of, fields)| {
            *of == kind && step.fields.iter().any(|field| fields.contains(&field.name))
        }),
    };
    if is_security {
        Urgency::Critical
    } else {
        Urgency::Warning
    }
}
