//! The form of requests and answers: tables for bodies, problems, pages with filters and sorts.

pub(super) mod body;
mod filter;
pub(super) mod labels;
pub(super) mod listing;
pub(super) mod problem;
pub(super) mod sent;
pub(super) mod shape;
