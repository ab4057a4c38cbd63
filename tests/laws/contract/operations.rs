//! All operations that our clients can send.

use std::collections::BTreeSet;
use std::path::Path;

/// One to a line, as the contracts write them.
const OPERATIONS: &str = "
konnect DELETE /v2/application-auth-strategies/{authStrategyId}
konnect DELETE /v2/dcr-providers/{dcrProviderId}
konnect DELETE /v3/apis/{apiId}/publications/{portalId}
konnect DELETE /v3/portals/{portalId}
konnect DELETE /v3/portals/{portalId}/applications/{applicationId}
konnect DELETE /v3/portals/{portalId}/applications/{applicationId}/registrations/{registrationId}
konnect GET /v2/application-auth-strategies
konnect GET /v2/dcr-providers
konnect GET /v3/api-publications
konnect GET /v3/apis
konnect GET /v3/portals
konnect GET /v3/portals/{portalId}/application-registrations
konnect GET /v3/portals/{portalId}/applications
konnect GET /v3/portals/{portalId}/developers
konnect GET /v3/portals/{portalId}/teams
konnect PATCH /v2/application-auth-strategies/{authStrategyId}
konnect PATCH /v2/dcr-providers/{dcrProviderId}
konnect PATCH /v3/portals/{portalId}
konnect PATCH /v3/portals/{portalId}/applications/{applicationId}/registrations/{registrationId}
konnect POST /v2/application-auth-strategies
konnect POST /v2/dcr-providers
konnect POST /v2/dcr-providers/{dcrProviderId}/verify
konnect POST /v3/portals
konnect POST /v3/portals/{portalId}/applications
konnect POST /v3/portals/{portalId}/applications/{applicationId}/registrations
konnect PUT /v3/apis/{apiId}/publications/{portalId}
okta DELETE /api/v1/api-tokens/current
okta DELETE /api/v1/apps/{appId}
okta DELETE /api/v1/apps/{appId}/credentials/secrets/{secretId}
okta DELETE /api/v1/authorizationServers/{authServerId}
okta DELETE /api/v1/authorizationServers/{authServerId}/claims/{claimId}
okta DELETE /api/v1/authorizationServers/{authServerId}/policies/{policyId}
okta DELETE /api/v1/authorizationServers/{authServerId}/policies/{policyId}/rules/{ruleId}
okta DELETE /api/v1/authorizationServers/{authServerId}/scopes/{scopeId}
okta GET /api/v1/apps
okta GET /api/v1/apps/{appId}/credentials/secrets
okta GET /api/v1/authorizationServers
okta GET /api/v1/authorizationServers/{authServerId}/claims
okta GET /api/v1/authorizationServers/{authServerId}/policies
okta GET /api/v1/authorizationServers/{authServerId}/policies/{policyId}/rules
okta GET /api/v1/authorizationServers/{authServerId}/scopes
okta GET /oauth2/v1/clients
okta GET /oauth2/{authorizationServerId}/.well-known/oauth-authorization-server
okta GET /oauth2/{authorizationServerId}/.well-known/openid-configuration
okta GET /oauth2/{authorizationServerId}/v1/keys
okta POST /api/v1/apps
okta POST /api/v1/apps/{appId}/credentials/secrets
okta POST /api/v1/apps/{appId}/credentials/secrets/{secretId}/lifecycle/deactivate
okta POST /api/v1/apps/{appId}/lifecycle/activate
okta POST /api/v1/apps/{appId}/lifecycle/deactivate
okta POST /api/v1/authorizationServers
okta POST /api/v1/authorizationServers/{authServerId}/claims
okta POST /api/v1/authorizationServers/{authServerId}/lifecycle/deactivate
okta POST /api/v1/authorizationServers/{authServerId}/policies
okta POST /api/v1/authorizationServers/{authServerId}/policies/{policyId}/rules
okta POST /api/v1/authorizationServers/{authServerId}/scopes
okta POST /oauth2/v1/token
okta POST /oauth2/{authorizationServerId}/v1/token
okta PUT /api/v1/apps/{appId}
okta PUT /api/v1/authorizationServers/{authServerId}
okta PUT /api/v1/authorizationServers/{authServerId}/claims/{claimId}
okta PUT /api/v1/authorizationServers/{authServerId}/policies/{policyId}
okta PUT /api/v1/authorizationServers/{authServerId}/policies/{policyId}/rules/{ruleId}
okta PUT /api/v1/authorizationServers/{authServerId}/scopes/{scopeId}
portal DELETE /api/v3/applications/{applicationId}/credentials/{credentialId}
portal GET /api/v3/applications/{applicationId}/credentials
portal PATCH /api/v3/applications/{applicationId}
portal POST /api/v3/applications
portal POST /api/v3/applications/{applicationId}/credentials
portal POST /api/v3/developer/authenticate
portal POST /api/v3/developer/logout
";

/// What the source can send though no document leads there, each for its reason.
pub(super) const UNREACHED: &[(&str, &str)] = &[(
    "konnect PATCH /v3/portals/{portalId}/applications/{applicationId}",
    "the owner is part of the natural key: another owner is another application",
)];

/// Words in the source that are segments of some contract's paths and of none of ours.
const NO_PATHS: &[(&str, &str)] = &[
    (
        "principal-rate-limits",
        "told apart for its rate limit only",
    ),
    ("clients", "whom a policy is for"),
    ("users", "whom a rule of a policy is for"),
    (
        "me",
        "of Okta's users, see `doubts`; the contracts have Konnect's",
    ),
    ("groups", "the same, and a type of claims"),
    ("grants", "the name of a check"),
];

/// All operations.
pub(super) fn all() -> BTreeSet<&'static str> {
    OPERATIONS.lines().filter(|line| !line.is_empty()).collect()
}

/// Segments of paths that the source names though no operation of ours has them.
///
/// A hint only: the source says `"secrets"`, and the contracts have a path with `/secrets/`.
pub(super) fn forgotten(segments: &BTreeSet<String>) -> BTreeSet<String> {
    let ours: BTreeSet<&str> = all().iter().flat_map(|one| one.split('/')).collect();
    let literal = regex::Regex::new(r#""([^"\\\s]*)""#).unwrap();
    let mut forgotten = BTreeSet::new();
    for folder in ["src/kinds", "src/vendor", "src/engine"] {
        for text in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)) {
            let found = literal
                .captures_iter(&text)
                .map(|found| found[1].to_owned());
            let words: Vec<String> = found
                .flat_map(|word| word.split('/').map(str::to_owned).collect::<Vec<_>>())
                .collect();
            forgotten.extend(words.into_iter().filter(|word| {
                segments.contains(word)
                    && !ours.contains(word.as_str())
                    && !NO_PATHS.iter().any(|(no, _)| no == word)
            }));
        }
    }
    forgotten
}

/// The source files below a folder, without tests.
fn sources(folder: &Path) -> Vec<String> {
    let mut texts = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        if ["tests", "fake"].contains(&name) {
            continue;
        }
        if path.is_dir() {
            texts.extend(sources(&path));
        } else {
            texts.push(std::fs::read_to_string(&path).unwrap());
        }
    }
    texts
}
