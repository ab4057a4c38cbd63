//! Cases by number: each is made of a seed, and a seed that failed once is tried first for ever.

use std::cell::RefCell;
use std::io::Write as _;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use sha2::{Digest as _, Sha256};

use crate::case::{Case, cases};
use crate::play::{LONGEST, play};
use crate::stage::Stage;

/// Seeds that failed once, one in a line, `#` begins a remark.
const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/worlds/seeds.txt");

/// Cases of `cargo test`; `DCRSYNC_CASES` asks for another number.
const USUAL: u32 = 32;

/// Smaller cases that are tried when one has failed; `DCRSYNC_SHRINKS` asks for another number.
const SHRINKS: u32 = 200;

#[test]
fn whatever_happens_the_world_becomes_what_the_document_says() {
    let count = std::env::var("DCRSYNC_CASES").ok();
    let count = count.map_or(USUAL, |count| {
        count.parse().expect("DCRSYNC_CASES is a number")
    });
    // the usual cases are always the same, so that a change is judged by what it changed
    let usual = count == USUAL;
    let begin = std::env::var("DCRSYNC_SEED");
    let begin = begin.unwrap_or_else(|_| if usual { "usual".to_owned() } else { random() });
    println!("{count} cases from DCRSYNC_SEED={begin}");
    let mut seeds = kept();
    if begin.contains('-') {
        // one of those that were printed
        seeds = vec![begin];
    } else {
        seeds.extend((0..count).map(|number| format!("{begin}-{number}")));
    }
    let next = AtomicUsize::new(0);
    let failed = Mutex::new(Vec::new());
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers.min(4) {
            scope.spawn(|| {
                let theatre = Theatre::new();
                while let Some(seed) = seeds.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(told) = theatre.try_seed(seed) {
                        if std::env::var_os("DCRSYNC_KEEP").is_some() {
                            keep(seed);
                        }
                        failed
                            .lock()
                            .unwrap()
                            .push(format!("the seed {seed}: {told}"));
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    assert!(
        failed.is_empty(),
        "{} of {} cases break a law:\n\n{}",
        failed.len(),
        seeds.len(),
        failed.join("\n\n")
    );
}

/// A stage and what drives it, one for each worker.
struct Theatre {
    runtime: tokio::runtime::Runtime,
    stage: RefCell<Stage>,
}

impl Theatre {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let stage = RefCell::new(runtime.block_on(Stage::new()));
        Self { runtime, stage }
    }

    /// Plays the case of a seed; a case that fails is made as small as can be.
    fn try_seed(&self, seed: &str) -> Result<(), String> {
        let mut runner = runner(seed);
        let tree = cases().new_tree(&mut runner).unwrap();
        let test = |case: Case| self.play(&case).map_err(TestCaseError::fail);
        match runner.run_one(tree, test) {
            Ok(_) => Ok(()),
            Err(TestError::Fail(reason, case)) => Err(format!("{reason}\nthe case: {case:?}")),
            Err(TestError::Abort(reason)) => Err(reason.to_string()),
        }
    }

    fn play(&self, case: &Case) -> Result<(), String> {
        let mut stage = self.stage.borrow_mut();
        let stage = &mut *stage;
        self.runtime.block_on(async {
            tokio::time::timeout(LONGEST, play(stage, case))
                .await
                .unwrap_or_else(|_| Err("a case that does not end".to_owned()))
        })
    }
}

fn runner(seed: &str) -> TestRunner {
    let config = Config {
        max_shrink_iters: asked("DCRSYNC_SHRINKS").unwrap_or(SHRINKS),
        failure_persistence: None,
        ..Config::default()
    };
    let bytes: [u8; 32] = Sha256::digest(seed).into();
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
}

/// A number from the environment.
fn asked(name: &str) -> Option<u32> {
    let text = std::env::var(name).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{name} is no number")),
    )
}

fn random() -> String {
    format!("{:08x}", fastrand::u32(..))
}

fn kept() -> Vec<String> {
    let text = std::fs::read_to_string(KEPT).unwrap_or_default();
    let seeds = text.lines().filter_map(|line| line.split('#').next());
    let seeds = seeds.map(str::trim).filter(|seed| !seed.is_empty());
    seeds.map(str::to_owned).collect()
}

fn keep(seed: &str) {
    let known = kept().contains(&seed.to_owned());
    if !known && Path::new(KEPT).exists() {
        let file = std::fs::OpenOptions::new().append(true).open(KEPT);
        let _ = file.and_then(|mut file| writeln!(file, "{seed}"));
    }
}
