//! The secrets of one client: issued, kept and retired in one way, whoever issues them.
//!
//! Okta holds two at most, so that one can be replaced while the other still works. Nothing here
//! decides: a [`Rotation`] says what is to be done, and what it names is held once more against the
//! secret in the file before it is retired.

mod issued;

pub use issued::{Issued, observe_of_portal, of_okta};
pub(in crate::kinds) use issued::{handles, matched};

use super::{KindError, Task};
use crate::base::Secret;

/// What is done to the secrets of one client; decided when it was planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rotation {
    /// One is issued and kept; those that are named make room before that.
    Issue {
        /// Ids of secrets that nobody needs.
        room: Vec<String>,
    },
    /// One that was issued already is kept: the run that issued it did not get so far.
    Keep {
        /// Its id.
        id: String,
    },
    /// The named ones are retired.
    Retire {
        /// Their ids.
        ids: Vec<String>,
    },
}

/// Who issues the secrets of one client.
pub(in crate::kinds) trait Issuer: Sync {
    /// All that there are, the oldest first.
    fn issued(&self) -> impl Future<Output = Result<Vec<Issued>, KindError>> + Send;

    /// Issues one more: the client's id and the secret.
    fn issue(&self) -> impl Future<Output = Result<(String, Secret), KindError>> + Send;

    /// Retires one for good.
    fn retire(&self, one: &Issued) -> impl Future<Output = Result<(), KindError>> + Send;
}

/// Carries out what the task's rotation says.
pub(in crate::kinds) async fn rotate(
    vendor: &impl Issuer,
    task: &Task<'_>,
    rotation: &Rotation,
) -> Result<(), KindError> {
    let issued = vendor.issued().await?;
    match rotation {
        Rotation::Issue { room } => {
            retire(vendor, task, &issued, room).await?;
            let (client_id, secret) = vendor.issue().await?;
            task.keep(&client_id, secret)
        }
        Rotation::Keep { id } => {
            let value = issued.iter().find(|one| one.id == *id);
            let value = value.and_then(|one| one.value.clone());
            let kept = task.kept()?;
            match (value, kept) {
                (Some(value), Some(kept)) => task.keep(&kept.client_id, value),
                _ => Err(changed(task)),
            }
        }
        Rotation::Retire { ids } => retire(vendor, task, &issued, ids).await,
    }
}

/// Retires what is named, unless the file's own secret is not there any more, or is among them.
async fn retire(
    vendor: &impl Issuer,
    task: &Task<'_>,
    issued: &[Issued],
    ids: &[String],
) -> Result<(), KindError> {
    if ids.is_empty() {
        return Ok(());
    }
    let kept = task.kept()?.ok_or_else(|| changed(task))?;
    let own = issued.iter().find(|one| one.is(&kept.client_secret));
    let own = own.filter(|own| own.active && !ids.contains(&own.id));
    if own.is_none() {
        return Err(changed(task));
    }
    for one in issued.iter().filter(|one| ids.contains(&one.id)) {
        vendor.retire(one).await?;
    }
    Ok(())
}

/// Replaces a lost secret: nobody has the others, so they are retired, and none is waited for.
pub(in crate::kinds) async fn renew(
    vendor: &impl Issuer,
    task: &Task<'_>,
) -> Result<(), KindError> {
    let mut old = vendor.issued().await?;
    // the oldest makes room; its value is not in our file, or this would not run
    while old.len() > 1 {
        vendor.retire(&old.remove(0)).await?;
    }
    let (client_id, secret) = vendor.issue().await?;
    // whole only after the last of the others is gone: who dies in between is renewed once more
    task.begin(&secret)?;
    for one in &old {
        vendor.retire(one).await?;
    }
    task.keep(&client_id, secret)
}

fn changed(task: &Task<'_>) -> KindError {
    KindError::Impossible {
        address: task.address().clone(),
        reason: "its secrets were changed by somebody since they were read; nothing was retired, run it again".to_owned(),
    }
}

#[cfg(test)]
mod tests;
