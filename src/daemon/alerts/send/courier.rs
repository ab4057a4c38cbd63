use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, retry};
use serde_json::Value;
use url::Url;

use super::post::post;
use super::{Reply, command};
use crate::base::{Scrubber, printable, scrub_for_all};
use crate::daemon::alerts::format::{CONTENT_TYPE, cloud_event, pagerduty, sign, slack, teams};
use crate::daemon::alerts::message::Message;
use crate::daemon::alerts::receiver::{Target, address, is_loopback, signing_key};
use crate::daemon::alerts::{DeskError, ReceiverError};
use crate::vendor::Clock;

/// `PagerDuty`'s address for events.
const PAGERDUTY: &str = "https://events.pagerduty.com/v2/enqueue";
const JSON: &str = "application/json";
/// So many refusals by a receiver of HTTP end a message.
const TRIES: u32 = 5;
/// What receivers and programs answer is told so far.
const TOLD: usize = 200;

/// How receivers are met.
#[derive(Debug, Clone)]
pub(in crate::daemon::alerts) struct CourierOptions {
    pub(in crate::daemon::alerts) ca_files: Vec<PathBuf>,
    pub(in crate::daemon::alerts) connect: Duration,
    pub(in crate::daemon::alerts) answer: Duration,
}

/// Takes messages to their receivers.
#[derive(Clone)]
pub(in crate::daemon::alerts) struct Courier {
    /// Through the system's proxy, where there is one.
    out: Client,
    /// On this machine.
    here: Client,
    clock: Arc<dyn Clock>,
    scrubber: Arc<Scrubber>,
    answer: Duration,
}

impl Courier {
    pub(in crate::daemon::alerts) fn new(
        options: &CourierOptions,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, DeskError> {
        let mut certificates = Vec::new();
        for path in &options.ca_files {
            certificates.extend(read(path)?);
        }
        let builder = || {
            Client::builder()
                .user_agent(concat!("dcrsync/", env!("CARGO_PKG_VERSION")))
                // whoever answers with another address would get the message, and its key
                .redirect(Policy::none())
                .retry(retry::never())
                .referer(false)
                .connect_timeout(options.connect)
                .timeout(options.answer)
                .tls_certs_merge(certificates.clone())
        };
        Ok(Self {
            out: builder().build().map_err(DeskError::Client)?,
            here: builder().no_proxy().build().map_err(DeskError::Client)?,
            clock,
            scrubber: Scrubber::of_a_run(),
            answer: options.answer,
        })
    }

    /// Takes note of what must not be seen of a target.
    pub(in crate::daemon::alerts) fn learn(&self, target: &Target) {
        for secret in target.secrets() {
            self.scrubber.learn(&secret);
        }
    }

    /// Tries once.
    pub(in crate::daemon::alerts) async fn send(
        &self,
        target: &Target,
        message: &Message,
    ) -> Reply {
        let reply = match target {
            Target::Slack { url } => self.to_secret(url, &slack(message)).await,
            Target::Teams { url } => self.to_secret(url, &teams(message)).await,
            Target::PagerDuty { routing_key, url } => {
                let own = Url::parse(PAGERDUTY).expect("it is an address");
                let body = pagerduty(message, routing_key);
                self.json(url.as_ref().unwrap_or(&own), &body).await
            }
            Target::Webhook { url, secret } => {
                let body = cloud_event(message).to_string();
                let seconds = self.clock.unix();
                let mut headers = vec![
                    ("webhook-id", message.id.clone()),
                    ("webhook-timestamp", seconds.to_string()),
                ];
                match secret.as_ref().map(signing_key).transpose() {
                    Ok(key) => headers.extend(key.map(|key| {
                        let signature = sign(&key, &message.id, seconds, body.as_bytes());
                        ("webhook-signature", signature)
                    })),
                    Err(error) => return refused(error),
                }
                self.post(url, CONTENT_TYPE, &headers, body).await
            }
            Target::Command { run } => {
                command::run(run, cloud_event(message).to_string(), self.answer).await
            }
        };
        self.clean(reply)
    }

    async fn to_secret(&self, url: &crate::base::Secret, body: &Value) -> Reply {
        match address(url) {
            Ok(url) => self.json(&url, body).await,
            Err(error) => refused(error),
        }
    }

    async fn json(&self, url: &Url, body: &Value) -> Reply {
        self.post(url, JSON, &[], body.to_string()).await
    }

    async fn post(
        &self,
        url: &Url,
        content_type: &str,
        headers: &[(&'static str, String)],
        body: String,
    ) -> Reply {
        let client = if is_loopback(url) {
            &self.here
        } else {
            &self.out
        };
        let mut request = client
            .post(url.clone())
            .header("content-type", content_type);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        post(request.body(body), TRIES, self.clock.unix()).await
    }

    /// Takes out what others may have repeated of our secrets, and makes it fit to be shown.
    fn clean(&self, reply: Reply) -> Reply {
        let clean = |why: String| {
            let why = scrub_for_all(&why).unwrap_or_default();
            let why = self.scrubber.scrub(&why);
            let why: String = why.chars().take(TOLD).collect();
            printable(&why).into_owned()
        };
        match reply {
            Reply::Arrived => Reply::Arrived,
            Reply::Refused { why, tries } => Reply::Refused {
                why: clean(why),
                tries,
            },
            Reply::Later { why, after } => Reply::Later {
                why: clean(why),
                after,
            },
        }
    }
}

fn refused(error: ReceiverError) -> Reply {
    Reply::Refused {
        why: error.to_string(),
        tries: TRIES,
    }
}

fn read(path: &Path) -> Result<Vec<Certificate>, DeskError> {
    let failed = |source: Box<dyn std::error::Error + Send + Sync>| DeskError::CaFile {
        path: path.to_owned(),
        source,
    };
    let pem = std::fs::read(path).map_err(|source| failed(source.into()))?;
    let certificates =
        Certificate::from_pem_bundle(&pem).map_err(|source| failed(source.into()))?;
    if certificates.is_empty() {
        return Err(failed("it holds no certificate".into()));
    }
    Ok(certificates)
}
