use std::time::Duration;

/// How long answers of one sort take, lately and usually.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::vendor) struct Latency {
    seen: u32,
    lately: f64,
    usually: f64,
}

/// Fewer answers than these are no habit.
const HABIT: u32 = 10;
/// The weight of one answer in what happened lately.
const LATELY: f64 = 0.3;
/// The weight of one answer in what is usual: a lasting change becomes usual after some hundred.
const USUALLY: f64 = 0.02;
/// Answers that take this many times longer than usual mean that the server is strained.
const RISE: f64 = 2.0;
/// Seconds that are lost in noise, whatever the ratio.
const NOISE: f64 = 0.1;

impl Latency {
    /// Learns how long an answer took; tells whether answers take far longer than usual.
    pub(in crate::vendor) fn learn(&mut self, took: Duration) -> bool {
        let took = took.as_secs_f64();
        self.seen = self.seen.saturating_add(1);
        // the plain mean until there is a habit
        let first = 1.0 / f64::from(self.seen);
        self.lately += (took - self.lately) * LATELY.max(first);
        self.usually +=
            (took - self.usually) * USUALLY.max(if self.seen <= HABIT { first } else { 0.0 });
        self.seen > HABIT && self.lately > self.usually * RISE && self.lately - self.usually > NOISE
    }

    /// How many answers were seen and how long they took lately.
    pub(in crate::vendor) fn lately(&self) -> (u32, Duration) {
        (self.seen, Duration::from_secs_f64(self.lately.max(0.0)))
    }
}
