//! The client secret of an application.

use super::decide::{Decision, Refusal, Seen, decide};
use super::shown::{step, waits};
use super::{Planned as Rotating, Rotate, Stage};
use crate::base::{Address, CredentialStore, CredentialTarget, Credentials, Value};
use crate::engine::planning::Planned;
use crate::engine::{Engine, EngineError};
use crate::kinds::client_secret::{Issued, Rotation, observe_of_portal, of_okta};
use crate::kinds::konnect::app;
use crate::kinds::{infos, okta};
use crate::plan::{Desired, Live, Note};

/// Whose secret it is, and where it is kept.
struct Client<'a> {
    /// The application, or its managed client.
    owner: &'a Desired,
    live: &'a Live,
    target: &'a CredentialTarget,
}

impl Engine {
    /// The addresses that a rotation of an application is about.
    pub fn rotated(&self, address: &Address) -> Vec<Address> {
        let client = okta::client::NAME.at(address.key());
        let client = self
            .declared
            .get(&client)
            .map(|client| client.address.clone());
        let client = client.filter(|_| address.is(app::NAME));
        std::iter::once(address.clone()).chain(client).collect()
    }

    /// Adds to a plan, which must have nothing else to do, what is next for a client's secrets.
    pub async fn rotate_client(
        &self,
        planned: &mut Planned,
        ask: &Rotate<'_>,
    ) -> Result<Stage, EngineError> {
        let client = client(planned, ask.address)?;
        let kept = self.kept(&client, ask)?;
        let issued = self.issued(&client, ask).await?;
        let works = self.opens(planned, ask.address).await;
        let seen = Seen {
            issued: &issued,
            kept: &kept.client_secret,
            works,
        };
        let (stage, rotation) = match decide(ask, &seen) {
            Decision::Refuse(why) => return Err(refused(ask.address, why, client.target)),
            Decision::Wait(stage) => {
                let message = waits(ask, &stage);
                let address = Some(ask.address.clone());
                planned.plan.notes.push(Note { address, message });
                return Ok(stage);
            }
            Decision::Do(rotation @ Rotation::Retire { .. }) => (Stage::Retire, rotation),
            Decision::Do(rotation) => (Stage::Renew, rotation),
        };
        let owner = &client.owner.address;
        let step = step(owner, client.target, &rotation, &issued, ask);
        let address = step.address.clone();
        planned.plan.steps.push(step);
        planned
            .plan
            .target(std::slice::from_ref(&address), &infos());
        planned.rotation = Some(Rotating { address, rotation });
        Ok(stage)
    }

    fn kept(&self, client: &Client<'_>, ask: &Rotate<'_>) -> Result<Credentials, EngineError> {
        let found = self.store.get(client.target);
        let found = found.map_err(|source| EngineError::Store {
            address: ask.address.clone(),
            source: Box::new(source),
        })?;
        found.ok_or_else(|| EngineError::Rotate {
            address: ask.address.clone(),
            reason: "its credentials are not in the file".to_owned(),
            hint: "run `dcrsync apply`: it issues and keeps them".to_owned(),
        })
    }

    /// What the vendors tell of the client's secrets, the oldest first.
    pub(in crate::engine) async fn secrets_of(
        &self,
        owner: &Desired,
        live: &Live,
    ) -> Result<Option<Vec<Issued>>, EngineError> {
        let asked = if owner.kind == okta::client::NAME {
            of_okta(&self.readers.okta, &live.id).await
        } else {
            observe_of_portal(&self.readers, live).await
        };
        asked.map_err(|source| EngineError::Vendor {
            doing: format!("read the client secrets of `{}`", owner.address),
            source: Box::new(source),
        })
    }

    async fn issued(
        &self,
        client: &Client<'_>,
        ask: &Rotate<'_>,
    ) -> Result<Vec<Issued>, EngineError> {
        let issued = self.secrets_of(client.owner, client.live).await?;
        issued.ok_or_else(|| EngineError::Rotate {
            address: ask.address.clone(),
            reason: "Okta and Konnect do not tell of the same secrets of its client".to_owned(),
            hint:
                "is the client in this document's org? look at its secrets in Okta's admin console"
                    .to_owned(),
        })
    }

    /// Tells whether the credentials in the file get a token.
    async fn opens(&self, planned: &Planned, address: &Address) -> bool {
        let verdict = self.one(planned, address.key(), None).await;
        verdict
            .steps
            .iter()
            .any(|step| step.name == "token" && step.passed)
    }
}

fn client<'a>(planned: &'a Planned, address: &Address) -> Result<Client<'a>, EngineError> {
    let refuse = |reason: &str, hint: &str| EngineError::Rotate {
        address: address.clone(),
        reason: reason.to_owned(),
        hint: hint.to_owned(),
    };
    let declared = |at: &Address| planned.declared.get(at);
    let managed = declared(&okta::client::NAME.at(address.key()));
    let Some(owner) = managed
        .or_else(|| declared(address))
        .filter(|it| !it.absent)
    else {
        return Err(refuse("the document does not declare it", "check the name"));
    };
    let existing = owner.kind == app::NAME && owner.field("client_id") != &Value::Null;
    if existing {
        return Err(refuse(
            "`client: { existing: … }` is only linked, its secret is somebody else's",
            "rotate it where it was made, then change it in the file of `credentials`",
        ));
    }
    let target = owner.store.as_ref().ok_or_else(|| {
        refuse(
            "the document does not say where its credentials are",
            "add `credentials: { sops: …, in: … }`",
        )
    })?;
    let differs = planned
        .plan
        .steps
        .iter()
        .any(|step| step.address == *address || step.address == owner.address);
    let live = planned.world.get(&owner.address).filter(|_| !differs);
    let live = live.ok_or_else(|| {
        refuse(
            "it is not as the document says, or its credentials were lost",
            &format!("run `dcrsync apply --target {}` first", owner.address),
        )
    })?;
    Ok(Client {
        owner,
        live,
        target,
    })
}

fn refused(address: &Address, why: Refusal, target: &CredentialTarget) -> EngineError {
    let (file, path) = (&target.file, &target.path);
    let again = format!(
        "remove `{path}` from `{file}` and run `dcrsync apply`: it issues a new secret and retires the others"
    );
    let (reason, hint) = match why {
        Refusal::Unknown => (
            format!(
                "Okta has no secret like the one in `{file}`, so nobody knows which one is in use"
            ),
            again,
        ),
        Refusal::Inactive => (
            format!("the secret in `{file}` is deactivated in Okta"),
            "activate it in Okta's admin console".to_owned(),
        ),
        Refusal::Fails => (
            format!("the secret in `{file}` gets no token, so no other one is retired"),
            format!("`dcrsync verify {}` tells why", address.key()),
        ),
        Refusal::Hidden => (
            "a newer secret was issued, and Okta does not show it".to_owned(),
            "delete it in Okta's admin console, if nobody uses it".to_owned(),
        ),
    };
    EngineError::Rotate {
        address: address.clone(),
        reason,
        hint,
    }
}
