use axum::http::Method;

/// What the management API is about, as the middle part of its scopes names it (`okta.apps.read`).
const RESOURCES: [&str; 63] = [
    "agentPools",
    "apiTokens",
    "appGrants",
    "apps",
    "authenticators",
    "authorizationServers",
    "behaviors",
    "brands",
    "captchas",
    "certificateAuthorities",
    "clients",
    "deviceAssurance",
    "devices",
    "deviceChecks",
    "devicePostureChecks",
    "directories.groups",
    "domains",
    "emailDomains",
    "emailServers",
    "enduser.dashboard",
    "eventHooks",
    "events",
    "factors",
    "features",
    "governance.accessCertifications",
    "governance.accessRequests",
    "governance.entitlements",
    "groups",
    "identitySources",
    "idps",
    "inlineHooks",
    "linkedObjects",
    "logs",
    "logStreams",
    "manifests",
    "myAccount.profile",
    "networkZones",
    "oauthIntegrations",
    "orgs",
    "personal.adminSettings",
    "policies",
    "principalRateLimits",
    "privilegedAccounts",
    "profileMappings",
    "profiles",
    "pushProviders",
    "rateLimits",
    "realmAssignments",
    "realms",
    "reports",
    "resourceSelectors",
    "riskEvents",
    "riskProviders",
    "roles",
    "schemas",
    "securityEventsProviders",
    "sessions",
    "templates",
    "threatInsights",
    "trustedOrigins",
    "uischemas",
    "users",
    "userTypes",
];

/// Whether the org knows a management scope of this name.
pub(crate) fn is_known(scope: &str) -> bool {
    let Some((resource, verb)) = scope
        .strip_prefix("okta.")
        .and_then(|rest| rest.rsplit_once('.'))
    else {
        return false;
    };
    match verb {
        "read" | "manage" => RESOURCES.contains(&resource),
        "register" => resource == "clients",
        _ => false,
    }
}

/// The scopes of which an access token needs one for a request; none where no access token will do.
pub(super) fn needed(method: &Method, path: &str) -> Vec<String> {
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    let resource = match segments.as_slice() {
        // only a token can revoke itself
        ["api", "v1", "api-tokens", "current"] => return Vec::new(),
        ["api", "v1", "api-tokens", ..] => "apiTokens",
        ["api", "v1", "authorizationServers", ..] => "authorizationServers",
        ["api", "v1", "apps", _, "grants", ..] => "appGrants",
        ["api", "v1", "apps" | "internal", ..] => "apps",
        ["api", "v1", "logs"] => "logs",
        ["api", "v1", "policies", ..] => "policies",
        ["api", "v1", "users", ..] => "users",
        ["oauth2", "v1", "clients", _, "roles", ..] => "roles",
        ["oauth2", "v1", "clients", ..] => "clients",
        _ => return Vec::new(),
    };
    let manage = format!("okta.{resource}.manage");
    if *method == Method::GET {
        return vec![format!("okta.{resource}.read"), manage];
    }
    if resource == "clients" && *method == Method::POST && segments.len() == 3 {
        return vec!["okta.clients.register".to_owned(), manage];
    }
    vec![manage]
}
