//! Signed JSON: what clients sign to prove who they are (RFC 7515, 7523) and that they hold a key (RFC 9449).
//!
//! Nothing here knows the org; times, keys and what was seen before come in as arguments.

mod jws;
mod memory;
mod proof;

pub(crate) use jws::{Jws, thumbprint};
pub(crate) use memory::Memory;
pub(crate) use proof::{ProofFault, Target, prove};

#[cfg(test)]
mod tests;
