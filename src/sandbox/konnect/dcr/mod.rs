//! Dynamic client registration: providers, and what is done at them over HTTP.

pub(super) mod enrolment;
pub(super) mod okta_registrar;
pub(super) mod provider;
pub(super) mod provider_tables;
pub(super) mod registrar;
