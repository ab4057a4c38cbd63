use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;
use reqwest::header::HeaderMap;
use url::Url;

use super::exchange::{Tried, Try};
use super::reply::Reply;
use super::{Ask, Auth, bucket, parse_origin, transport};
use crate::base::Scrubber;
use crate::vendor::retry::{self, Verdict};
use crate::vendor::traffic::{self, Lane, Road, Spent, Wait};
use crate::vendor::{Call, Effort, Options, Outlook, Vendor, VendorError, okta, path};

/// Talks to one vendor.
pub(in crate::vendor) struct Client {
    pub(super) vendor: Vendor,
    base: Url,
    pub(super) http: reqwest::Client,
    auth: Auth,
    pub(super) scrubber: Arc<Scrubber>,
    pub(super) options: Options,
    road: Arc<Road>,
}

impl Client {
    pub(in crate::vendor) fn new(
        vendor: Vendor,
        base: &str,
        auth: Auth,
        scrubber: Arc<Scrubber>,
        options: Options,
    ) -> Result<Self, VendorError> {
        let base = parse_origin(vendor, base)?;
        Ok(Self {
            http: transport::build(vendor, &base, &options)?,
            road: options
                .traffic
                .road(&base, options.pace.budget, options.pace.lanes),
            vendor,
            base,
            auth,
            scrubber,
            options,
        })
    }

    /// Another client for the same place, logged in differently.
    pub(in crate::vendor) fn another(&self, auth: Auth) -> Result<Self, VendorError> {
        let (scrubber, options) = (Arc::clone(&self.scrubber), self.options.clone());
        Self::new(self.vendor, self.base.as_str(), auth, scrubber, options)
    }

    /// The same client, logged in differently.
    pub(in crate::vendor) fn with_auth(mut self, auth: Auth) -> Self {
        self.auth = auth;
        self
    }

    pub(in crate::vendor) fn base(&self) -> &Url {
        &self.base
    }

    pub(in crate::vendor) fn scrubber(&self) -> &Arc<Scrubber> {
        &self.scrubber
    }

    /// What is known of the rate limits, and of how fast answers come.
    pub(in crate::vendor) fn outlook(&self) -> Outlook {
        self.road.outlook(self.options.clock.now())
    }

