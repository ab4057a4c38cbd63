//! The kinds of Okta: authorization servers and what hangs on them, and clients.
//!
//! Okta objects carry no labels, so nothing marks an owner: what is not declared stays as it is.

pub mod authorization_server;
mod below_server;
pub mod claim;
pub mod client;
pub mod policy;
pub mod policy_rule;
mod priority;
pub mod scope;

use crate::base::KindName;
use crate::plan::Cost;

/// The section of the authorization servers.
pub(super) const SERVER: &str = "authorization_servers";

/// Objects on one page of a list that has pages.
const PAGE: usize = 200;

/// All of `/api/v1/authorizationServers/**` shares one bucket with most other management calls.
const COST: Cost = Cost {
    bucket: "/api/v1",
    create: 1,
    update: 1,
    delete: 1,
};

/// A policy or rule is placed among its siblings as they are in that moment, so they are read first.
const ORDERED: Cost = Cost {
    create: 2,
    update: 2,
    ..COST
};

/// The address of the authorization server that an entry stands in.
fn server(name: &str) -> crate::base::Address {
    AUTHORIZATION_SERVER.at(name)
}

const AUTHORIZATION_SERVER: KindName = KindName::new("okta.authorization_server");
