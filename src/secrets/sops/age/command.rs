use std::io::Read;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::secrets::Environment;

/// A password manager may ask its user first.
const PATIENCE: Duration = Duration::from_mins(1);
/// Identities are a few hundred bytes.
const LIMIT: u64 = 1024 * 1024;

/// Runs a command that prints identities, without a shell, as sops does.
///
/// What the command writes on its error stream may be secret, so it goes nowhere.
pub(super) fn output(
    line: &str,
    recipient: &str,
    environment: &Environment,
) -> Result<Zeroizing<String>, String> {
    let words = split(line).ok_or("has an open quote")?;
    let (program, arguments) = words.split_first().ok_or("is empty")?;
    let mut child = Command::new(program)
        .args(arguments)
        .env_clear()
        .envs(environment.all())
        .env("SOPS_AGE_RECIPIENT", recipient)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("cannot be run: {}", error.kind()))?;
    let pipe = child.stdout.take().ok_or("has no output")?;
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut text = Zeroizing::new(String::with_capacity(64 * 1024));
        let read = pipe.take(LIMIT).read_to_string(&mut text);
        // nobody listens any more when the patience is over
        let _ = sender.send(read.map(|_| text));
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
        return Err(format!("failed ({status})"));
    }
    read.map_err(|_| "printed no text".to_owned())
}

/// Splits a line into words: quotes and backslashes as in a shell, nothing else.
pub(super) fn split(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match character {
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match characters.next()? {
                        '\'' => break,
                        other => word.push(other),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match characters.next()? {
                        '"' => break,
                        '\\' => word.push(characters.next()?),
                        other => word.push(other),
                    }
                }
            }
            '\\' => word.get_or_insert_default().push(characters.next()?),
            '#' if word.is_none() => break,
            blank if blank.is_whitespace() => words.extend(word.take()),
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    Some(words)
}
