//! The client's secrets by Okta's own API.

use serde_json::{Value as Json, json};

use super::wire::at;
use crate::base::Secret;
use crate::kinds::client_secret::{Issued, Issuer, of_okta};
use crate::kinds::{KindError, Task, Writers};
use crate::plan::Live;

/// Issues and retires the secrets of one client of ours.
pub(super) struct OktaSecrets<'a> {
    pub(super) writers: &'a Writers,
    pub(super) task: &'a Task<'a>,
    pub(super) live: &'a Live,
}

impl OktaSecrets<'_> {
    fn path(&self, below: &[&str]) -> String {
        at(
            &self.live.id,
            &[&["credentials", "secrets"], below].concat(),
        )
    }
}

impl Issuer for OktaSecrets<'_> {
    async fn issued(&self) -> Result<Vec<Issued>, KindError> {
        of_okta(self.writers.okta.reader(), &self.live.id)
            .await
            .map_err(KindError::vendor("tell the secrets of", self.task))?
            .ok_or_else(|| self.task.missing("its client in Okta"))
    }

    async fn issue(&self) -> Result<(String, Secret), KindError> {
        let made: Json = self
            .writers
            .okta
            .post(&self.path(&[]), &json!({}))
            .await
            .map_err(KindError::vendor("renew the secret of", self.task))?;
        let secret = Secret::new(self.task.answered(&made, "client_secret")?);
        let client_id = self.live.field("client_id").as_text();
        Ok((client_id.unwrap_or(&self.live.id).to_owned(), secret))
    }

    /// Okta deletes inactive ones only.
    async fn retire(&self, one: &Issued) -> Result<(), KindError> {
        let okta = &self.writers.okta;
        let done = async {
            if one.active {
                okta.act(&self.path(&[&one.id, "lifecycle", "deactivate"]))
                    .await?;
            }
            okta.delete(&self.path(&[&one.id])).await
        };
        done.await
            .map_err(KindError::vendor("retire a secret of", self.task))
    }
}
