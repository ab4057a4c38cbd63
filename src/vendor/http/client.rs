use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;
use reqwest::header::{CONTENT_LENGTH, HeaderMap, HeaderValue};
use tracing::Instrument as _;
use url::Url;

use super::reply::{Raw, Reply};
use super::wire::{no_answer, read_body, request_id};
use super::{Ask, Auth, Body, bucket, parse_origin, transport};
use crate::base::Scrubber;
use crate::vendor::budget::{Budget, Spent};
use crate::vendor::lanes::{Lane, Lanes};
use crate::vendor::retry::{self, Verdict};
use crate::vendor::{Allowance, Call, Options, RequestDone, Vendor, VendorError, path};

/// Talks to one vendor.
pub(in crate::vendor) struct Client {
    vendor: Vendor,
    base: Url,
    http: reqwest::Client,
    auth: Auth,
    scrubber: Arc<Scrubber>,
    options: Options,
    budget: Budget,
    lanes: Lanes,
}

/// How one try ended.
struct Tried {
    result: Result<Reply, VendorError>,
    status: Option<u16>,
    headers: Option<HeaderMap>,
    request_id: Option<String>,
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
            budget: Budget::new(options.pace.budget),
            lanes: Lanes::new(options.pace.lanes),
            vendor,
            base,
            auth,
            scrubber,
            options,
        })
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

    /// What is known of the rate limits.
    pub(in crate::vendor) fn allowances(&self) -> Vec<Allowance> {
        self.budget.allowances(self.options.clock.now())
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
        }
    }

    /// Sends, and sends again where that is safe.
    pub(in crate::vendor) async fn send(&self, ask: &Ask<'_>) -> Result<Reply, VendorError> {
        let clock = &self.options.clock;
        let mut call = self.call(&ask.method, ask.url.path());
        let bucket = bucket(self.vendor, ask.url.path());
        let mut first_id = None;
        let mut attempt = 1;
        loop {
            let admitted = self.admit(bucket).await;
            let tried = self
                .once(ask, &call, bucket, attempt, first_id.as_deref())
                .await;
            let rate = tried
                .headers
                .as_ref()
                .and_then(|headers| retry::rate(headers, clock.unix()));
            if let Some(rate) = rate.filter(|rate| rate.limit > 0) {
                self.budget.learn(bucket, rate, clock.now());
            }
            let strained =
                tried.status.is_none() || matches!(tried.status, Some(423 | 429 | 500..));
            self.lanes.learn(!strained);
            drop(admitted);

            let error = match tried.result {
                Ok(reply) => return Ok(reply),
                Err(error) => error,
            };
            let asked = tried
                .headers
                .as_ref()
                .and_then(|headers| retry::asked_wait(self.vendor, headers, clock.unix()));
            let pace = &self.options.pace;
            match retry::judge(&error, ask.repeatable, attempt, asked, pace) {
                Verdict::GiveUp => return Err(error),
                Verdict::Again(wait) => clock.sleep(wait + self.jitter()).await,
                Verdict::AgainAll(wait) => self.budget.close(bucket, clock.now() + wait),
            }
            call.unanswered_before |= error.doubtful();
            first_id = first_id.or(tried.request_id);
            attempt += 1;
        }
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
        loop {
            let lane = self.lanes.take().await;
            match self.budget.spend(bucket, self.options.clock.now()) {
                Ok(spent) => return (lane, spent),
                Err(wait) => {
                    drop(lane);
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

    async fn once(
        &self,
        ask: &Ask<'_>,
        call: &Call,
        bucket: &'static str,
        attempt: u32,
        first_id: Option<&str>,
    ) -> Tried {
        let span = tracing::debug_span!(
            "request",
            vendor = self.vendor.as_str(),
            method = %ask.method,
            path = ask.url.path(),
            attempt,
            status = tracing::field::Empty,
            request_id = tracing::field::Empty,
        );
        let start = self.options.clock.now();
        self.options.usage.count(self.vendor, bucket);
        let tried = self
            .exchange(ask, call, attempt, first_id)
            .instrument(span.clone())
            .await;
        span.record("status", tried.status);
        span.record("request_id", tried.request_id.as_deref());
        span.in_scope(|| match &tried.result {
            Ok(_) => tracing::debug!("answered"),
            Err(error) => tracing::debug!(%error, "failed"),
        });
        if let Some(observer) = &self.options.observer {
            observer(&RequestDone {
                vendor: self.vendor,
                bucket,
                method: ask.method.to_string(),
                path: ask.url.path().to_owned(),
                status: tried.status,
                attempt,
                elapsed: self.options.clock.now().saturating_sub(start),
            });
        }
        tried
    }

    async fn exchange(
        &self,
        ask: &Ask<'_>,
        call: &Call,
        attempt: u32,
        first_id: Option<&str>,
    ) -> Tried {
        let mut headers = HeaderMap::new();
        self.auth.apply(&mut headers);
        if self.vendor == Vendor::Okta && attempt > 1 {
            headers.insert("x-okta-retry-count", (attempt - 1).into());
            if let Some(id) = first_id.and_then(|id| HeaderValue::from_str(id).ok()) {
                headers.insert("x-okta-retry-for", id);
            }
        }
        let mut request = self.http.request(ask.method.clone(), ask.url.clone());
        request = match ask.body {
            Body::Json(json) => request.json(json),
            Body::Form(pairs) => request.form(pairs),
            Body::Empty => {
                // Okta answers 411 to a write that has neither body nor length.
                if call.writes() {
                    headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
                }
                request
            }
        };
        let sent = request.headers(headers).send().await;
        let response = match sent {
            Ok(response) => response,
            Err(source) => {
                return Tried {
                    result: Err(no_answer(call, source.without_url())),
                    status: None,
                    headers: None,
                    request_id: None,
                };
            }
        };
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let request_id = request_id(&headers).map(|id| self.scrubber.scrub(id));
        let result = match read_body(response).await {
            Err(source) => Err(VendorError::Truncated {
                call: Box::new(call.clone()),
                status,
                source,
            }),
            Ok(body) => {
                let raw = Raw {
                    status,
                    headers: &headers,
                    body: &body,
                    request_id: request_id.clone(),
                };
                if (200..300).contains(&status) {
                    raw.json(call, &self.scrubber).map(|body| Reply {
                        status,
                        url: ask.url.clone(),
                        headers: headers.clone(),
                        body,
                    })
                } else {
                    Err(raw.failure(call, &self.scrubber))
                }
            }
        };
        Tried {
            result,
            status: Some(status),
            headers: Some(headers),
            request_id,
        }
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
            .field("lanes", &self.lanes.open())
            .finish_non_exhaustive()
    }
}
