//! The codes of this floor's findings.

/// Each code that only the kinds report, with what it means. Codes are stable: scripts rely on them.
pub const CODES: [(&str, &str); 10] = [
    (
        "bad-label",
        "a label's name or value is not what Konnect takes",
    ),
    (
        "dcr-needs-developer",
        "a team cannot log in, so Konnect cannot register its client",
    ),
    (
        "misplaced-field",
        "a field that means nothing to an object of this type",
    ),
    (
        "reserved-claim",
        "the name of a claim that Okta sets itself",
    ),
    (
        "reserved-label",
        "the name of a label that Konnect or dcrsync keeps for itself",
    ),
    ("reserved-scope", "the name of a scope that Okta refuses"),
    (
        "rule-without-people",
        "a grant type with a person, in a rule that names nobody",
    ),
    (
        "token-lifetimes",
        "a token that would end before its own idle time does",
    ),
    ("too-many-labels", "more labels than Konnect takes"),
    ("two-issuers", "two fields that both say who the issuer is"),
];
