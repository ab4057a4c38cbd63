use std::collections::{BTreeMap, HashMap};

use data_encoding::HEXLOWER;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::base::{Address, Value};
use crate::status::{Actor, Difference, Moved};

/// What was last seen of one document's objects.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Memory {
    /// The digest of the document.
    pub(super) digest: Option<String>,
    /// The declared objects, by address.
    pub(super) objects: BTreeMap<Address, Remembered>,
    /// The newest event of Okta's System Log that was read.
    #[serde(default)]
    pub(super) log_read: Option<Timestamp>,
    /// The differences that are there, and those that were there lately.
    pub(super) differences: BTreeMap<Address, Known>,
}

/// One declared object.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Remembered {
    /// The vendor's id, as long as it was there.
    pub(super) id: Option<String>,
    /// Digests of what the document wanted.
    pub(super) wanted: BTreeMap<String, String>,
    /// Digests of what was live, where that was something else.
    pub(super) live: BTreeMap<String, String>,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Known {
    pub(super) moved: Moved,
    pub(super) actor: Option<Actor>,
    pub(super) since: Timestamp,
    /// How often it came.
    pub(super) times: u64,
    /// How often we mended it since the document last changed there.
    pub(super) mended: u64,
    /// When it went, if it is not there.
    pub(super) gone: Option<Timestamp>,
    /// As it was seen last.
    pub(super) last: Difference,
}

/// A difference that did not come back for so long is forgotten.
const FORGOTTEN_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// So many times a difference is mended; then it is left to people.
const FIGHT: u64 = 3;

impl Memory {
    /// Reads what [`to_text`](Self::to_text) wrote; what cannot be read is as if nothing had been seen.
    pub fn from_text(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }

    /// The memory as text.
    pub fn to_text(&self) -> String {
        // maps with texts as keys and plain data: nothing in it can fail
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Tells whether nothing was ever seen.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// How far Okta's System Log was read.
    pub fn log_read(&self) -> Option<Timestamp> {
        self.log_read
    }

    /// Notes how far Okta's System Log was read.
    pub fn log_was_read(&mut self, until: Option<Timestamp>) {
        self.log_read = until.or(self.log_read);
    }

    /// The vendor's id of an object that was there when it was last seen.
    pub fn id(&self, address: &Address) -> Option<&str> {
        self.objects.get(address)?.id.as_deref()
    }

    /// The vendor's ids of all objects that were there.
    pub fn ids(&self) -> HashMap<String, Address> {
        let objects = self.objects.iter();
        let ids =
            objects.filter_map(|(address, object)| Some((object.id.clone()?, address.clone())));
        ids.collect()
    }

    /// Notes that we made these objects as the document says; `made` has the ids of new ones.
    pub fn applied(
        &mut self,
        written: &[Address],
        made: &HashMap<Address, String>,
        now: Timestamp,
    ) {
        for address in written {
            if let Some(known) = self.differences.get_mut(address) {
                known.gone = Some(now);
                if known.moved != Moved::Document {
                    known.mended += 1;
                }
            }
            if let Some(object) = self.objects.get_mut(address) {
                object.live.clear();
                if let Some(id) = made.get(address) {
                    object.id = Some(id.clone());
                }
            }
        }
    }

    /// Tells whether somebody changes back what we change.
    pub fn is_fight(&self, address: &Address) -> bool {
        self.differences
            .get(address)
            .is_some_and(|known| known.gone.is_none() && known.mended >= FIGHT)
    }

    /// Forgets differences that did not come back.
    pub(super) fn forget(&mut self, now: Timestamp) {
        self.differences.retain(|_, known| {
            known
                .gone
                .is_none_or(|gone| now.duration_since(gone) < FORGOTTEN_AFTER)
        });
    }
}

/// Short, and the same for equal values: enough to see whether something moved.
pub(super) fn digest(value: &Value) -> String {
    let digest = Sha256::digest(format!("{value:?}").as_bytes());
    HEXLOWER.encode(digest.get(..8).unwrap_or_default())
}
