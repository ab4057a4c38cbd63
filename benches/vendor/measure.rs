//! Runs one command and tells what it took.

use std::io::Read as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::Server;
use crate::work::Project;

/// What one process took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measured {
    /// Seconds from start to end.
    pub(crate) wall: f64,
    /// Seconds of processor time, user's and system's.
    pub(crate) cpu: f64,
    /// The largest resident memory, in MiB.
    pub(crate) peak: f64,
}

/// The shell tells the times of its child to the millisecond; the standard library does not.
const TIMED: &str = "TIMEFORMAT='%3U %3S'; time \"$@\" >/dev/null";

/// The key of the provider; Konnect takes letters, digits and `_` only, and the sandbox's tokens are random.
const KEY: &str = "a_key_of_the_bridge_0123456789";

/// Runs dcrsync in a project; the error is what it said.
pub(crate) fn run(project: &Project, server: &Server, args: &[&str]) -> Result<Measured, String> {
    let start = Instant::now();
    let mut child = Command::new("bash")
        .args(["-c", TIMED, "bash", env!("CARGO_BIN_EXE_dcrsync")])
        .args(args)
        .current_dir(project.folder.path())
        .env_clear()
        .env("HOME", project.folder.path())
        .env("OKTA_TOKEN", &server.okta_token)
        .env("KONNECT_TOKEN", &server.konnect_token)
        .env("DCR_TOKEN", KEY)
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("bash is there");
    let mut pipe = child.stderr.take().expect("it is piped");
    let reader = std::thread::spawn(move || {
        let mut said = String::new();
        let _ = pipe.read_to_string(&mut said);
        said
    });
    let mut peak: f64 = 0.0;
    let status = loop {
        peak = peak.max(high_water(child.id()));
        if let Some(status) = child.try_wait().expect("it is ours") {
            break status;
        }
        std::thread::sleep(Duration::from_millis(1));
    };
    let wall = start.elapsed().as_secs_f64();
    let said = reader.join().expect("it does not panic");
    if !status.success() {
        return Err(said);
    }
    let times = said.lines().last().unwrap_or_default();
    let cpu = times.split(' ').filter_map(|time| time.parse::<f64>().ok());
    Ok(Measured {
        wall,
        cpu: cpu.sum(),
        peak,
    })
}

/// The most memory that the shell's child has had so far; the kernel keeps that figure.
fn high_water(shell: u32) -> f64 {
    let children = format!("/proc/{shell}/task/{shell}/children");
    let children = std::fs::read_to_string(children).unwrap_or_default();
    let Some(child) = children.split_whitespace().next() else {
        return 0.0;
    };
    let exe = std::fs::read_link(format!("/proc/{child}/exe")).unwrap_or_default();
    // before it becomes dcrsync, it is a copy of the shell
    if !exe.ends_with("dcrsync") {
        return 0.0;
    }
    let status = std::fs::read_to_string(format!("/proc/{child}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
    kilobytes.unwrap_or(0.0) / 1024.0
}
