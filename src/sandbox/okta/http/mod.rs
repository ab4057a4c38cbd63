//! What every operation shares: one request with its caller, its answer or its refusal.
//!
//! An operation is a plain function over the state and a [`Call`]; the wrappers in `serve` add what
//! Okta adds to all of them: authentication, rate limits, request ids.

mod access_token;
mod auth;
mod budget;
mod call;
mod caller;
mod filter;
mod ids;
mod page;
mod refusal;
mod reply;
mod scope;
mod serve;

pub(crate) use access_token::proof_refusal;
pub(crate) use auth::{bearer_of, digest};
use budget::Budgets;
pub(crate) use budget::TOKEN_SHARE;
pub(crate) use call::{Call, FetchedKeys};
pub(crate) use caller::Caller;
pub(crate) use filter::Filter;
pub(crate) use ids::{id, random_text, stamp};
pub(crate) use page::{Listed, Page, link, page};
pub(crate) use refusal::Refusal;
pub(crate) use reply::{Answer, Reply};
pub(crate) use scope::is_known;
pub(crate) use serve::{
    Context, admin_change, admin_look, no_method, no_route, open_change, open_look, preflight,
};
