/// What Okta puts no limit on.
pub const UNLIMITED: &str = "unlimited";

/// Names the rate limit that a path counts against.
///
/// One limit is shared by the whole org; Okta's route table puts authorization servers and everything
/// below them into the common one.
pub fn bucket(path: &str) -> &'static str {
    let path = path.split('?').next().unwrap_or_default();
    let segments: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    match segments.as_slice() {
        [".well-known", ..] | ["oauth2", _, ".well-known", ..] | ["oauth2", "v1", "keys"] => {
            UNLIMITED
        }
        ["api", "v1", "apps", _] => "/api/v1/apps/{id}",
        ["api", "v1", "apps", ..] => "/api/v1/apps",
        ["api", "v1", "logs", ..] => "/api/v1/logs",
        ["api", "v1", "principal-rate-limits", ..] => "/api/v1/principal-rate-limits",
        ["oauth2", "v1", "clients", ..] => "/oauth2/v1/clients",
        ["oauth2", "v1", "token"] => "/oauth2/v1/token",
        ["oauth2", _, "v1", "token"] => "/oauth2/{as}/v1/token",
        ["oauth2", ..] => "/oauth2",
        _ => "/api/v1",
    }
}
