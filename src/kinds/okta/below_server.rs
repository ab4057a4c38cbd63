use serde_json::Value as Json;

use super::authorization_server::at;
use crate::kinds::{KindError, Readers, Task, Writers, wire};
use crate::plan::Live;
use crate::vendor::VendorError;

/// A collection of an authorization server whose objects are made by POST and replaced by PUT.
#[derive(Clone, Copy)]
pub(super) struct BelowServer {
    /// The last segment of its path, `scopes`.
    pub(super) name: &'static str,
    /// The page size to ask for; Okta does not page all of its collections.
    pub(super) page: Option<&'static str>,
    /// Reads one object of the server with this id.
    pub(super) live: fn(Json, &str) -> Live,
    /// Writes one, over the live one where there is one.
    pub(super) body: fn(&Task<'_>, Option<&Live>) -> Json,
}

impl BelowServer {
    pub(super) async fn list(
        self,
        readers: &Readers,
        server: Option<&Live>,
    ) -> Result<Vec<Live>, VendorError> {
        let Some(server) = server else {
            return Ok(Vec::new());
        };
        let query: Vec<(&str, &str)> = self.page.map(|page| ("limit", page)).into_iter().collect();
        let objects = readers
            .okta
            .list(&at(&server.id, &[self.name]), &query)
            .await?;
        Ok(objects
            .into_iter()
            .map(|object| (self.live)(object, &server.id))
            .collect())
    }

    pub(super) async fn read(
        self,
        readers: &Readers,
        live: &Live,
    ) -> Result<Option<Live>, VendorError> {
        let Some(server) = &live.parent else {
            return Ok(None);
        };
        let path = at(server, &[self.name, &live.id]);
        let object = readers.okta.get(&path).await?;
        Ok(object.map(|object| (self.live)(object, server)))
    }

    pub(super) async fn create(
        self,
        writers: &Writers,
        task: &Task<'_>,
    ) -> Result<Live, KindError> {
        let server = task.parent_id()?;
        let body = (self.body)(task, None);
        let made = writers.okta.post(&at(&server, &[self.name]), &body).await;
        made.map(|object| (self.live)(object, &server))
            .map_err(KindError::vendor("create", task))
    }

    pub(super) async fn update(
        self,
        writers: &Writers,
        task: &Task<'_>,
        live: &Live,
    ) -> Result<Live, KindError> {
        let server = server_of(task, live)?;
        let mut body = (self.body)(task, Some(live));
        // Okta answers null for what is not set, and its contract takes none back
        wire::drop_nulls(&mut body);
        let path = at(&server, &[self.name, &live.id]);
        let put = writers.okta.put(&path, &body).await;
        put.map(|object| (self.live)(object, &server))
            .map_err(KindError::vendor("update", task))
    }

    pub(super) async fn delete(
        self,
        writers: &Writers,
        task: &Task<'_>,
        live: &Live,
    ) -> Result<(), KindError> {
        let server = server_of(task, live)?;
        let done = writers
            .okta
            .delete(&at(&server, &[self.name, &live.id]))
            .await;
        done.map_err(KindError::vendor("delete", task))
    }
}

/// The vendor's id of the server that an object hangs on, also when the document does not declare it.
fn server_of(task: &Task<'_>, live: &Live) -> Result<String, KindError> {
    match &live.parent {
        Some(server) => Ok(server.clone()),
        None => task.parent_id(),
    }
}
