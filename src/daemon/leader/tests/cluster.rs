//! Replicas of one process each, as far as an election can tell: a clock, a line to the API server, pauses, death.

use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::http::{Request, StatusCode};
use axum::response::Response;
use kube::client::Body;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};
use tower::{BoxError, ServiceExt, service_fn};

use super::super::candidate::Candidate;
use super::super::clock::Clock;
use super::super::lease::Leases;
use super::super::term::Term;
use super::super::{LeaseKey, Role, Times, Trouble, Voice};
use super::api::{FakeApi, refused};
use crate::vendor::Fence;

pub(super) const SECOND: Duration = Duration::from_secs(1);

pub(super) struct Replica {
    pub(super) role: watch::Receiver<Role>,
    pub(super) trouble: watch::Receiver<Trouble>,
    pub(super) fence: Fence,
    pub(super) line: Line,
    paused: watch::Sender<bool>,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
    term: Term,
}

impl Replica {
    pub(super) fn start(api: &FakeApi, name: &str) -> Self {
        Self::with(api, name, Times::default(), 1.0)
    }

    /// The clock runs at that rate.
    pub(super) fn with(api: &FakeApi, name: &str, times: Times, rate: f64) -> Self {
        let began = Instant::now();
        // as if it had been booted a day ago
        let clock: Clock = Arc::new(move || 86_400 * SECOND + began.elapsed().mul_f64(rate));
        let line = Line::default();
        let client = kube::Client::new(line.service(api), "apps");
        let key = LeaseKey {
            namespace: "apps".to_owned(),
            name: "pair".to_owned(),
            annotations: [(
                "dcrsync/okta".to_owned(),
                "https://acme.okta.com".to_owned(),
            )]
            .into(),
        };
        let (voice, role, trouble) = Voice::new();
        let term = Term::new(clock);
        let leases = Leases::new(client, &key, times);
        let candidate = Candidate::new(leases, key, name, times, term.clone(), voice);
        let (stop, stopped) = oneshot::channel();
        let (paused, is_paused) = watch::channel(false);
        Self {
            role,
            trouble,
            fence: term.fence(),
            line,
            paused,
            stop: Some(stop),
            task: tokio::spawn(pausable(candidate.run(stopped), is_paused)),
            term,
        }
    }

    pub(super) fn leads(&self) -> bool {
        *self.role.borrow() == Role::Leads
    }

    pub(super) fn may_write(&self) -> bool {
        (self.fence)()
    }

    pub(super) fn follows(&self, name: &str) -> bool {
        let holder = Some(name.to_owned());
        *self.role.borrow() == Role::Follows { holder }
    }

    /// `SIGSTOP` and `SIGCONT`.
    pub(super) fn pause(&self, on: bool) {
        self.paused.send_replace(on);
    }

    /// `SIGTERM`.
    pub(super) async fn stop(mut self) {
        self.term.shut();
        let _ = self.stop.take().unwrap().send(());
        let _ = (&mut self.task).await;
    }
}

/// `SIGKILL`.
impl Drop for Replica {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn pausable(inner: impl Future<Output = ()>, mut paused: watch::Receiver<bool>) {
    let mut inner = pin!(inner);
    loop {
        while *paused.borrow_and_update() {
            if paused.changed().await.is_err() {
                return;
            }
        }
        tokio::select! {
            biased;
            changed = paused.changed() => if changed.is_err() { return },
            () = &mut inner => return,
        }
    }
}

/// The way of one replica to the API server.
#[derive(Clone, Default)]
pub(super) struct Line(Arc<Mutex<Weather>>);

#[derive(Default)]
struct Weather {
    is_cut: bool,
    next: Vec<Fault>,
    /// Faults by chance, of so many requests in a hundred.
    chance: u32,
    rng: Option<fastrand::Rng>,
}

/// What happens to one request.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fault {
    None,
    /// It arrives late, and its answer later.
    Slow(Duration, Duration),
    /// It never arrives.
    Swallowed,
    /// It is done, and the answer never comes.
    AnswerLost,
    /// The connection breaks before.
    Broken,
    /// The connection breaks after it was done.
    BrokenAfter,
    Status(StatusCode),
}

impl Line {
    pub(super) fn cut(&self, on: bool) {
        self.0.lock().unwrap().is_cut = on;
    }

    pub(super) fn next(&self, faults: impl IntoIterator<Item = Fault>) {
        self.0.lock().unwrap().next.extend(faults);
    }

    pub(super) fn weather(&self, chance: u32, seed: u64) {
        let mut weather = self.0.lock().unwrap();
        weather.chance = chance;
        weather.rng = Some(fastrand::Rng::with_seed(seed));
    }

    fn fault(&self) -> Fault {
        let mut weather = self.0.lock().unwrap();
        if weather.is_cut {
            return Fault::Swallowed;
        }
        if !weather.next.is_empty() {
            return weather.next.remove(0);
        }
        let chance = weather.chance;
        let Some(rng) = &mut weather.rng else {
            return Fault::None;
        };
        let mut upto = |most: u64| Duration::from_millis(rng.u64(0..most));
        let (before, after) = (upto(8000), upto(3000));
        if rng.u32(0..100) >= chance {
            return Fault::Slow(before / 100, after / 100);
        }
        match rng.u32(0..8) {
            0 | 1 => Fault::Slow(before, after),
            2 => Fault::Swallowed,
            3 => Fault::AnswerLost,
            4 => Fault::Broken,
            5 => Fault::BrokenAfter,
            6 => Fault::Status(StatusCode::INTERNAL_SERVER_ERROR),
            _ => Fault::Status(StatusCode::CONFLICT),
        }
    }

    fn service(
        &self,
        api: &FakeApi,
    ) -> impl tower::Service<
        Request<Body>,
        Response = Response,
        Error = BoxError,
        Future: Send + 'static,
    > + Send
    + 'static {
        let (line, router) = (self.clone(), api.router());
        service_fn(move |request: Request<Body>| {
            let (fault, router) = (line.fault(), router.clone());
            // on its own: what was sent goes on, whether or not the sender still waits
            let sent = tokio::spawn(async move {
                let done = router.oneshot(request);
                match fault {
                    Fault::None => Ok(done.await.unwrap()),
                    Fault::Slow(before, after) => {
                        sleep(before).await;
                        let answer = done.await.unwrap();
                        sleep(after).await;
                        Ok(answer)
                    }
                    Fault::Swallowed => std::future::pending().await,
                    Fault::AnswerLost => {
                        let _ = done.await;
                        std::future::pending().await
                    }
                    Fault::Broken => Err("broken".into()),
                    Fault::BrokenAfter => {
                        let _ = done.await;
                        Err("broken".into())
                    }
                    Fault::Status(status) => Ok(refused(status)),
                }
            });
            async move { sent.await? }
        })
    }
}

/// Waits until it is so, and tells how long that took; simulated time, so that a limit costs nothing.
pub(super) async fn until(what: &str, is_so: impl Fn() -> bool) -> Duration {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < 300 * SECOND, "never: {what}");
        sleep(Duration::from_millis(10)).await;
    }
    began.elapsed()
}
