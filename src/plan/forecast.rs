//! How long applying takes: the same scheduling, played through against the limits that are known.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::time::Duration;

/// One rate limit, as it stands when the forecast is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    /// The vendor, `okta`.
    pub vendor: &'static str,
    /// The vendor's rate bucket.
    pub bucket: &'static str,
    /// Requests that may be sent in each window.
    pub usable: u64,
    /// Requests that may still be sent in this window.
    pub left: u64,
    /// Until this window ends; zero where none is open.
    pub ends_in: Duration,
    /// How long a window lasts.
    pub length: Duration,
}

/// How much one vendor does at once, and how fast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Speed {
    /// Requests under way at once.
    pub lanes: usize,
    /// The time of one request.
    pub latency: Duration,
}

/// One piece of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// The vendor, `okta`.
    pub vendor: &'static str,
    /// The vendor's rate bucket.
    pub bucket: &'static str,
    /// Requests, one after the other.
    pub requests: u32,
    /// The jobs that come first, by their place.
    pub requires: Vec<usize>,
    /// Jobs with the same lock wait for each other.
    pub lock: Option<usize>,
}

/// Reads that follow when all is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reads {
    /// Requests by vendor and bucket.
    pub requests: Vec<(&'static str, &'static str, u64)>,
    /// How long they take where nothing limits them.
    pub time: Duration,
}

/// What is known when a forecast is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conditions {
    /// The rate limits.
    pub limits: Vec<Limit>,
    /// The speed of each vendor.
    pub speeds: Vec<(&'static str, Speed)>,
    /// Jobs under way at once.
    pub at_once: usize,
    /// What is read in the end, one after the other.
    pub reads: Vec<Reads>,
}

/// How long a plan takes, and when each of its jobs ends.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Forecast {
    total: Duration,
    ends: Vec<Duration>,
}

/// A wait for a window is followed by this much: jitter, and the seconds that headers are rounded to.
const AFTER_WINDOW: Duration = Duration::from_millis(600);

impl Forecast {
    /// Plays the jobs through.
    pub fn make(jobs: &[Job], conditions: &Conditions) -> Self {
        let mut play = Play::new(jobs, conditions);
        play.run();
        let mut ends = play.ends;
        ends.sort();
        let mut now = ends.last().copied().unwrap_or_default();
        for reads in &conditions.reads {
            let mut last = now;
            for (vendor, bucket, requests) in &reads.requests {
                if let Some(window) = play.windows.get_mut(&(*vendor, *bucket)) {
                    for _ in 0..*requests {
                        last = last.max(window.next(now));
                    }
                }
            }
            now = last + reads.time;
        }
        Self { total: now, ends }
    }

    /// How long all of it takes.
    pub fn total(&self) -> Duration {
        self.total
    }

    /// What is left when so many jobs have ended after so long; how fast it really goes is taken into account.
    pub fn left(&self, done: usize, elapsed: Duration) -> Duration {
        let end = |job: usize| self.ends.get(job).copied();
        let reached = done.checked_sub(1).and_then(end).unwrap_or_default();
        let next = end(done).unwrap_or(self.total).max(reached);
        // between two ends the time itself is the best guess of where we are
        let place = elapsed.clamp(reached, next);
        let rest = self.total.saturating_sub(place);
        // too little has happened to know better
        if reached < Duration::from_secs(2) {
            return rest;
        }
        let ratio = elapsed.as_secs_f64() / place.as_secs_f64();
        rest.mul_f64(ratio.clamp(0.25, 4.0))
    }
}

/// The state of one rate limit while time passes.
#[derive(Debug, Clone)]
struct Window {
    usable: u64,
    length: Duration,
    left: u64,
    /// Windows are used up in advance, so that this one may not have begun yet.
    begins: Duration,
    ends: Duration,
}

impl Window {
    fn new(limit: &Limit) -> Self {
        Self {
            usable: limit.usable.max(1),
            length: limit.length,
            left: limit.left,
            begins: Duration::ZERO,
            ends: limit.ends_in,
        }
    }

    /// When the next request may be sent, from this time on.
    fn next(&mut self, now: Duration) -> Duration {
        let mut at = now.max(self.begins);
        if at < self.ends && self.left == 0 {
            at = self.ends + AFTER_WINDOW;
        }
        if at >= self.ends {
            self.begins = at;
            self.ends = at + self.length;
            self.left = self.usable;
        }
        self.left -= 1;
        at
    }
}

