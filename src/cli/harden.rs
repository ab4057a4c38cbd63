//! Keeps what is in memory from everybody else: no core dump, no panic message with a secret in it.

use std::any::Any;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::Write;
use std::panic::{self, PanicHookInfo};

use crate::base::{printable, scrub_for_all};

/// Does what a process can do for its own memory; what the system does not let it do is left.
pub(super) fn process() {
    no_dumps();
    panic::set_hook(Box::new(told));
}

/// No core file, and nobody but root may read our memory or environment below `/proc`.
#[cfg(target_os = "linux")]
fn no_dumps() {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};

    limit();
    // a system that knows no such call has the limit all the same
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
}

#[cfg(all(unix, not(target_os = "linux")))]
fn no_dumps() {
    limit();
}

#[cfg(not(unix))]
fn no_dumps() {}

/// Core files of no length, for this process and those that it starts.
#[cfg(unix)]
fn limit() {
    use rustix::process::{Resource, Rlimit, setrlimit};

    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    let _ = setrlimit(Resource::Core, none);
}

/// Tells of a panic without the secrets that its message may hold.
fn told(info: &PanicHookInfo<'_>) {
    let message = scrubbed(text(info.payload()));
    let place = info
        .location()
        .map_or(String::new(), |place| format!(" at {place}"));
    let mut out = std::io::stderr().lock();
    // where nothing can be told, nobody can be told that either
    let _ = writeln!(
        out,
        "dcrsync has a defect{place}: {}\nhint: run the command again: it goes on where it ended; and report this",
        printable(&message)
    );
    let backtrace = Backtrace::capture();
    if backtrace.status() == BacktraceStatus::Captured {
        let _ = writeln!(out, "{backtrace}");
    }
}

fn text(payload: &(dyn Any + Send)) -> &str {
    payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}

fn scrubbed(message: &str) -> String {
    scrub_for_all(message).unwrap_or_else(|| "(its message is withheld)".to_owned())
}

#[cfg(test)]
mod tests;
