//! Application auth strategies.

pub(super) mod strategy;
pub(super) mod strategy_checks;
pub(super) mod strategy_routes;
pub(super) mod strategy_tables;
