use serde_json::Value as Json;

use crate::kinds::{KindError, Readers, Task, Writers};
use crate::plan::Live;
use crate::vendor::{VendorError, path};

/// A collection of Konnect whose objects are made by POST and changed by PATCH.
#[derive(Clone, Copy)]
pub(super) struct Collection {
    /// The segments of its path.
    pub(super) path: [&'static str; 2],
    /// Reads one object.
    pub(super) live: fn(Json) -> Live,
    /// Writes one: all of a new one, what is declared of one that is there.
    pub(super) body: fn(&Task<'_>, Option<&Live>) -> Result<Json, KindError>,
}

impl Collection {
    /// The path of one object.
    pub(super) fn at(self, id: &str) -> String {
        let [version, name] = self.path;
        path(&[version, name, id])
    }

    pub(super) async fn list(self, readers: &Readers) -> Result<Vec<Live>, VendorError> {
        let objects = readers.konnect.list(&path(&self.path), &[]).await?;
        Ok(objects.into_iter().map(self.live).collect())
    }

    pub(super) async fn read(
        self,
        readers: &Readers,
        live: &Live,
    ) -> Result<Option<Live>, VendorError> {
        let object = readers.konnect.get(&self.at(&live.id)).await?;
        Ok(object.map(self.live))
    }

    pub(super) async fn create(
        self,
        writers: &Writers,
        task: &Task<'_>,
    ) -> Result<Live, KindError> {
        let body = (self.body)(task, None)?;
        let made = writers.konnect.post(&path(&self.path), &body).await;
        made.map(self.live)
            .map_err(KindError::vendor("create", task))
    }

    pub(super) async fn update(
        self,
        writers: &Writers,
        task: &Task<'_>,
        live: &Live,
    ) -> Result<Live, KindError> {
        let body = (self.body)(task, Some(live))?;
        let patched = writers.konnect.patch(&self.at(&live.id), &body).await;
        patched
            .map(self.live)
            .map_err(KindError::vendor("update", task))
    }

    pub(super) async fn delete(
        self,
        writers: &Writers,
        task: &Task<'_>,
        live: &Live,
    ) -> Result<(), KindError> {
        let done = writers.konnect.delete(&self.at(&live.id)).await;
        done.map_err(KindError::vendor("delete", task))
    }
}
