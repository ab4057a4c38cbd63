//! The org as a client sees it: a started server and plain HTTP.

mod access;
mod apps;
mod claims;
mod clients;
mod policies;
mod scopes;
mod servers;
mod tokens;
mod world;
