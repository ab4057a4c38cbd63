use std::fmt;
use std::time::Duration;

use reqwest::Method;

use super::Vendor;

/// Names the request that an error is about; without query and body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Who was asked.
    pub vendor: Vendor,
    /// The HTTP method.
    pub method: Method,
    /// The path without the query.
    pub path: String,
    /// An earlier try of this same request got no answer, so it may have been executed.
    pub unanswered_before: bool,
    /// What was done about it so far.
    pub effort: Effort,
}

/// How often a request was tried, and the time that took without waiting for rate limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Effort {
    /// Tries, the first included.
    pub tries: u32,
    /// From sending until giving up.
    pub time: Duration,
}

impl Call {
    /// Tells whether the request was meant to change something.
    pub fn writes(&self) -> bool {
        self.method != Method::GET && self.method != Method::HEAD
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{} {}`", self.method, self.path)?;
        match self.effort {
            Effort { tries: 0 | 1, .. } => Ok(()),
            Effort { tries, time } => {
                write!(f, " ({tries} tries in {} s)", time.as_secs_f64().round())
            }
        }
    }
}
