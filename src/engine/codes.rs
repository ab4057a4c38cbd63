//! The codes of this floor's findings.

/// Each code that only the engine reports, with what it means. Codes are stable: scripts rely on them.
pub const CODES: [(&str, &str); 23] = [
    (
        "absent-ref",
        "an entry points at one that says `state: absent`",
    ),
    (
        "api-not-published",
        "an application wants an API that its portal does not publish",
    ),
    (
        "claim-in-id-token",
        "the credential claim is in the identity token, which the gateway never sees",
    ),
    ("claim-inactive", "the credential claim is switched off"),
    (
        "claim-not-in-server",
        "the credential claim is not in the authorization server",
    ),
    (
        "claim-scopes",
        "the credential claim comes only with scopes that the strategy does not ask for",
    ),
    (
        "claim-value",
        "the credential claim does not hold the client id",
    ),
    (
        "claimed-twice",
        "two entries mean the same object at the vendor",
    ),
    (
        "client-unknown",
        "an existing client that Okta does not know",
    ),
    (
        "consent-with-client-credentials",
        "a scope that needs a person's consent, for a machine",
    ),
    (
        "issuer-form",
        "an issuer that no Okta authorization server has",
    ),
    (
        "issuer-mismatch",
        "two places that must name the same issuer do not",
    ),
    (
        "issuer-unknown",
        "no authorization server of the org has this issuer",
    ),
    (
        "no-policy-rule",
        "no rule would grant the strategy's scopes to its clients",
    ),
    (
        "no-scopes-with-client-credentials",
        "no scopes, so Konnect would ask for `openid`",
    ),
    ("not-found", "something that is only named is not there"),
    (
        "openid-with-client-credentials",
        "`openid` cannot be granted to a machine",
    ),
    (
        "same-place",
        "two policies or rules of one parent have the same priority",
    ),
    (
        "scope-not-in-server",
        "a scope of the strategy is not in the authorization server",
    ),
    (
        "strategy-mismatch",
        "application and publication use different strategies",
    ),
    (
        "strategy-without-dcr",
        "an application with a client, by a strategy that has no DCR provider",
    ),
    (
        "unknown-ref",
        "an entry points at one that the document does not declare",
    ),
    (
        "verify-without-registration",
        "an API is to be verified with an application that is not registered for it",
    ),
];
