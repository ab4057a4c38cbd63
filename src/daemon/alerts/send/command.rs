use std::io::{ErrorKind, Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

use super::Reply;

/// So many failures of a program end a message: one to two hours.
const TRIES: u32 = 30;
/// `EX_TEMPFAIL` of sysexits: the program asks to be run again later, however often.
const LATER: i32 = 75;
/// What a program needs to find others, its home and its language; our secrets may be in the rest.
const ENVIRONMENT: [&str; 9] = [
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "LANG",
    "LC_ALL",
    "TZ",
    "TMPDIR",
    "SSL_CERT_FILE",
];
/// How often it is looked whether the program has ended.
const LOOK: Duration = Duration::from_millis(20);
/// Of an error stream so much is read.
const READ: u64 = 64 * 1024;

/// Runs a program without a shell, in a process group of its own that ends with it.
pub(super) async fn run(run: &[String], input: String, limit: Duration) -> Reply {
    let run = run.to_vec();
    let ran = tokio::task::spawn_blocking(move || wait(&run, &input, limit)).await;
    ran.unwrap_or_else(|_| Reply::Later {
        why: "was not run, because the process ends".to_owned(),
        after: None,
    })
}

fn wait(run: &[String], input: &str, limit: Duration) -> Reply {
    let later = |why: String| Reply::Later { why, after: None };
    let refused = |why: String| Reply::Refused { why, tries: TRIES };
    let Some((program, arguments)) = run.split_first() else {
        return refused("there is no program".to_owned());
    };
    let given = ENVIRONMENT
        .iter()
        .filter_map(|name| std::env::var_os(name).map(|value| (name, value)));
    let spawned = Command::new(program)
        .args(arguments)
        .env_clear()
        .envs(given)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn();
    let mut child = match spawned {
        Ok(child) => child,
        Err(error) => {
            return refused(if error.kind() == ErrorKind::NotFound {
                "the program is not there".to_owned()
            } else {
                format!("the program cannot be run: {}", error.kind())
            });
        }
    };
    let errors = connect(&mut child, input);
    let ended = end(&mut child, limit);
    match ended {
        Ok(Some(status)) if status.success() => Reply::Arrived,
        Ok(Some(status)) => {
            let why = format!("the program failed ({status}){}", said(errors));
            if status.code() == Some(LATER) {
                later(why)
            } else {
                refused(why)
            }
        }
        Ok(None) => refused(format!(
            "the program did not end within {} s",
            limit.as_secs()
        )),
        Err(error) => later(format!(
            "the program cannot be waited for: {}",
            error.kind()
        )),
    }
}

/// Feeds the program and listens to it, each in a thread, so that neither waits for the other.
fn connect(child: &mut Child, input: &str) -> Option<JoinHandle<Vec<u8>>> {
    if let Some(mut pipe) = child.stdin.take() {
        let input = input.as_bytes().to_vec();
        thread::spawn(move || {
            // it may end without reading; its exit code tells
            let _ = pipe.write_all(&input);
        });
    }
    child.stderr.take().map(|mut pipe| {
        thread::spawn(move || {
            let mut bytes = Vec::new();
            // what cannot be read cannot be told
            let _ = pipe.by_ref().take(READ).read_to_end(&mut bytes);
            if bytes.len() as u64 >= READ {
                // its last line may be cut in the middle of what would be taken out
                let end = bytes.iter().rposition(|byte| *byte == b'\n');
                bytes.truncate(end.unwrap_or_default());
            }
            // a full pipe would stop it
            let _ = std::io::copy(&mut pipe, &mut std::io::sink());
            bytes
        })
    })
}

/// Waits for the end, then ends whatever is left of the group; `None` when the time was over first.
fn end(child: &mut Child, limit: Duration) -> std::io::Result<Option<ExitStatus>> {
    let group = Pid::from_child(child);
    let begun = Instant::now();
    // Looked at, but not yet collected: until then nobody else gets its number.
    let look = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    let mut in_time = true;
    while waitid(WaitId::Pid(group), look)?.is_none() {
        if begun.elapsed() >= limit {
            in_time = false;
            break;
        }
        thread::sleep(LOOK);
    }
    // fails only when nobody is left
    let _ = kill_process_group(group, Signal::KILL);
    let status = child.wait()?;
    Ok(in_time.then_some(status))
}

/// The last line of the error stream that says something.
fn said(errors: Option<JoinHandle<Vec<u8>>>) -> String {
    let bytes = errors
        .and_then(|errors| errors.join().ok())
        .unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let last = text.lines().rev().find(|line| !line.trim().is_empty());
    last.map_or_else(String::new, |line| format!(": {}", line.trim()))
}
