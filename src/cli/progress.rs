//! What is under way: a moving line on a terminal, one line for each step elsewhere.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{HumanDuration, ProgressBar, ProgressState, ProgressStyle};

use super::screen::Screen;
use crate::base::{Address, printable};
use crate::engine::{Outcome, Progress};
use crate::plan::Action;
use crate::plan::forecast::Forecast;

/// How often the line moves.
const TICK: Duration = Duration::from_millis(120);
/// More addresses than these do not fit on the line.
const NAMED: usize = 2;

/// A line that moves as long as it lives.
pub(super) struct Waiting(ProgressBar);

impl Waiting {
    /// Begins; nothing is shown where standard error is no terminal.
    pub(super) fn start(screen: Screen, what: &'static str) -> Self {
        let bar = if moves(screen) {
            ProgressBar::new_spinner()
        } else {
            ProgressBar::hidden()
        };
        bar.set_style(style("{spinner} {msg} {elapsed}"));
        bar.set_message(what);
        bar.enable_steady_tick(TICK);
        Self(bar)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// Shows the steps of an apply.
pub(super) struct Board {
    screen: Screen,
    bar: ProgressBar,
    moves: bool,
    running: Mutex<BTreeMap<Address, Instant>>,
}

impl Board {
    /// `forecast` tells what is left.
    pub(super) fn new(screen: Screen, steps: usize, forecast: Forecast) -> Self {
        let moves = moves(screen);
        let bar = if moves {
            ProgressBar::new(steps as u64)
        } else {
            ProgressBar::hidden()
        };
        bar.set_style(
            style("[{bar:24}] {pos}/{len}, about {left} left  {wide_msg}").with_key(
                "left",
                move |state: &ProgressState, line: &mut dyn std::fmt::Write| {
                    let done = usize::try_from(state.pos()).unwrap_or(usize::MAX);
                    let left = forecast.left(done, state.elapsed());
                    // a line that cannot be written shows nothing
                    let _ = write!(line, "{:#}", HumanDuration(left));
                },
            ),
        );
        if moves {
            bar.enable_steady_tick(TICK);
        }
        Self {
            screen,
            bar,
            moves,
            running: Mutex::default(),
        }
    }

    /// Says something without tearing the line apart.
    pub(super) fn say(&self, line: &str) {
        self.bar.suspend(|| self.screen.say(&format!("{line}\n")));
    }

    /// Takes the line away.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn show(&self, running: &BTreeMap<Address, Instant>) {
        if !self.moves {
            return;
        }
        let names: Vec<_> = running
            .keys()
            .take(NAMED)
            .map(|address| printable(address.as_str()).into_owned())
            .collect();
        let names = names.join(", ");
        self.bar.set_message(match running.len() {
            0..=NAMED => names,
            more => format!("{names} and {} more", more - NAMED),
        });
    }
}

impl Drop for Board {
    fn drop(&mut self) {
        self.finish();
    }
}

impl Progress for Board {
    fn started(&self, address: &Address, _action: Action) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        // a replace begins twice and counts as one
        running.entry(address.clone()).or_insert_with(Instant::now);
        self.show(&running);
    }

    fn ended(&self, address: &Address, action: Action, outcome: &Outcome) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let took = running.remove(address).map(|since| since.elapsed());
        self.show(&running);
        drop(running);
        self.bar.inc(1);
        // what was never begun is told by the report
        let Some(took) = took else { return };
        if !self.screen.quiet {
            self.say(&line(address, action, outcome, took));
        }
    }
}

/// Tells two.
pub(super) struct Both<'a>(pub(super) &'a dyn Progress, pub(super) &'a dyn Progress);

impl Progress for Both<'_> {
    fn started(&self, address: &Address, action: Action) {
        self.0.started(address, action);
        self.1.started(address, action);
    }

    fn ended(&self, address: &Address, action: Action, outcome: &Outcome) {
        self.0.ended(address, action, outcome);
        self.1.ended(address, action, outcome);
    }
}

fn line(address: &Address, action: Action, outcome: &Outcome, took: Duration) -> String {
    let seconds = took.as_secs_f64();
    let address = printable(address.as_str());
    format!("{:7} {action} {address} ({seconds:.1} s)", word(outcome))
}

/// The word for what became of a step.
pub(super) fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Done => "done",
        Outcome::Failed(_) => "failed",
        Outcome::Blocked(_) => "blocked",
        Outcome::Skipped => "skipped",
    }
}

fn moves(screen: Screen) -> bool {
    !screen.quiet && std::io::stderr().is_terminal()
}

fn style(template: &'static str) -> ProgressStyle {
    ProgressStyle::with_template(template)
        .expect("the templates of this file are well-formed")
        .progress_chars("=> ")
}
