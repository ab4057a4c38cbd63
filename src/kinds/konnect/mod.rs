//! The kinds of Konnect: DCR providers, auth strategies, portals, publications, apps, registrations.
//!
//! Objects that carry labels are marked as ours (`labels`); the others are matched by name alone.

pub mod app;
pub mod auth_strategy;
mod collection;
pub mod dcr_provider;
mod labels;
pub mod lookup;
pub mod portal;
pub mod publication;
pub mod registration;

pub use labels::SECRET as SECRET_LABEL;

use crate::plan::Cost;

/// Objects on one page of a list.
const PAGE: usize = crate::vendor::konnect::PAGE;

/// Konnect publishes no buckets; all calls count as one.
const COST: Cost = Cost {
    bucket: "api",
    create: 1,
    update: 1,
    delete: 1,
};
