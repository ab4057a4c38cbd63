use std::time::Duration;

use reqwest::header::{CONTENT_LENGTH, HeaderMap, HeaderValue};
use tokio::time::timeout;
use tracing::Instrument as _;

use super::reply::{Raw, Reply};
use super::wire::{no_answer, no_first_byte, read_body, request_id};
use super::{Ask, Body, Client};
use crate::vendor::{Call, RequestDone, Vendor, VendorError};

/// One try of one request.
pub(super) struct Try<'a> {
    pub(super) ask: &'a Ask<'a>,
    pub(super) call: &'a Call,
    pub(super) bucket: &'static str,
    /// The number of the request.
    pub(super) request: u64,
    /// From 1.
    pub(super) attempt: u32,
    /// When it was wished for, by the client's clock.
    pub(super) wanted: Duration,
    /// The id of the first try; Okta wants to know it.
    pub(super) first_id: Option<&'a str>,
    /// What logs in.
    pub(super) headers: HeaderMap,
}

/// How one try ended.
pub(in crate::vendor) struct Tried {
    pub(in crate::vendor) result: Result<Reply, VendorError>,
    pub(in crate::vendor) status: Option<u16>,
    pub(in crate::vendor) headers: Option<HeaderMap>,
    pub(in crate::vendor) request_id: Option<String>,
    /// It was meant to change something.
    pub(in crate::vendor) writes: bool,
}

impl Client {
    /// Sends once; counts, traces and tells the observer.
    pub(super) async fn once(&self, go: &Try<'_>) -> Tried {
        let Try {
            ask,
            bucket,
            attempt,
            ..
        } = *go;
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
        let tried = self.exchange(go).instrument(span.clone()).await;
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
                request: go.request,
                attempt,
                request_id: tried.request_id.clone(),
                waited: start.saturating_sub(go.wanted),
                elapsed: self.options.clock.now().saturating_sub(start),
            });
        }
        tried
    }

    async fn exchange(&self, go: &Try<'_>) -> Tried {
        let Try {
            ask,
            call,
            attempt,
            first_id,
            ..
        } = *go;
        let fenced = self.options.fence.as_ref().is_some_and(|may| !may());
        if fenced && call.writes() {
            let call = Box::new(call.clone());
            return Tried {
                result: Err(VendorError::Fenced { call }),
                status: None,
                headers: None,
                request_id: None,
                writes: true,
            };
        }
        let mut headers = go.headers.clone();
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
        let pace = &self.options.pace;
        // a write that takes long is better waited for than looked for
        let patience = if call.writes() {
            pace.total
        } else {
            pace.first_byte
        };
        let sent = timeout(patience, request.headers(headers).send()).await;
        let failed = match sent {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(source)) => Err(no_answer(call, source.without_url())),
            Err(_) => Err(no_first_byte(call, patience)),
        };
        let response = match failed {
            Ok(response) => response,
            Err(error) => {
                return Tried {
                    result: Err(error),
                    status: None,
                    headers: None,
                    request_id: None,
                    writes: call.writes(),
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
            writes: call.writes(),
        }
    }
}