struct Play<'a> {
    jobs: &'a [Job],
    at_once: usize,
    windows: BTreeMap<(&'static str, &'static str), Window>,
    /// When each lane of a vendor is free again.
    lanes: BTreeMap<&'static str, BinaryHeap<Reverse<Duration>>>,
    latency: BTreeMap<&'static str, Duration>,
    missing: Vec<usize>,
    followers: Vec<Vec<usize>>,
    ready: BTreeSet<usize>,
    /// Jobs that wait for a lock, by lock.
    parked: BTreeMap<usize, BTreeSet<usize>>,
    held: BTreeSet<usize>,
    ends: Vec<Duration>,
}

impl<'a> Play<'a> {
    fn new(jobs: &'a [Job], conditions: &Conditions) -> Self {
        let mut followers = vec![Vec::new(); jobs.len()];
        for (at, job) in jobs.iter().enumerate() {
            for first in &job.requires {
                if let Some(list) = followers.get_mut(*first) {
                    list.push(at);
                }
            }
        }
        Self {
            jobs,
            at_once: conditions.at_once.max(1),
            windows: conditions
                .limits
                .iter()
                .map(|limit| ((limit.vendor, limit.bucket), Window::new(limit)))
                .collect(),
            lanes: conditions
                .speeds
                .iter()
                .map(|(vendor, speed)| {
                    let free = vec![Reverse(Duration::ZERO); speed.lanes.max(1)];
                    (*vendor, BinaryHeap::from(free))
                })
                .collect(),
            latency: conditions
                .speeds
                .iter()
                .map(|(vendor, speed)| (*vendor, speed.latency))
                .collect(),
            missing: jobs.iter().map(|job| job.requires.len()).collect(),
            followers,
            ready: jobs
                .iter()
                .enumerate()
                .filter(|(_, job)| job.requires.is_empty())
                .map(|(at, _)| at)
                .collect(),
            parked: BTreeMap::new(),
            held: BTreeSet::new(),
            ends: Vec::with_capacity(jobs.len()),
        }
    }

    fn run(&mut self) {
        let mut running = BinaryHeap::new();
        let mut now = Duration::ZERO;
        loop {
            while running.len() < self.at_once {
                let Some((at, job)) = self.take() else { break };
                running.push(Reverse((self.carry_out(job, now), at)));
            }
            let Some(Reverse((ended, at))) = running.pop() else {
                return;
            };
            now = ended;
            self.end(at, now);
        }
    }

    /// The first job in the plan's order that may begin.
    fn take(&mut self) -> Option<(usize, &'a Job)> {
        loop {
            let at = self.ready.pop_first()?;
            let job = self.jobs.get(at)?;
            match job.lock {
                Some(lock) if !self.held.insert(lock) => {
                    self.parked.entry(lock).or_default().insert(at);
                }
                Some(_) | None => return Some((at, job)),
            }
        }
    }

    /// When a job ends that begins now.
    fn carry_out(&mut self, job: &Job, now: Duration) -> Duration {
        let latency = self.latency.get(job.vendor).copied().unwrap_or_default();
        let mut at = now;
        for _ in 0..job.requests {
            if let Some(window) = self.windows.get_mut(&(job.vendor, job.bucket)) {
                at = window.next(at);
            }
            if let Some(lanes) = self.lanes.get_mut(job.vendor)
                && let Some(Reverse(free)) = lanes.pop()
            {
                at = at.max(free);
                lanes.push(Reverse(at + latency));
            }
            at += latency;
        }
        at
    }

    fn end(&mut self, at: usize, now: Duration) {
        self.ends.push(now);
        if let Some(lock) = self.jobs.get(at).and_then(|job| job.lock) {
            self.held.remove(&lock);
            self.ready
                .extend(self.parked.remove(&lock).unwrap_or_default());
        }
        let followers = self.followers.get_mut(at).map(std::mem::take);
        for follower in followers.unwrap_or_default() {
            if let Some(missing) = self.missing.get_mut(follower) {
                *missing = missing.saturating_sub(1);
                if *missing == 0 {
                    self.ready.insert(follower);
                }
            }
        }
    }
}
