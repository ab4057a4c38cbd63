//! What hangs on portals and APIs and matters to third-party clients alone: pages, snippets,
//! documents, versions, settings. Plain create, read, update, delete by the contract, no deeper
//! behaviour; and empty answers for what is not emulated but asked by each full read.

pub(super) mod absent;
pub(super) mod child;
pub(super) mod collections;
pub(super) mod routes;
pub(super) mod settings;
