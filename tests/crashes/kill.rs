use std::fmt;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::json;

use crate::common::Test;
use crate::tools;

/// The system calls around the write of a file, as strace names them on whatever machine: before it
/// (folder, lock), between the scratch file and the rename, and after that.
const CALLS: [&str; 7] = [
    "?mkdir,?mkdirat",
    "flock",
    "fchmod",
    "fsync",
    "?rename,?renameat,?renameat2",
    "?link,?linkat",
    "?unlink,?unlinkat",
];

/// More than any run here does of one sort.
const TOO_MANY: u32 = 80;

/// Where a run is killed.
#[derive(Debug, Clone, Copy)]
pub enum Kill<'a> {
    /// At the nth request to such a path: `hang` before the vendor did it, `hang_after` when it did.
    Request {
        path: &'a str,
        effect: &'static str,
        nth: u32,
    },
    /// As it enters the nth system call of a sort.
    Call { sort: &'static str, nth: u32 },
}

impl fmt::Display for Kill<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Request { effect, nth, .. } => write!(f, "{effect} at request {nth}"),
            Self::Call { sort, nth } => write!(f, "killed at {sort} {nth}"),
        }
    }
}

impl Kill<'_> {
    /// Starts a command and kills it there; tells whether it got so far.
    pub fn strikes(&self, test: &Test, args: &[&str]) -> bool {
        match self {
            Self::Request { path, effect, nth } => {
                let vendors = test.vendors();
                vendors.forget();
                vendors.fault(&json!([{ "path": path, "effect": effect, "nth": nth }]));
                let mut running = test.begin(args);
                let struck = loop {
                    // whom nothing strikes ends by itself
                    let ended = running.has_ended();
                    if vendors.has_struck() {
                        running.signal("KILL");
                        break true;
                    }
                    if ended {
                        break false;
                    }
                    std::thread::sleep(Duration::from_millis(10));
                };
                let _ = running.end();
                vendors.heal();
                struck
            }
            Self::Call { sort, nth } => {
                let inject = format!("inject={sort}:signal=SIGKILL:when={nth}");
                let strace = strace().expect("asked for before");
                // each thread is counted by itself; files are written by the first one
                let tracer = [
                    strace,
                    "-f",
                    "-qq",
                    "-o",
                    "/dev/null",
                    "--seccomp-bpf",
                    "-e",
                    &inject,
                ];
                test.begin_under(&tracer, args).end().code.is_none()
            }
        }
    }
}

/// Where strace is, if it may trace here.
fn strace() -> Option<&'static str> {
    let places = ["/usr/bin/strace", "/bin/strace", "/usr/local/bin/strace"];
    places.into_iter().find(|program| {
        let mut probe = Command::new(program);
        probe.args(["-qq", "-o", "/dev/null", "true"]);
        let ran = probe.stdout(Stdio::null()).stderr(Stdio::null()).status();
        ran.is_ok_and(|status| status.success())
    })
}

/// Kills at each place in turn. A case tells whether the place was there; after the last one of a sort
/// it is not.
pub fn everywhere(path: &str, mut case: impl FnMut(Kill<'_>) -> bool) {
    let mut requests = 0;
    for effect in ["hang", "hang_after"] {
        requests += sweep(|nth| case(Kill::Request { path, effect, nth }));
    }
    assert!(requests > 5, "{requests} requests only");
    if strace().is_none() {
        tools::skipped(
            "deaths around the write of a file",
            "strace cannot trace here",
        );
        return;
    }
    let mut calls = 0;
    for sort in CALLS {
        calls += sweep(|nth| case(Kill::Call { sort, nth }));
    }
    assert!(
        calls > if all() { 5 } else { 0 },
        "{calls} system calls only"
    );
    println!("killed at {requests} requests and {calls} system calls");
}

/// Whether every place is to be struck.
pub fn all() -> bool {
    std::env::var("DCRSYNC_CRASHES").is_ok_and(|which| which == "all")
}

/// Some of the places; all of them where `DCRSYNC_CRASHES=all`, which takes minutes.
fn sweep(mut case: impl FnMut(u32) -> bool) -> u32 {
    let step = if all() { 1 } else { 6 };
    let places = (1..TOO_MANY).step_by(step);
    let last = places.take_while(|&nth| case(nth)).last().unwrap_or(0);
    assert!(last + 6 < TOO_MANY, "it never gets through");
    last
}
