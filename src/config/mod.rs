//! Floor 1: the texts of the document's files to a checked tree and typed settings.
//!
//! Text → spanned tree ([`Node`](crate::base::Node)) → files merged → variables expanded → held to
//! the JSON Schema → typed settings → their checks; every step reports and goes on where it can.
//! The kinds' entries are typed a floor above, from the same tree.
//!
//! No I/O, no environment, no clock: the caller hands in texts and values.

mod checks;
mod codes;
mod document;
mod entry;
mod freezes;
mod merge;
mod misread;
mod parse;
mod plain_secret;
mod schema;
mod sections;
mod settings;
pub mod shape;
mod tree;
mod vars;

pub use codes::CODES;
pub use document::{Document, Frame, Input, load};
pub use entry::{EntryCommon, Ignore, State};
pub use freezes::{FreezeError, FreezeFault, Freezes, Frozen};
pub use parse::MAX_BYTES;
pub use schema::{admit_variables, share_parts, tidy_schema};
pub use sections::Sections;
pub use settings::{
    Alert, BasicAccess, Command, Endpoint, Freeze, Guard, Interval, KonnectSettings, Mode,
    OktaAuth, OktaOAuth, OktaSettings, PageAccess, PageTls, PagerDuty, Percent, SecretSettings,
    Settings, SeverityRule, Slack, Teams, Timeouts, Var, Verify, Watch, Webhook, settings_schema,
};
pub use vars::Vars;

#[cfg(test)]
mod tests;
