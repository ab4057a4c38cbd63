//! The work that is measured: that of the peers, and as much again as a large organisation has.

use std::fmt::Write as _;

use tempfile::{NamedTempFile, TempDir};

use crate::document::{NONE, Objects, document};
use crate::support::Server;

/// One command on one world.
pub(crate) struct Work {
    pub(crate) name: &'static str,
    pub(crate) command: &'static [&'static str],
    /// Whether it meets vendors that have nothing of the document yet.
    pub(crate) fresh: bool,
    /// One description differs from what was applied before.
    pub(crate) changed: bool,
    pub(crate) objects: Objects,
    /// One request for each page of each collection, and one for each write.
    pub(crate) requests: usize,
    /// How many of them have to wait for each other.
    pub(crate) depth: usize,
    /// What is promised besides, with 50 ms for each answer.
    pub(crate) goals: Goals,
}

/// The most that a command may take; nothing where none is promised.
#[derive(Clone, Copy)]
pub(crate) struct Goals {
    pub(crate) requests: Option<usize>,
    /// Seconds.
    pub(crate) wall: Option<f64>,
    /// Milliseconds of processor time.
    pub(crate) cpu: Option<f64>,
    /// MiB.
    pub(crate) peak: Option<f64>,
}

const OPEN: Goals = Goals {
    requests: None,
    wall: None,
    cpu: None,
    peak: None,
};

const OKTA: Objects = Objects {
    scopes: 900,
    claims: 100,
    ..NONE
};
const KONNECT: Objects = Objects {
    strategies: 999,
    ..NONE
};
const PUBLISHED: Objects = Objects {
    publications: 500,
    ..NONE
};

/// One change among 1,000, applied and proved.
const CHANGED: Goals = Goals {
    requests: Some(16),
    wall: Some(0.8),
    ..OPEN
};

const PLAN: &[&str] = &["plan"];
const APPLY: &[&str] = &["apply", "--auto-approve"];

const NOTHING_TO_DO: Work = Work {
    name: "",
    command: PLAN,
    fresh: false,
    changed: false,
    objects: NONE,
    requests: 0,
    depth: 0,
    goals: OPEN,
};

/// The rows whose processor times are compared: the second has four times the objects of the first.
pub(crate) const GROWTH: (&str, &str) = (
    "nothing to do: 5,000 objects",
    "nothing to do: 20,000 objects",
);

/// Okta links its pages one to the next, so 907 scopes (7 are its own) are a chain of 5 behind the list
/// of servers. Konnect tells the total on the first page; all others are asked for at once.
pub(crate) const WORKS: &[Work] = &[
    Work {
        name: "nothing to do: 900 scopes, 100 claims",
        objects: OKTA,
        requests: 1 + 5 + 1,
        depth: 6,
        goals: Goals {
            requests: Some(8),
            wall: Some(0.4),
            cpu: Some(100.0),
            peak: Some(40.0),
        },
        ..NOTHING_TO_DO
    },
    Work {
        // and the built-in strategy
        name: "nothing to do: 1 provider, 999 strategies",
        objects: KONNECT,
        requests: 1 + 10,
        depth: 2,
        goals: Goals {
            requests: Some(11),
            wall: Some(0.3),
            ..OPEN
        },
        ..NOTHING_TO_DO
    },
    Work {
        // the portal, the strategy, 501 APIs, 500 publications
        name: "nothing to do: 500 publications",
        objects: PUBLISHED,
        requests: 1 + 1 + 6 + 5,
        depth: 2,
        goals: Goals {
            requests: Some(13),
            wall: Some(0.3),
            ..OPEN
        },
        ..NOTHING_TO_DO
    },
    Work {
        name: GROWTH.0,
        objects: Objects {
            scopes: 2_000,
            claims: 100,
            strategies: 1_900,
            publications: 999,
        },
        requests: 1 + 11 + 1 + 20 + 1 + 1 + 10 + 10,
        depth: 12,
        goals: Goals {
            cpu: Some(150.0),
            peak: Some(64.0),
            ..OPEN
        },
        ..NOTHING_TO_DO
    },
    Work {
        name: GROWTH.1,
        objects: Objects {
            scopes: 8_000,
            claims: 400,
            strategies: 7_600,
            publications: 3_999,
        },
        requests: 1 + 41 + 1 + 77 + 1 + 1 + 40 + 40,
        depth: 42,
        ..NOTHING_TO_DO
    },
    Work {
        name: "one scope of 1,000 changed",
        command: APPLY,
        changed: true,
        objects: OKTA,
        requests: 1 + 5 + 1 + 1 + 1,
        depth: 6 + 1 + 1,
        goals: CHANGED,
        ..NOTHING_TO_DO
    },
    Work {
        name: "one strategy of 1,000 changed",
        command: APPLY,
        changed: true,
        objects: KONNECT,
        requests: 1 + 10 + 1 + 1,
        depth: 2 + 1 + 1,
        goals: CHANGED,
        ..NOTHING_TO_DO
    },
    Work {
        // Okta writes of one server come one after the other, because it doubles racing ones
        name: "create 900 scopes, 100 claims",
        command: APPLY,
        fresh: true,
        objects: OKTA,
        requests: 3 + 1_000 + 6,
        depth: 2 + 1_000 + 5,
        ..NOTHING_TO_DO
    },
    Work {
        // ten at a time after the provider
        name: "create 1 provider, 999 strategies",
        command: APPLY,
        fresh: true,
        objects: KONNECT,
        requests: 2 + 1_000 + 11,
        depth: 1 + 1 + 100 + 2,
        ..NOTHING_TO_DO
    },
];

/// A folder with a document.
pub(crate) struct Project {
    pub(crate) folder: TempDir,
}

impl Project {
    pub(crate) fn new() -> Self {
        Self {
            folder: TempDir::new().expect("a folder"),
        }
    }

    /// Writes the document; a changed one differs from that of the run before.
    pub(crate) fn write(&self, work: &Work, server: &Server, run: usize) {
        let path = self.folder.path().join("dcrsync.yaml");
        let stamp = if work.changed { run } else { 0 };
        let text = document(work.objects, (&server.okta, &server.konnect), stamp);
        std::fs::write(path, text).expect("it is written");
    }
}

/// What the document only names.
pub(crate) fn seed(work: &Work) -> NamedTempFile {
    let mut seed = String::from("apis:\n  - spare\n");
    for n in 0..work.objects.publications {
        writeln!(seed, "  - api-{n}").expect("a string takes all");
    }
    let file = tempfile::Builder::new()
        .suffix(".yaml")
        .tempfile()
        .expect("a file");
    std::fs::write(file.path(), seed).expect("it is written");
    file
}
