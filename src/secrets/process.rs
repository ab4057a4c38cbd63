use std::ffi::OsStr;
use std::io::{ErrorKind, Read, Write};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::secrets::Environment;

/// A password manager or a smart card may ask its user first.
const PATIENCE: Duration = Duration::from_mins(1);
/// Keys are a few hundred bytes.
const LIMIT: u64 = 1024 * 1024;
/// Of an error stream, only the last line is told, and not all of a long one.
const TOLD: usize = 400;

/// Runs a program without a shell and returns what it prints.
///
/// `told` says that its error stream may be shown, which then explains a failure.
pub(super) fn run(
    program: &OsStr,
    arguments: &[&str],
    more: Option<(&str, &str)>,
    input: &[u8],
    environment: &Environment,
    told: bool,
) -> Result<Zeroizing<Vec<u8>>, String> {
    let mut child = Command::new(program)
        .args(arguments)
        .env_clear()
        .envs(environment.all())
        .envs(more)
        .stdin(if input.is_empty() {
            Stdio::null()
        } else {
            Stdio::piped()
        })
        .stdout(Stdio::piped())
        .stderr(if told { Stdio::piped() } else { Stdio::null() })
        .spawn()
        .map_err(|error| not_run(&error))?;
    if let Some(mut pipe) = child.stdin.take() {
        let input = Zeroizing::new(input.to_vec());
        thread::spawn(move || {
            // it may have ended without reading; its exit code tells
            let _ = pipe.write_all(&input);
        });
    }
    let pipe = child.stdout.take().ok_or("has no output")?;
    let errors = child.stderr.take();
    let errors = thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(errors) = errors {
            // what cannot be read cannot be told
            let _ = errors.take(LIMIT).read_to_end(&mut bytes);
        }
        last_line(&bytes)
    });
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Zeroizing::new(Vec::with_capacity(64 * 1024));
        let read = pipe.take(LIMIT).read_to_end(&mut bytes);
        // nobody listens any more when the patience is over
        let _ = sender.send(read.map(|_| bytes));
    });
    let Ok(read) = receiver.recv_timeout(PATIENCE) else {
        // both fail only when it has ended by itself
        let _ = child.kill();
        let _ = child.wait();
        return Err(format!("did not finish within {} s", PATIENCE.as_secs()));
    };
    let status = child
        .wait()
        .map_err(|error| format!("cannot be waited for: {}", error.kind()))?;
    if !status.success() {
        let why = errors.join().unwrap_or_default();
        let colon = if why.is_empty() { "" } else { ": " };
        return Err(format!("failed ({status}){colon}{why}"));
    }
    read.map_err(|error| format!("cannot be read: {}", error.kind()))
}

/// Why a program does not start.
pub(super) fn not_run(error: &std::io::Error) -> String {
    if error.kind() == ErrorKind::NotFound {
        "is not installed, or not in `PATH`".to_owned()
    } else {
        format!("cannot be run: {}", error.kind())
    }
}

/// The last line that says something, fit to be shown.
fn last_line(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let last = text.lines().rev().find(|line| !line.trim().is_empty());
    fit(last.unwrap_or_default())
}

/// A text of others without control characters, and not all of a long one.
pub(super) fn fit(text: &str) -> String {
    let shown = text.trim().chars().filter(|shown| !shown.is_control());
    shown.take(TOLD).collect()
}
