use std::future;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::{Caller, Contents, Schedule};
use crate::status::Trigger;
use crate::vendor::Clock;

/// A run is to begin.
#[derive(Debug, Clone)]
pub struct Wake {
    /// What it is begun for; of several, the strongest.
    pub trigger: Trigger,
    /// What the documents hold, if that is what changed, and at the start.
    pub files: Option<Arc<Contents>>,
}

/// All that begins runs of one document.
pub struct Triggers {
    clock: Arc<dyn Clock>,
    schedule: Schedule,
    caller: Caller,
    files: watch::Receiver<Option<Arc<Contents>>>,
    started: bool,
    /// By the clock.
    due: Option<Duration>,
    retry: Option<Duration>,
}

impl Triggers {
    /// Joins what begins runs; `files` is what [`Files`](super::Files) tells.
    pub fn new(
        clock: Arc<dyn Clock>,
        schedule: Schedule,
        files: watch::Receiver<Option<Arc<Contents>>>,
    ) -> Self {
        Self {
            clock,
            schedule,
            caller: Caller::default(),
            files,
            started: false,
            due: None,
            retry: None,
        }
    }

    /// What others ask for a run by.
    pub fn caller(&self) -> Caller {
        self.caller.clone()
    }

    /// Looks by another schedule from now on, because the document says so.
    pub fn reschedule(&mut self, schedule: Schedule) {
        if self.schedule != schedule {
            self.schedule = schedule;
            self.due = None;
        }
    }

    /// Wants another run after this time, whatever else comes; forgotten when one begins.
    pub fn retry(&mut self, wait: Duration) {
        self.retry = Some(self.clock.now().saturating_add(wait));
    }

    /// The time until the next run that needs no cause; it is set now, if it was not.
    pub fn left(&mut self) -> Duration {
        let now = self.clock.now();
        self.at(now).saturating_sub(now)
    }

    /// The next run; the first one begins when the files were read. Nothing is lost when this is dropped and
    /// called again.
    pub async fn next(&mut self) -> Wake {
        loop {
            let now = self.clock.now();
            let until = self.at(now);
            if let Some(wake) = self.wake(now) {
                return wake;
            }
            let sleep = self.clock.sleep(until.saturating_sub(now));
            tokio::select! {
                () = changed(&mut self.files) => {}
                () = self.caller.came() => {}
                () = sleep => {}
            }
        }
    }

    /// When the next run begins that needs no cause.
    fn at(&mut self, now: Duration) -> Duration {
        let wait = self.schedule.wait(fastrand::f64());
        let due = *self.due.get_or_insert(now.saturating_add(wait));
        self.retry.map_or(due, |retry| retry.min(due))
    }

    /// What there is by now, all of it in one.
    fn wake(&mut self, now: Duration) -> Option<Wake> {
        let told = self.files.borrow_and_update();
        let files = told.has_changed().then(|| told.clone()).flatten();
        drop(told);
        if !self.started && files.is_none() {
            // without a document there is nothing to run
            return None;
        }
        let (asked, event) = (self.caller.take_asked(), self.caller.take_event());
        let passed = |at: Option<Duration>| at.is_some_and(|at| now >= at);
        let trigger = if !self.started {
            Trigger::Start
        } else if files.is_some() {
            Trigger::File
        } else if asked {
            Trigger::Asked
        } else if event {
            Trigger::Event
        } else if passed(self.retry) {
            Trigger::Retry
        } else if passed(self.due) {
            Trigger::Schedule
        } else {
            return None;
        };
        self.started = true;
        // each run looks at everything, so the time begins anew with it
        self.due = None;
        self.retry = None;
        Some(Wake { trigger, files })
    }
}

/// Waits for ever once nobody can tell any more.
async fn changed(files: &mut watch::Receiver<Option<Arc<Contents>>>) {
    match files.changed().await {
        // whoever looks afterwards takes it
        Ok(()) => files.mark_changed(),
        Err(_) => future::pending().await,
    }
}
