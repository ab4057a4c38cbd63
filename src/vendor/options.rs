use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::{Clock, Realtime, Traffic, Usage, Vendor};

/// How the clients of one run behave; the same value serves all vendors.
#[derive(Clone)]
pub struct Options {
    /// PEM files with the certificates of CAs that are trusted besides the machine's.
    pub ca_files: Vec<PathBuf>,
    /// Counts the requests; share it to count all clients together.
    pub usage: Usage,
    /// What is known of the rate limits; share it so that all clients of the process spend one budget.
    pub traffic: Traffic,
    /// Is told about each request that ended.
    pub observer: Option<Observer>,
    /// Is asked before each write; without it every write may be sent.
    pub fence: Option<Fence>,
    /// How patient and how quick to be.
    pub pace: Pace,
    /// Time, and waiting.
    pub clock: Arc<dyn Clock>,
}

/// Is told about each request that ended; must not block.
pub type Observer = Arc<dyn Fn(&RequestDone) + Send + Sync>;

/// Tells whether this process may still write; must not block.
///
/// A replica that lost its lease may be in the middle of a run: what it has not sent yet stays unsent.
pub type Fence = Arc<dyn Fn() -> bool + Send + Sync>;

/// How patient and how quick a client is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// Tries of one request, the first included.
    pub tries: u32,
    /// The wait after the first failure; doubled after each further one.
    pub first_wait: Duration,
    /// No single wait is longer, whatever the vendor asks for.
    pub longest_wait: Duration,
    /// Up to this much is added to each wait, at random, so that workers do not come back together.
    pub jitter: Duration,
    /// The share of each rate limit that may be used, 0 to 1; the rest is left for logins and others.
    pub budget: f64,
    /// Requests under way at once, at most.
    pub lanes: usize,
    /// Time for the connection.
    pub connect: Duration,
    /// Time for the first byte of an answer to a read; a write has the whole time.
    pub first_byte: Duration,
    /// Time for the whole answer.
    pub total: Duration,
    /// No further try of a request begins after so long; waiting for a rate limit does not count.
    pub patience: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            tries: 5,
            first_wait: Duration::from_millis(500),
            // A rate window is 60 s; its end, the second added and clock skew fit in.
            longest_wait: Duration::from_secs(90),
            jitter: Duration::from_millis(250),
            budget: 0.5,
            // Okta advises against more than 10 at once.
            lanes: 10,
            connect: Duration::from_secs(5),
            first_byte: Duration::from_secs(10),
            total: Duration::from_secs(30),
            patience: Duration::from_secs(30),
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            ca_files: Vec::new(),
            usage: Usage::default(),
            traffic: Traffic::default(),
            observer: None,
            fence: None,
            pace: Pace::default(),
            clock: Arc::new(Realtime::default()),
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("ca_files", &self.ca_files)
            .field("usage", &self.usage)
            .field("pace", &self.pace)
            .finish_non_exhaustive()
    }
}

/// One try of one request that ended, for progress and the report of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestDone {
    /// Who was asked.
    pub vendor: Vendor,
    /// The rate limit that it counted against.
    pub bucket: &'static str,
    /// The HTTP method.
    pub method: String,
    /// The path without the query.
    pub path: String,
    /// The HTTP status; `None` when no answer came.
    pub status: Option<u16>,
    /// Which request it was a try of, counted from 1.
    pub request: u64,
    /// Which try it was, from 1.
    pub attempt: u32,
    /// What the vendor's support asks for.
    pub request_id: Option<String>,
    /// From the wish, or from the end of the last try, to sending: lanes, rate limits, pauses.
    pub waited: Duration,
    /// From sending to the end of the answer.
    pub elapsed: Duration,
}
