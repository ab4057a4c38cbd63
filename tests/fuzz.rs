//! Mutated files for the SOPS reader and the document's parser: no panic, no hang, no flood of memory.
//!
//! A few seconds with every `cargo test`; `DCRSYNC_FUZZ_SECONDS` makes it longer, `DCRSYNC_FUZZ_SEED`
//! begins elsewhere. A failure names the seed of its input.

#![allow(clippy::unwrap_used)] // a test may

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use dcrsync::base::Secret;
use dcrsync::config::{Input, Vars};
use dcrsync::engine;
use dcrsync::secrets::sops::{Keyring, SopsFile, Tree, set};
use fastrand::Rng;

/// No input may need more: a watch, not a measurement.
const HANG: Duration = Duration::from_mins(1);
const MEMORY_KIB: u64 = 256 * 1024;

/// What breaks parsers, besides random bytes.
const SPLINTERS: [&str; 36] = [
    "ENC[AES256_GCM,data:",
    ",iv:",
    ",tag:",
    ",type:",
    "]",
    "sops:",
    "sops_",
    "[sops]\n",
    "key_groups:",
    "shamir_threshold: 200\n",
    "- ",
    "? ",
    ": ",
    "&a ",
    "*a",
    "<<: ",
    "!!binary ",
    "!!int ",
    "|\n",
    ">-\n",
    "{",
    "}",
    "[[[[[[[[",
    "\"",
    "'",
    "\\",
    "\n\n---\n",
    "\r\n",
    "\t",
    "\u{feff}",
    "`",
    "\"\"\"",
    "__list_",
    "__map_",
    "99999999999999999999",
    "\u{0}",
];

#[test]
fn the_sops_reader_stands_mutated_files() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/sops");
    let files = files_in(&root.join("real"), &["yaml", "json", "env", "ini", "bin"]);
    let key = root.join("keys/test-age-a.txt");
    let keyring = Keyring::new(
        [("SOPS_AGE_KEY_FILE", key)].into_iter().collect(),
        Vec::new(),
    );
    let value = Secret::new("value");
    let now = "2027-01-02T03:04:05Z".parse().unwrap();
    hold("SOPS reader", files, move |name, bytes| {
        let Ok(opened) = SopsFile::open(name, bytes, &keyring) else {
            return;
        };
        let paths: Vec<String> = opened
            .documents()
            .iter()
            .flat_map(Tree::leaves)
            .map(|(path, _)| path.join("."))
            .take(8)
            .chain(["new.path".to_owned()])
            .collect();
        for path in paths {
            // refused or done; whatever it gives must open again
            if let Ok(Some(text)) = set(name, bytes, &keyring, &[(&path, &value)], now) {
                assert!(SopsFile::open(name, text.as_bytes(), &keyring).is_ok());
            }
        }
    });
}

#[test]
fn the_document_parser_stands_mutated_files() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = files_in(&root.join("tests/configs"), &["yaml"]);
    files.extend(files_in(&root.join("examples"), &["yaml"]));
    let vars = Vars::default();
    hold("document parser", files, move |name, bytes| {
        let input = Input {
            name: name.display().to_string(),
            text: String::from_utf8_lossy(bytes).into_owned(),
        };
        let _ = engine::load(vec![input], &vars);
    });
}

/// Gives mutations to a reader until time is up; each in turn, so that a failure has one seed.
fn hold(
    what: &str,
    files: BTreeMap<PathBuf, Vec<u8>>,
    read: impl Fn(&Path, &[u8]) + Send + 'static,
) {
    let number = |name: &str| {
        std::env::var(name)
            .ok()
            .map(|text| text.parse::<u64>().unwrap())
    };
    let seconds = Duration::from_secs(number("DCRSYNC_FUZZ_SECONDS").unwrap_or(4));
    let first = number("DCRSYNC_FUZZ_SEED").unwrap_or(1);
    let files: Vec<_> = files.into_iter().collect();
    let (sender, receiver) = mpsc::channel();
    let worker = std::thread::spawn(move || {
        let begun = Instant::now();
        let mut seed = first;
        while begun.elapsed() < seconds {
            let mut rng = Rng::with_seed(seed);
            let (name, bytes) = rng.choice(&files).unwrap();
            let other = &rng.choice(&files).unwrap().1;
            let mutated = mutate(bytes, other, &mut rng);
            sender.send(seed).unwrap();
            read(name, &mutated);
            seed += 1;
        }
    });
    let mut last = first;
    loop {
        match receiver.recv_timeout(HANG) {
            Ok(seed) => last = seed,
            Err(mpsc::RecvTimeoutError::Timeout) => panic!("{what} hangs at seed {last}"),
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
        }
    }
    assert!(worker.join().is_ok(), "{what} panics at seed {last}");
    let peak = peak_kib();
    // straight to the stream: the harness would swallow what is only printed
    let mut stream = std::io::stderr();
    writeln!(
        stream,
        "{what}: {} inputs from seed {first}, peak of the process {} MiB",
        last - first + 1,
        peak / 1024
    )
    .unwrap();
    assert!(peak < MEMORY_KIB, "{what} took {peak} KiB");
}

fn mutate(bytes: &[u8], other: &[u8], rng: &mut Rng) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..rng.usize(1..6) {
        let at = rng.usize(..=bytes.len());
        let end = (at + rng.usize(..40)).min(bytes.len());
        match rng.u8(..8) {
            0 => drop(bytes.splice(at..at, rng.choice(SPLINTERS).unwrap().bytes())),
            1 => drop(bytes.drain(at..end)),
            2 => {
                let piece = bytes[at..end].repeat(rng.usize(1..30));
                drop(bytes.splice(at..at, piece));
            }
            3 if at < bytes.len() => bytes[at] = rng.u8(..),
            4 if at < bytes.len() => bytes[at] ^= 1 << rng.u8(..8),
            5 => bytes.truncate(at),
            6 => {
                // whole lines change places
                let mut lines: Vec<_> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
                if !lines.is_empty() {
                    let (one, other) = (rng.usize(..lines.len()), rng.usize(..lines.len()));
                    lines.swap(one, other);
                }
                bytes = lines.concat();
            }
            _ => {
                let from = rng.usize(..=other.len());
                let until = (from + rng.usize(..200)).min(other.len());
                drop(bytes.splice(at..at, other[from..until].iter().copied()));
            }
        }
    }
    bytes
}

fn files_in(folder: &Path, extensions: &[&str]) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_in(&path, extensions));
        } else if path
            .extension()
            .is_some_and(|extension| extensions.iter().any(|wanted| extension == *wanted))
        {
            let bytes = fs::read(&path).unwrap();
            found.insert(path, bytes);
        }
    }
    found
}

/// The most memory that this process had; 0 where the system does not tell.
fn peak_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}
