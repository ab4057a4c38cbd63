use std::process::ExitCode;

/// How a run ended, as scripts are told it. The only table of exit codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// Nothing to do, or done.
    Fine = 0,
    /// A bad document, bad arguments, or a vendor that refused.
    Error = 1,
    /// Changes or drift were found by a command that was asked to tell so.
    Changes = 2,
    /// A part was applied; the report names it.
    Partial = 3,
    /// A vendor could not be reached, or would not let us in.
    Unreachable = 4,
    /// A guard said no: a stale plan, too many deletes, a protected object, a foreign owner, another run.
    Refused = 5,
}

/// The table for the help page.
pub(super) const EXIT_CODES: &str = "\
Exit codes:
  0  fine: nothing to do, or done
  1  error: bad document, bad arguments, refused by a vendor
  2  changes or drift found (`plan --detailed-exitcode`)
  3  partly applied; the report names what was done
  4  a vendor could not be reached, or would not let us in
  5  refused by a guard: stale plan, too many deletes, protected, foreign owner, another run";

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
