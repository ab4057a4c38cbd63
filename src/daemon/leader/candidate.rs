use std::time::Duration;

use jiff::Timestamp;
use k8s_openapi::api::coordination::v1::Lease;
use tokio::sync::oneshot;
use tokio::time::sleep;

use super::election::{Election, Move, holder};
use super::error::LeaderError;
use super::lease::{Leases, Written};
use super::term::Term;
use super::{LeaseKey, Role, Times, Voice};

/// One replica's part in an election by a Lease.
pub(super) struct Candidate {
    leases: Leases,
    election: Election,
    times: Times,
    term: Term,
    voice: Voice,
    state: State,
    /// Not before does it lead: the Lease was made anew, and one that was deleted may still have a leader.
    not_before: Duration,
    /// A write was sent whose answer has not come.
    is_doubtful: bool,
}

enum State {
    Follows,
    Holds {
        /// As it was last written or read.
        lease: Box<Lease>,
        /// When the last renewal that succeeded was sent.
        sent: Duration,
    },
}

impl Candidate {
    pub(super) fn new(
        leases: Leases,
        key: LeaseKey,
        instance: &str,
        times: Times,
        term: Term,
        voice: Voice,
    ) -> Self {
        Self {
            leases,
            election: Election::new(key, instance.to_owned(), times),
            times,
            term,
            voice,
            state: State::Follows,
            not_before: Duration::ZERO,
            is_doubtful: false,
        }
    }

    /// Takes part until it is told to stop; then gives the lease back.
    pub(super) async fn run(mut self, mut stop: oneshot::Receiver<()>) {
        loop {
            tokio::select! {
                // whoever forgot to stop us is gone all the same
                _ = &mut stop => break,
                () = self.turn() => {}
            }
        }
        self.release().await;
    }

    /// One request or two, and the wait after them.
    async fn turn(&mut self) {
        let wait = match &self.state {
            State::Follows => self.follow().await,
            State::Holds { lease, sent } => {
                let (lease, sent) = (lease.clone(), *sent);
                // a request that hangs must not keep it from stepping down in time
                let left = self.left(sent);
                match tokio::time::timeout(left, self.renew(&lease)).await {
                    Ok(wait) => wait,
                    Err(_) => Duration::ZERO,
                }
            }
        };
        self.settle();
        sleep(wait.min(self.next_event())).await;
        self.settle();
    }

    async fn follow(&mut self) -> Duration {
        let retry = self.pause();
        let found = match self.leases.get().await {
            Ok(found) => found,
            Err(error) => {
                self.voice.trouble(error);
                return retry;
            }
        };
        match self.election.look(found.as_ref(), self.term.now()) {
            Move::Wait { holder, left } => {
                self.is_doubtful = false;
                self.voice.no_trouble();
                self.voice.role(Role::Follows {
                    holder: Some(holder),
                });
                left.min(retry)
            }
            Move::Create => self.create(retry).await,
            Move::Take | Move::Keep => match found {
                Some(found) => self.take(&found, retry).await,
                None => retry,
            },
        }
    }

    async fn create(&mut self, retry: Duration) -> Duration {
        let lease = self.election.held(None, Timestamp::now());
        let sent = self.term.now();
        // also when the answer is lost
        self.not_before = sent + self.times.lease();
        self.is_doubtful = true;
        let written = self.leases.create(&lease).await;
        self.took(written, sent, retry)
    }

    async fn take(&mut self, found: &Lease, retry: Duration) -> Duration {
        let lease = self.election.held(Some(found), Timestamp::now());
        let sent = self.term.now();
        self.is_doubtful = true;
        let written = self.leases.replace(&lease).await;
        self.took(written, sent, retry)
    }

    fn took(
        &mut self,
        written: Result<Written, LeaderError>,
        sent: Duration,
        retry: Duration,
    ) -> Duration {
        match written {
            Ok(Written::Done(lease)) => {
                self.holds(lease, sent);
                self.times.retry()
            }
            Ok(Written::Lost | Written::Missing) => {
                self.is_doubtful = false;
                retry
            }
            Err(error) => {
                self.voice.trouble(error);
                retry
            }
        }
    }

