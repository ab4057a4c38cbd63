use jiff::Timestamp;
use serde_json::Value as Json;

use crate::base::{Scrubber, Secret};
use crate::kinds::{Readers, wire};
use crate::plan::Live;
use crate::vendor::{VendorError, okta, path};

/// One secret of a client, as the vendors tell of it.
#[derive(Debug, Clone)]
pub struct Issued {
    /// The id by which it is retired.
    pub id: String,
    /// When it was issued; nobody may tell.
    pub created: Option<Timestamp>,
    /// Whether it opens.
    pub active: bool,
    /// The secret itself, where Okta shows it.
    pub value: Option<Secret>,
}

impl Issued {
    /// Tells whether it is this secret.
    pub fn is(&self, secret: &Secret) -> bool {
        self.value.as_ref() == Some(secret)
    }

    fn new(json: &Json, created: &str, scrubber: &Scrubber) -> Self {
        let text = |name: &str| json.get(name).and_then(Json::as_str);
        let value = text("client_secret").map(Secret::new);
        if let Some(value) = &value {
            scrubber.learn(value);
        }
        Self {
            id: wire::id(json),
            created: text(created).and_then(|time| time.parse().ok()),
            active: text("status").is_none_or(|status| status.eq_ignore_ascii_case("active")),
            value,
        }
    }
}

/// The secrets of a client in Okta, the oldest first; `None` when Okta has no such client.
///
/// <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/ApplicationSSOCredentialOAuth2ClientAuth/>
pub async fn of_okta(
    reader: &okta::Reader,
    client: &str,
) -> Result<Option<Vec<Issued>>, VendorError> {
    let secrets = path(&["api", "v1", "apps", client, "credentials", "secrets"]);
    match reader.list(&secrets, &[]).await {
        Ok(list) => Ok(Some(oldest_first(&list, "created", reader.scrubber()))),
        Err(error) if error.not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// The secrets of an application's registered client: Konnect's ids, Okta's values.
///
/// `None` when Okta has no such client, or when the two do not tell of the same secrets.
pub async fn observe_of_portal(
    readers: &Readers,
    app: &Live,
) -> Result<Option<Vec<Issued>>, VendorError> {
    let portal = app.parent.as_deref().unwrap_or_default();
    let credentials = path(&[
        "v3",
        "portals",
        portal,
        "applications",
        &app.id,
        "credentials",
    ]);
    let list = readers.konnect.list(&credentials, &[]).await?;
    let scrubber = readers.okta.scrubber();
    matched(&readers.okta, app, handles(&list, scrubber)).await
}

/// The credentials that Konnect or a portal lists, the oldest first.
pub(in crate::kinds) fn handles(list: &[Json], scrubber: &Scrubber) -> Vec<Issued> {
    oldest_first(list, "created_at", scrubber)
}

/// Gives Konnect's credentials the values that Okta tells.
pub(in crate::kinds) async fn matched(
    okta: &okta::Reader,
    app: &Live,
    handles: Vec<Issued>,
) -> Result<Option<Vec<Issued>>, VendorError> {
    let Some(client) = app.field("client_id").as_text() else {
        return Ok(None);
    };
    Ok(of_okta(okta, client)
        .await?
        .and_then(|values| join(handles, values)))
}

/// Whether Konnect's ids are Okta's is written nowhere: where they are not, the order of issue tells
/// which is which, and only if both know the same number.
pub(super) fn join(handles: Vec<Issued>, mut values: Vec<Issued>) -> Option<Vec<Issued>> {
    if handles.len() != values.len() {
        return None;
    }
    let known = |handle: &Issued| values.iter().any(|value| value.id == handle.id);
    if handles.iter().all(known) {
        return Some(values);
    }
    for (handle, value) in handles.into_iter().zip(&mut values) {
        value.id = handle.id;
    }
    Some(values)
}

fn oldest_first(list: &[Json], created: &str, scrubber: &Scrubber) -> Vec<Issued> {
    let mut issued: Vec<Issued> = list
        .iter()
        .map(|json| Issued::new(json, created, scrubber))
        .collect();
    issued.sort_by_key(|one| one.created);
    issued
}
