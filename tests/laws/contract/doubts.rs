//! Where a contract is known to be wrong or incomplete, and what tells so.

/// The beginning of a fault, and why it is none.
const DOUBTS: &[(&str, &str)] = &[
    (
        "okta PUT /api/v1/apps/{appId}: `/settings/app` is not",
        "the schema of OpenID Connect apps lacks it; every recorded PUT of one has it",
    ),
    (
        "okta PUT /api/v1/apps/{appId}: `/settings/manualProvisioning` is not",
        "likewise; half of the recorded PUTs have it",
    ),
    (
        RULE_USERS,
        "Okta answers it, though its schema has `include` alone; PUT replaces, so it goes back as it came",
    ),
    (RULE_GROUPS, "likewise"),
    (
        "okta GET /api/v1/users/me: no contract",
        "documented; the part of Okta's contract that is at hand has no users",
    ),
    (
        "okta POST /oauth2/v1/token: `/client_assertion",
        "RFC 7523, section 2.2, which Okta's documentation asks for; the schema has the grant alone",
    ),
];

const RULE_USERS: &str = "okta PUT /api/v1/authorizationServers/{authServerId}/policies/{policyId}/rules/{ruleId}: `/conditions/people/users/exclude` is not";
const RULE_GROUPS: &str = "okta PUT /api/v1/authorizationServers/{authServerId}/policies/{policyId}/rules/{ruleId}: `/conditions/people/groups/exclude` is not";

/// Whether a fault is one of the contract's, not of the request.
pub(super) fn accepted(fault: &str) -> bool {
    DOUBTS.iter().any(|(start, _)| fault.starts_with(start))
}