    async fn renew(&mut self, held: &Lease) -> Duration {
        let lease = self.election.held(Some(held), Timestamp::now());
        let sent = self.term.now();
        self.is_doubtful = true;
        match self.leases.replace(&lease).await {
            Ok(Written::Done(lease)) => {
                self.holds(lease, sent);
                self.times.retry()
            }
            Ok(Written::Lost) => self.reread().await,
            Ok(Written::Missing) => {
                self.step_down(None);
                Duration::ZERO
            }
            Err(error) => {
                self.voice.trouble(error);
                self.times.retry()
            }
        }
    }

    /// The version was another one: an answer was lost, somebody wrote a label, or another replica leads.
    async fn reread(&mut self) -> Duration {
        let found = match self.leases.get().await {
            Ok(found) => found,
            Err(error) => {
                self.voice.trouble(error);
                return self.times.retry();
            }
        };
        match (found, &mut self.state) {
            (Some(found), State::Holds { lease, .. }) if self.election.is_own(&found) => {
                **lease = found;
                // its own again, but not renewed; soon, and not in a loop without a pause
                self.times.retry() / 4
            }
            (found, State::Holds { .. } | State::Follows) => {
                self.step_down(found.as_ref().and_then(holder));
                Duration::ZERO
            }
        }
    }

    fn holds(&mut self, lease: Box<Lease>, sent: Duration) {
        self.is_doubtful = false;
        self.voice.no_trouble();
        self.state = State::Holds { lease, sent };
    }

    /// Makes term and role what the state and the clock say; the term always ends before the role does.
    fn settle(&mut self) {
        let State::Holds { sent, .. } = self.state else {
            return;
        };
        let now = self.term.now();
        let until = sent + self.times.renew_deadline();
        if now >= until {
            self.step_down(None);
        } else if now >= self.not_before {
            self.term.extend(until);
            self.voice.role(Role::Leads);
        }
    }

    fn step_down(&mut self, holder: Option<&str>) {
        self.term.end();
        self.state = State::Follows;
        self.voice.role(Role::Follows {
            holder: holder.map(str::to_owned),
        });
    }

    /// The time until this replica must stop writing.
    fn left(&self, sent: Duration) -> Duration {
        (sent + self.times.renew_deadline()).saturating_sub(self.term.now())
    }

    /// The time until something changes without a request.
    fn next_event(&self) -> Duration {
        match self.state {
            State::Follows => Duration::MAX,
            State::Holds { sent, .. } => {
                let begins = self.not_before.saturating_sub(self.term.now());
                if begins.is_zero() {
                    self.left(sent)
                } else {
                    begins.min(self.left(sent))
                }
            }
        }
    }

    /// Somewhat more than the retry time, so that followers do not ask in step.
    fn pause(&self) -> Duration {
        self.times.retry().mul_f64(1.0 + fastrand::f64() * 0.2)
    }

    /// Gives the lease back, so that the next one need not wait for its end.
    async fn release(mut self) {
        let held = match &self.state {
            State::Holds { lease, .. } => Some(lease.clone()),
            State::Follows => None,
        };
        self.step_down(None);
        if self.term.now() < self.not_before {
            // whoever took it now would not know of the leader that may still be there
            return;
        }
        let given_back = match held {
            Some(lease) if !self.is_doubtful => {
                self.leases.replace(&Election::released(*lease)).await
            }
            // what was sent last may be what is there
            Some(_) => self.give_back().await,
            None if self.is_doubtful => self.give_back().await,
            None => return,
        };
        match given_back {
            Ok(Written::Done(_)) => tracing::info!("the lease was given back"),
            Ok(Written::Lost | Written::Missing) => {}
            Err(error) => tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the lease was not given back; another replica leads when it is over"
            ),
        }
    }

    async fn give_back(&self) -> Result<Written, LeaderError> {
        match self.leases.get().await? {
            Some(lease) if self.election.is_own(&lease) => {
                self.leases.replace(&Election::released(lease)).await
            }
            Some(_) | None => Ok(Written::Lost),
        }
    }
}
