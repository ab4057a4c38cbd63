//! What the replicas wrote, in the order in which it came: one line for each write.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::PATIENCE;

pub(super) struct Journal(PathBuf);

/// Writes of one replica with none of another's between them.
#[derive(Debug)]
pub(super) struct Term {
    pub(super) name: String,
    pub(super) first: Duration,
    pub(super) last: Duration,
}

impl Journal {
    pub(super) fn new(folder: &Path) -> Self {
        let path = folder.join("journal");
        File::create(&path).expect("it is made");
        Self(path)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Waits until the last write is that replica's.
    pub(super) fn wait_for(&self, name: &str) {
        let began = Instant::now();
        while self.terms().last().is_none_or(|term| term.name != name) {
            assert!(
                began.elapsed() < PATIENCE,
                "`{name}` never writes: {:?}",
                self.terms()
            );
            sleep(Duration::from_millis(50));
        }
    }

    pub(super) fn terms(&self) -> Vec<Term> {
        let text = fs::read_to_string(&self.0).expect("the journal");
        let mut terms: Vec<Term> = Vec::new();
        // a line that is being written has no end yet
        for line in text
            .split_inclusive('\n')
            .filter(|line| line.ends_with('\n'))
        {
            let (name, at) = line.trim_end().split_once(' ').expect("name and time");
            let at = Duration::from_nanos(at.parse().expect("a time"));
            match terms.last_mut() {
                Some(term) if term.name == name => term.last = at,
                _ => terms.push(Term {
                    name: name.to_owned(),
                    first: at,
                    last: at,
                }),
            }
        }
        terms
    }
}

/// The replica's end.
pub(super) struct Pen {
    name: String,
    file: File,
}

impl Pen {
    pub(super) fn new(path: &Path, name: &str) -> Self {
        let file = OpenOptions::new()
            .append(true)
            .open(path)
            .expect("the journal");
        Self {
            name: name.to_owned(),
            file,
        }
    }

    pub(super) fn write(&mut self) {
        // one clock for all processes of the machine
        let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
        let now = Duration::try_from(now).expect("after the start");
        let line = format!("{} {}\n", self.name, now.as_nanos());
        self.file.write_all(line.as_bytes()).expect("it is written");
    }
}
