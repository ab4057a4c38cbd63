use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::Vendor;

/// How many requests are remembered.
const CAPACITY: usize = 2_000;

/// One request as the journal remembers it: never a body, never a header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Counts from 1 and goes on over restarts.
    pub n: u64,
    /// When it arrived, by the sandbox's clock.
    pub time: jiff::Timestamp,
    /// The server that it was sent to.
    pub vendor: Vendor,
    /// Its method.
    pub method: String,
    /// Its path, with the query.
    pub path: String,
    /// The answer's status, also where the answer was lost on the way; none while it runs, and
    /// none where it was never carried out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The fault that struck it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// The sandbox has no such route: a hint that it lacks something, not that the client erred.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unimplemented: bool,
}

/// A request that has just arrived.
pub(super) struct Arrival {
    pub(super) time: jiff::Timestamp,
    pub(super) vendor: Vendor,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) fault: Option<&'static str>,
}

/// The last requests to all four servers, oldest first.
#[derive(Debug, Default)]
pub(super) struct Journal {
    entries: VecDeque<Entry>,
    last: u64,
}

impl Journal {
    /// Goes on where a saved journal ended.
    pub(super) fn resume(entries: Vec<Entry>) -> Self {
        let last = entries.last().map_or(0, |entry| entry.n);
        Self {
            entries: entries.into(),
            last,
        }
    }

    /// Notes a request and returns its number.
    pub(super) fn open(&mut self, arrival: Arrival) -> u64 {
        self.last += 1;
        if self.entries.len() == CAPACITY {
            self.entries.pop_front();
        }
        self.entries.push_back(Entry {
            n: self.last,
            time: arrival.time,
            vendor: arrival.vendor,
            method: arrival.method,
            path: arrival.path,
            status: None,
            fault: arrival.fault.map(str::to_owned),
            unimplemented: false,
        });
        self.last
    }

    /// Notes how a request ended; silent where the journal was emptied meanwhile.
    pub(super) fn close(&mut self, n: u64, status: u16, unimplemented: bool) {
        if let Ok(index) = self.entries.binary_search_by_key(&n, |entry| entry.n)
            && let Some(entry) = self.entries.get_mut(index)
        {
            entry.status = Some(status);
            entry.unimplemented = unimplemented;
        }
    }

    /// Forgets all requests; numbers go on.
    pub(super) fn clear(&mut self) {
        self.entries.clear();
    }

    /// All that is remembered, oldest first.
    pub(super) fn entries(&self) -> Vec<Entry> {
        self.entries.iter().cloned().collect()
    }
}
