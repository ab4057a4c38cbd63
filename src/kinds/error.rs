use crate::base::{Address, StoreError};
use crate::vendor::VendorError;

use super::Task;

/// Says why one object could not be written.
#[derive(Debug, thiserror::Error)]
pub enum KindError {
    /// The vendor did not do it.
    #[error("the vendor did not {verb} `{address}`")]
    Vendor {
        /// What was tried.
        verb: &'static str,
        /// The object.
        address: Address,
        /// What the vendor, or the way to it, said.
        #[source]
        source: VendorError,
    },
    /// Issued credentials could not be kept.
    #[error(
        "`{address}` was made, but its credentials could not be kept; the next apply issues new ones"
    )]
    Store {
        /// The object.
        address: Address,
        /// Why.
        #[source]
        source: StoreError,
    },
    /// Something that had to be there first is not.
    #[error("`{address}` needs `{needed}`, which is not there")]
    Missing {
        /// The object.
        address: Address,
        /// What it needs.
        needed: String,
    },
    /// The vendor's answer lacks what it must have.
    #[error("the vendor's answer about `{address}` has no `{field}`")]
    Answer {
        /// The object.
        address: Address,
        /// What is missing.
        field: &'static str,
    },
    /// A guard said no at the last moment.
    #[error("`{address}` was not deleted: {reason}")]
    Guarded {
        /// The object.
        address: Address,
        /// Which guard.
        reason: String,
    },
    /// The vendor offers no way to do it.
    #[error("`{address}` cannot be changed so: {reason}")]
    Impossible {
        /// The object.
        address: Address,
        /// Why, and the way out.
        reason: String,
    },
}

impl KindError {
    /// Wraps what the vendor said.
    pub fn vendor(verb: &'static str, task: &Task<'_>) -> impl FnOnce(VendorError) -> Self {
        let address = task.address().clone();
        move |source| Self::Vendor {
            verb,
            address,
            source,
        }
    }

    /// Says that a kind is only looked up.
    pub(super) fn not_writable(task: &Task<'_>) -> Self {
        Self::Impossible {
            address: task.address().clone(),
            reason: "dcrsync only looks it up".to_owned(),
        }
    }

    /// What the vendor said, if it was the vendor.
    pub fn as_vendor(&self) -> Option<&VendorError> {
        match self {
            Self::Vendor { source, .. } => Some(source),
            Self::Store { .. }
            | Self::Missing { .. }
            | Self::Answer { .. }
            | Self::Guarded { .. }
            | Self::Impossible { .. } => None,
        }
    }
}
