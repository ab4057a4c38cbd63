//! The Portal API, as the owning developer: the only way to a DCR application and to its secret.

use serde_json::json;

use crate::base::Secret;
use crate::kinds::client_secret::{self, Issued, Issuer};
use crate::kinds::konnect::lookup;
use crate::kinds::{KindError, Task, Writers, wire};
use crate::plan::Live;
use crate::vendor::portal::{Session, portal_url};
use crate::vendor::{okta, path};

const PATH: [&str; 3] = ["api", "v3", "applications"];

async fn log_in(writers: &Writers, task: &Task<'_>) -> Result<Session, KindError> {
    let portal = match &task.desired.parent {
        Some(portal) => task.live(portal)?,
        None => return Err(task.missing("a portal")),
    };
    let owner = task
        .desired
        .field("owner")
        .as_ref_address()
        .filter(|owner| owner.is(lookup::DEVELOPER))
        .ok_or_else(|| task.missing("a developer who logs in"))?;
    let owner = task.live(owner)?;
    let Some(password) = task.secrets.get("login") else {
        return Err(KindError::Impossible {
            address: task.address().clone(),
            reason: "Konnect lets only the owning developer do it; add `login` to the entry"
                .to_owned(),
        });
    };
    let email = owner.field("name").as_text().unwrap_or_default();
    let domain = portal.field("domain").as_text().unwrap_or_default();
    let session = async {
        let url = match &writers.portal.url {
            Some(url) => url.clone(),
            None => portal_url(domain)?,
        };
        let access = &writers.portal;
        Session::login(
            &url,
            email,
            password,
            access.scrubber.clone(),
            access.options.clone(),
        )
        .await
    };
    session
        .await
        .map_err(KindError::vendor("log in to the portal for", task))
}

/// Makes the application; Konnect registers its client, whose secret is in this one answer.
pub(super) async fn create(writers: &Writers, task: &Task<'_>) -> Result<Live, KindError> {
    let session = log_in(writers, task).await?;
    let mut body = json!({
        "name": task.name(),
        "auth_strategy_id": task.ref_id("auth_strategy")?,
    });
    if let Some(description) = task.desired.field("description").as_text() {
        wire::put(&mut body, "description", description);
    }
    let mut made = session
        .post(&path(&PATH), &body)
        .await
        .map_err(KindError::vendor("create", task))?;
    task.keep(
        task.answered(&made, "client_id")?,
        Secret::new(task.answered(&made, "client_secret")?),
    )?;
    // the secret is on disk, encrypted; it must not live on in memory
    wire::strip(&mut made, &["client_secret"]);
    let mut live = super::wire::live(made, &task.parent_id()?);
    live.fields
        .insert("owner", task.desired.field("owner").clone());
    Ok(live)
}

/// Changes what only the developer may change, and issues a new secret where the old one was lost.
pub(super) async fn update(
    writers: &Writers,
    task: &Task<'_>,
    live: &Live,
) -> Result<(), KindError> {
    let session = log_in(writers, task).await?;
    let mut body = json!({});
    for field in ["name", "description"] {
        if task.changes(field) {
            wire::put(&mut body, field, task.desired.field(field).to_json());
        }
    }
    if task.changes("name") || task.changes("description") {
        session
            .patch(&at(&live.id, &[]), &body)
            .await
            .map_err(KindError::vendor("update", task))?;
    }
    let issuer = PortalSecrets {
        session: &session,
        okta: writers.okta.reader(),
        task,
        live,
    };
    if task.changes("credentials") {
        client_secret::renew(&issuer, task).await?;
    }
    if let Some(rotation) = task.rotation {
        client_secret::rotate(&issuer, task, rotation).await?;
    }
    Ok(())
}

/// The credentials of an application, as its developer issues and retires them.
struct PortalSecrets<'a> {
    session: &'a Session,
    okta: &'a okta::Reader,
    task: &'a Task<'a>,
    live: &'a Live,
}

impl Issuer for PortalSecrets<'_> {
    async fn issued(&self) -> Result<Vec<Issued>, KindError> {
        let error = || KindError::vendor("tell the credentials of", self.task);
        let credentials = at(&self.live.id, &["credentials"]);
        let list = self
            .session
            .list(&credentials, &[])
            .await
            .map_err(error())?;
        let handles = client_secret::handles(&list, self.okta.scrubber());
        if self.task.rotation.is_none() {
            // of a lost secret nobody has to know which is which
            return Ok(handles);
        }
        client_secret::matched(self.okta, self.live, handles)
            .await
            .map_err(error())?
            .ok_or_else(|| self.task.missing("its client in Okta"))
    }

    async fn issue(&self) -> Result<(String, Secret), KindError> {
        let made = self
            .session
            .post(&at(&self.live.id, &["credentials"]), &json!({}))
            .await
            .map_err(KindError::vendor("issue a new credential for", self.task))?;
        let secret = Secret::new(self.task.answered(&made, "client_secret")?);
        let client_id = self.task.answered(&made, "client_id")?;
        Ok((client_id.to_owned(), secret))
    }

    async fn retire(&self, one: &Issued) -> Result<(), KindError> {
        self.session
            .delete(&at(&self.live.id, &["credentials", &one.id]))
            .await
            .map_err(KindError::vendor("retire a credential of", self.task))
    }
}

fn at(app: &str, below: &[&str]) -> String {
    let mut segments = PATH.to_vec();
    segments.push(app);
    segments.extend(below);
    path(&segments)
}
