//! Messages as their receivers want them; pure.
//!
//! What vendors reported, and people typed there, is in these texts. Each format therefore keeps it from
//! being read as markup: nobody is mentioned, linked or formatted by the name of a scope.

mod clip;
mod cloud_event;
mod facts;
mod pagerduty;
mod signature;
mod slack;
mod teams;

pub(super) use cloud_event::{CONTENT_TYPE, cloud_event};
pub(super) use facts::headline;
pub(super) use pagerduty::pagerduty;
pub(super) use signature::sign;
pub(super) use slack::slack;
pub(super) use teams::teams;

#[cfg(test)]
mod tests;
