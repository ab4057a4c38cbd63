//! The org as a client sees it: a started server and plain HTTP.

mod access;
mod apps;
mod claims;
mod clients;
mod key;
mod log;
mod policies;
mod published_keys;
mod scopes;
mod servers;
mod service;
mod shares;
mod terraform;
mod tokens;
mod world;
