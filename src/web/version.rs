use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};

use crate::status::Status;

/// Names each status by its content, so that a page knows whether it shows the newest.
#[derive(Default)]
pub(super) struct Versions {
    /// Many streams ask for the version of the same status.
    last: Mutex<Option<(Arc<Status>, String)>>,
}

impl Versions {
    /// The version of a status: equal ones have the same.
    pub(super) fn of(&self, status: &Arc<Status>) -> String {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, version)) = last.as_ref()
            && Arc::ptr_eq(known, status)
        {
            return version.clone();
        }
        // plain structs with text keys always have a JSON form
        let text = serde_json::to_vec(&**status).unwrap_or_default();
        let digest = Sha256::digest(&text);
        let version = data_encoding::HEXLOWER.encode(digest.get(..8).unwrap_or(&digest));
        *last = Some((Arc::clone(status), version.clone()));
        version
    }
}
