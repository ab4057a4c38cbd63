//! What a fresh sandbox holds besides the built-in pair of accounts.
//!
//! A document only names things: [`Named`] has them made. A seed file describes a whole world:
//! [`Seed`] is its form, and `plant` makes it by requests to the emulated vendors themselves, without
//! a network in between, so that nothing can be seeded that a client could not have made.

mod hand;
mod konnect;
mod listed;
mod okta;
mod plant;
mod shape;

use std::fmt;

use crate::base::Secret;

pub use hand::Hand;
use listed::Listed;
pub(super) use plant::plant;
pub use shape::Seed;

/// The password of developers for whom none is given.
pub(super) const DEFAULT_PASSWORD: &str = "sandbox";

/// Things that a document only names and that must be there before it can run.
#[derive(Debug, Clone, Default)]
pub struct Named {
    /// Names of authorization servers.
    pub servers: Vec<String>,
    /// Names of portals.
    pub portals: Vec<String>,
    /// Names of APIs.
    pub apis: Vec<String>,
    /// Portal, e-mail address and password (`sandbox` where it is missing) of developers.
    pub developers: Vec<(String, String, Option<Secret>)>,
    /// Portal and name of teams.
    pub teams: Vec<(String, String)>,
}

/// One line of the note that says what a seed made.
pub(super) struct Made<'a>(
    pub(super) &'a str,
    pub(super) &'a str,
    pub(super) Option<&'a str>,
);

impl fmt::Display for Made<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(what, name, portal) = self;
        write!(f, "made {what} `{name}`")?;
        portal.map_or(Ok(()), |portal| write!(f, " in portal `{portal}`"))
    }
}
