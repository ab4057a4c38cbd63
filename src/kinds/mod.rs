//! Floor 2: the kinds, one folder each, and the registry that everything else is derived from.
//!
//! A kind says how its entry is written ([`Kind::Spec`]), which objects the entry declares, and how
//! its objects are listed, created, updated and deleted at the vendor. Comparing, ordering, guarding
//! and printing are generic and live in [`plan`](crate::plan).

mod access;
pub mod client_secret;
mod codes;
mod entry;
mod erased;
mod error;
pub mod konnect;
pub mod okta;
mod registry;
mod task;
mod wire;
mod witness;
#[cfg(test)]
mod workbench;

pub use access::{PortalAccess, Readers, Writers};
pub use codes::CODES;
pub use entry::{Entry, Out};
pub use erased::AnyKind;
pub use error::KindError;
pub use registry::{find, infos, registry};
pub use task::{Objects, Task};
pub use witness::Witness;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use crate::plan::{KindInfo, Live};
use crate::vendor::VendorError;

/// One kind of object at one vendor. The module's doc comment is its reference page.
pub trait Kind: Send + Sync + 'static {
    /// What the differ has to know.
    const INFO: KindInfo;
    /// Where its entries stand in the document; `*` is a name. Empty for kinds that are only looked up.
    const SECTION: &'static [&'static str];
    /// One sentence for the reference and the schema.
    const TITLE: &'static str;
    /// A document, without its head, that declares one object of the kind and all that it needs.
    const EXAMPLE: &'static str;
    /// Fields that must be there even in an entry that says `state: absent`: they name the object.
    const ALWAYS: &'static [&'static str] = &[];
    /// Whether the vendor takes a second object of the same natural key.
    const DOUBLES: bool = false;
    /// An object of this kind that the vendor puts into each list and that nobody can delete.
    const NEVER_MISSING: Option<&'static str> = None;
    /// Objects that one answer to a list holds at most; the lists of some collections have no pages.
    const PAGE: usize = usize::MAX;
    /// One entry as written; fields that only matter while the object is wanted are `Option`s.
    type Spec: DeserializeOwned + JsonSchema + Send;

    /// Turns an entry into the objects that it declares.
    fn declare(entry: &Entry<'_, Self::Spec>, out: &mut Out<'_>);

    /// What a live object tells of other kinds, besides the objects that its fields point at.
    fn witnesses(live: &Live) -> Vec<Witness> {
        let _ = live;
        Vec::new()
    }

    /// The path of one object, for asking whether it is there although a list denies it.
    fn at(id: &str, parent: Option<&str>) -> Option<String> {
        let _ = (id, parent);
        None
    }

    /// Lists all objects (of one parent); never one request per object.
    fn list(
        readers: &Readers,
        parent: Option<&Live>,
    ) -> impl Future<Output = Result<Vec<Live>, VendorError>> + Send;

    /// Reads one object again; `None` when it is gone.
    fn read(
        readers: &Readers,
        live: &Live,
    ) -> impl Future<Output = Result<Option<Live>, VendorError>> + Send {
        let _ = (readers, live);
        std::future::ready(Ok(None))
    }

    /// Makes the object.
    fn create(
        writers: &Writers,
        task: &Task<'_>,
    ) -> impl Future<Output = Result<Live, KindError>> + Send {
        let _ = writers;
        std::future::ready(Err(KindError::not_writable(task)))
    }

    /// Changes the object that is there (adopting it, where it has no owner yet).
    fn update(
        writers: &Writers,
        task: &Task<'_>,
        live: &Live,
    ) -> impl Future<Output = Result<Live, KindError>> + Send {
        let _ = (writers, live);
        std::future::ready(Err(KindError::not_writable(task)))
    }

    /// Deletes the object; one that is gone already counts as deleted.
    fn delete(
        writers: &Writers,
        task: &Task<'_>,
        live: &Live,
    ) -> impl Future<Output = Result<(), KindError>> + Send {
        let _ = (writers, live);
        std::future::ready(Err(KindError::not_writable(task)))
    }
}
