use std::fmt;

use serde::Deserialize;

use crate::base::Secret;

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

impl<'de> Deserialize<'de> for Named {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let file = SeedFile::deserialize(deserializer)?;
        Ok(Self {
            servers: file.servers,
            portals: file.portals,
            apis: file.apis,
            developers: file
                .developers
                .into_iter()
                .map(|entry| (entry.portal, entry.email, entry.password.map(Secret::new)))
                .collect(),
            teams: file
                .teams
                .into_iter()
                .map(|entry| (entry.portal, entry.name))
                .collect(),
        })
    }
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

/// A seed file as it is written: names, and entries for what belongs to a portal.
#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
#[derive(Default)]
struct SeedFile {
    servers: Vec<String>,
    portals: Vec<String>,
    apis: Vec<String>,
    developers: Vec<DeveloperEntry>,
    teams: Vec<TeamEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeveloperEntry {
    portal: String,
    email: String,
    /// Sandbox accounts are throw-away, so a seed file may hold a password; a document may not.
    password: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TeamEntry {
    portal: String,
    name: String,
}