    /// The address of a path below the base; refuses one that would lead elsewhere.
    pub(in crate::vendor) fn url(
        &self,
        method: &Method,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<Url, VendorError> {
        let wrong = || VendorError::Path {
            call: Box::new(self.call(method, path)),
        };
        if !path::is_safe(path) {
            return Err(wrong());
        }
        let base = self.base.as_str().trim_end_matches('/');
        let mut url = Url::parse(&format!("{base}{path}")).map_err(|_| wrong())?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Ok(url)
    }

    pub(in crate::vendor) fn call(&self, method: &Method, path: &str) -> Call {
        Call {
            vendor: self.vendor,
            method: method.clone(),
            path: path.to_owned(),
            unanswered_before: false,
            effort: Effort::default(),
        }
    }

    /// Sends, and sends again where that is safe.
    pub(in crate::vendor) async fn send(&self, ask: &Ask<'_>) -> Result<Reply, VendorError> {
        let clock = &self.options.clock;
        let mut call = self.call(&ask.method, ask.url.path());
        let bucket = bucket(self.vendor, ask.url.path());
        let request = self.options.usage.begin();
        let mut wanted = clock.now();
        let mut first_id = None;
        let mut effort = Effort::default();
        let mut renewed = false;
        loop {
            let admitted = self.admit(bucket).await;
            let headers = self.auth.headers(&ask.method, &ask.url).await?;
            effort.tries += 1;
            let since = clock.now();
            let tried = self
                .once(&Try {
                    ask,
                    call: &call,
                    bucket,
                    request,
                    attempt: effort.tries,
                    wanted,
                    first_id: first_id.as_deref(),
                    headers,
                })
                .await;
            wanted = clock.now();
            let took = clock.now().saturating_sub(since);
            effort.time += took;
            self.learn(&admitted, bucket, &tried, took);
            let asked = tried
                .headers
                .as_ref()
                .and_then(|headers| retry::asked_wait(self.vendor, headers, clock.unix()));
            let error = match tried.result {
                Ok(reply) => {
                    if ask.method == Method::POST {
                        self.road.made(clock.now());
                    }
                    return Ok(reply);
                }
                Err(error) => error,
            };
            // Not executed, so any method may be sent again with a new token; once.
            if matches!(error, VendorError::Unauthorized { .. })
                && !std::mem::replace(&mut renewed, true)
                && self.auth.forget().await
            {
                effort.tries -= 1;
                continue;
            }
            let pace = &self.options.pace;
            let fresh = self.vendor == Vendor::Konnect && self.road.fresh(clock.now());
            let verdict = retry::judge(&error, ask.repeatable, effort, asked, fresh, pace);
            if let (VendorError::RateLimited { .. }, Some(wait)) = (&error, verdict.wait(asked)) {
                // before this request is given back: what is under way tells how many were too many
                let wait = wait.min(pace.longest_wait);
                self.road
                    .budget
                    .close(bucket, wait, asked.is_some(), clock.now());
            }
            drop(admitted);
            match verdict {
                Verdict::GiveUp => return Err(error.after(effort)),
                Verdict::AgainAll(_) => {}
                Verdict::Again(wait) => {
                    let wait = wait + self.jitter();
                    clock.sleep(wait).await;
                    effort.time += wait;
                }
            }
            call.unanswered_before |= error.doubtful();
            first_id = first_id.or(tried.request_id);
        }
    }

    /// Tells the budget and the lanes how a try went.
    fn learn(
        &self,
        (lane, spent): &(Lane<'_>, Spent<'_>),
        bucket: &'static str,
        tried: &Tried,
        took: Duration,
    ) {
        let clock = &self.options.clock;
        let strained = tried.status.is_none() || matches!(tried.status, Some(423 | 429 | 500..));
        if let Some(headers) = &tried.headers {
            // A limit of 0 is Okta's mark for too many requests at once.
            let rate = traffic::rate(self.vendor, headers, clock.unix());
            let rate = rate.filter(|rate| rate.limit > 0);
            spent.answered(rate, !strained, clock.now());
        }
        if strained {
            lane.strained();
        } else {
            lane.answered(bucket, tried.writes, took);
        }
    }

    /// Sends once, with these headers and nothing else that logs in; the caller judges the outcome.
    pub(in crate::vendor) async fn attempt(
        &self,
        ask: &Ask<'_>,
        headers: HeaderMap,
        attempt: u32,
    ) -> Tried {
        let bucket = bucket(self.vendor, ask.url.path());
        let wanted = self.options.clock.now();
        let admitted = self.admit(bucket).await;
        let since = self.options.clock.now();
        let tried = self
            .once(&Try {
                ask,
                call: &self.call(&ask.method, ask.url.path()),
                bucket,
                request: self.options.usage.begin(),
                attempt,
                wanted,
                first_id: None,
                headers,
            })
            .await;
        let took = self.options.clock.now().saturating_sub(since);
        self.learn(&admitted, bucket, &tried, took);
        tried
    }

    /// Sends to something that need not speak JSON: any status is an answer.
    pub(in crate::vendor) async fn status(
        &self,
        ask: &Ask<'_>,
    ) -> Result<(u16, Option<VendorError>), VendorError> {
        match self.send(ask).await {
            Ok(reply) => Ok((reply.status, None)),
            Err(error) => match error.status() {
                Some(status) => Ok((status, Some(error))),
                None => Err(error),
            },
        }
    }

    /// Waits for the rate limit and for a free lane.
    async fn admit(&self, bucket: &'static str) -> (Lane<'_>, Spent<'_>) {
        let Road { budget, lanes, .. } = &*self.road;
        loop {
            let mut told = std::pin::pin!(budget.told());
            told.as_mut().enable();
            let lane = lanes.take().await;
            let wait = match budget.spend(bucket, self.metered(bucket), self.options.clock.now()) {
                Ok(spent) => return (lane, spent),
                Err(wait) => wait,
            };
            drop(lane);
            match wait {
                Wait::Answer => told.await,
                Wait::Time(wait) => {
                    let wait = wait.min(self.options.pace.longest_wait) + self.jitter();
                    tracing::debug!(
                        vendor = self.vendor.as_str(),
                        bucket,
                        seconds = wait.as_secs_f32(),
                        "waiting for the rate limit"
                    );
                    self.options.clock.sleep(wait).await;
                }
            }
        }
    }

    /// Tells whether each answer says what is left of a rate limit.
    fn metered(&self, bucket: &str) -> bool {
        self.vendor == Vendor::Okta && bucket != okta::UNLIMITED
    }

    fn jitter(&self) -> Duration {
        self.options.pace.jitter.mul_f64(fastrand::f64())
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("vendor", &self.vendor)
            .field("base", &self.base.as_str())
            .field("lanes", &self.road.lanes.open())
            .finish_non_exhaustive()
    }
}
