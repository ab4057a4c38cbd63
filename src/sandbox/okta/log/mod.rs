//! The System Log: what was done to the org, by whom, from where (<https://developer.okta.com/docs/api/openapi/okta-management/management/tag/SystemLog/>).

mod event;
mod history;
pub(crate) mod logs;

pub(crate) use history::{History, Target};
