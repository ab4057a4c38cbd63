//! Floor 3: the shell around the pure parts: load, observe, plan, apply, prove, verify.
//!
//! It joins the document (`config`), the kinds, the secrets and the vendors. Observing lists
//! collections with readers that cannot write; planning is pure; applying runs the dependency graph
//! with writers; proving observes again. No kind is named here but in `checks`, where meaning is
//! compared across both systems.

mod access;
mod apply;
mod board;
mod checks;
mod claims;
mod codes;
mod credible;
mod declare;
mod error;
mod execute;
mod file_lock;
mod forecast;
mod http;
pub mod input;
mod inventory;
mod keeper;
mod known;
mod load;
mod needs;
mod observe;
mod okta_scopes;
mod ordering;
mod outcome;
mod planning;
mod progress;
mod prove;
mod recover;
mod references;
mod resolve;
mod rotate;
mod run_lock;
mod schema;
mod vault;
mod verify;

pub use access::{Addresses, Engine, Options};
pub use apply::Stop;
pub use codes::CODES;
pub use error::{EngineError, ExitKind};
pub use file_lock::{FileLock, FileLockError, Holder};
pub use inventory::{Holding, Since};
pub use load::{Checked, Loaded, load};
pub use needs::Needs;
pub use outcome::{ApplyReport, Outcome};
pub use planning::{Planned, Reading};
pub use progress::{Progress, Silent};
pub use rotate::{NewToken, Rotate, Stage};
pub use run_lock::{LockError, RunLock, state_folder};
pub use schema::schema;
pub use verify::{Verdict, VerdictStep};

#[cfg(test)]
mod tests;
