//! 2,000 requests a second for 20 seconds on a world of 5,000 objects, from another process.
//!
//! Requests are due at fixed times whether or not the one before was answered, and a latency counts
//! from the time that its request was due: a server that stalls cannot hide it. `SECONDS` and `RATE`
//! of the environment change the run.

#![allow(missing_docs, clippy::cast_precision_loss)] // a program; latencies are small numbers

mod support;

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use support::Server;
use tokio::time::{Instant, sleep_until};

const WORKERS: u32 = 64;

/// What requests need to know of the world.
struct Target {
    client: Client,
    server: Server,
    servers: Vec<String>,
    apis: Vec<String>,
    portals: Vec<String>,
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let number = |name: &str, otherwise: u32| {
        let given = std::env::var(name).ok().and_then(|text| text.parse().ok());
        given.unwrap_or(otherwise)
    };
    let (rate, seconds) = (number("RATE", 2_000), number("SECONDS", 20));
    let seed = support::world();
    let server = Server::start(&["--seed", &seed.path().to_string_lossy()]);
    println!(
        "world of 5,000 objects ready after {:.0} ms",
        server.ready_after.as_secs_f64() * 1e3
    );
    let target = Arc::new(Target::new(server).await);

    for n in 0..200 {
        target.send(n).await; // warm: connections, and keys that are made when first needed
    }
    let cpu = target.server.cpu_seconds();
    let begin = Instant::now();
    let workers: Vec<_> = (0..WORKERS)
        .map(|worker| {
            let target = Arc::clone(&target);
            tokio::spawn(async move {
                let (mut took, mut failed) = (Vec::new(), 0);
                for n in (worker..rate * seconds).step_by(WORKERS as usize) {
                    let due = begin + Duration::from_secs(1) * n / rate;
                    sleep_until(due).await;
                    if !target.send(n).await {
                        failed += 1;
                    }
                    took.push(due.elapsed());
                }
                (took, failed)
            })
        })
        .collect();
    let (mut took, mut failed) = (Vec::new(), 0);
    for worker in workers {
        let (more, wrong) = worker.await.expect("no worker panics");
        took.extend(more);
        failed += wrong;
    }
    let wall = begin.elapsed().as_secs_f64();
    let cpu = target.server.cpu_seconds() - cpu;
    took.sort_unstable();
    let at = |permille: usize| took[(took.len() - 1) * permille / 1_000].as_secs_f64() * 1e3;
    println!(
        "{} requests in {wall:.1} s ({:.0} a second), {failed} failed\n\
         p50 {:.2} ms, p99 {:.2} ms, most {:.2} ms\n\
         processor time {cpu:.1} s ({:.0} % of one core), resident {:.0} MiB",
        took.len(),
        took.len() as f64 / wall,
        at(500),
        at(990),
        at(1_000),
        cpu / wall * 100.0,
        target.server.resident(),
    );
    if failed > 0 {
        std::process::exit(1);
    }
}

impl Target {
    async fn new(server: Server) -> Self {
        let mut target = Self {
            client: Client::builder().no_proxy().build().expect("a client"),
            server,
            servers: Vec::new(),
            apis: Vec::new(),
            portals: Vec::new(),
        };
        target.servers = target
            .ids(target.okta("/api/v1/authorizationServers"))
            .await;
        target.apis = target
            .ids(target.konnect(Method::GET, "/v3/apis?page[size]=100"))
            .await;
        target.portals = target.ids(target.konnect(Method::GET, "/v3/portals")).await;
        target
    }

    fn okta(&self, path: &str) -> RequestBuilder {
        let request = self.client.get(format!("{}{path}", self.server.okta));
        request.header("authorization", format!("SSWS {}", self.server.okta_token))
    }

    fn konnect(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self
            .client
            .request(method, format!("{}{path}", self.server.konnect));
        request.bearer_auth(&self.server.konnect_token)
    }

    async fn ids(&self, request: RequestBuilder) -> Vec<String> {
        let answer: Value = request
            .send()
            .await
            .expect("an answer")
            .json()
            .await
            .expect("JSON");
        let list = answer
            .get("data")
            .unwrap_or(&answer)
            .as_array()
            .expect("a list");
        list.iter()
            .filter_map(|item| item["id"].as_str().map(str::to_owned))
            .collect()
    }

    /// Sends the `n`th request, of ten kinds in turn: seven read, two write, one gets a token.
    async fn send(&self, n: u32) -> bool {
        let of = |ids: &[String]| ids[(n / 10) as usize % ids.len()].clone();
        let (server, api, portal) = (of(&self.servers), of(&self.apis), of(&self.portals));
        let page = n / 10 % 10 + 1;
        let request = match n % 10 {
            0 => self.konnect(
                Method::GET,
                &format!("/v3/apis?page[size]=100&page[number]={page}"),
            ),
            1 => self.okta(&format!("/api/v1/authorizationServers/{server}/scopes")),
            2 => {
                let path = format!("{}/api/v3/portal", self.server.portal);
                self.client.get(path)
            }
            3 => self.konnect(Method::GET, &format!("/v3/apis/{api}")),
            4 => self.okta(&format!("/api/v1/authorizationServers/{server}")),
            5 => self.konnect(
                Method::GET,
                &format!("/v3/portals/{portal}/applications?page[size]=100"),
            ),
            6 => self.konnect(
                Method::GET,
                "/v2/application-auth-strategies?page[size]=100",
            ),
            7 => {
                let body = json!({ "description": format!("changed by request {n}") });
                self.konnect(Method::PATCH, &format!("/v3/apis/{api}"))
                    .json(&body)
            }
            8 => {
                let body = json!({ "visibility": "public" });
                self.konnect(
                    Method::PUT,
                    &format!("/v3/apis/{api}/publications/{portal}"),
                )
                .json(&body)
            }
            _ => {
                let (client, secret) = ("client-7", "secret-of-client-00000007");
                let path = format!("{}/oauth2/{server}/v1/token", self.server.okta);
                let form = [("grant_type", "client_credentials"), ("scope", "")];
                self.client
                    .post(path)
                    .basic_auth(client, Some(secret))
                    .form(&form)
            }
        };
        // a token without a scope is refused at servers without a default scope: an answer as good
        // as any, and as dear as any
        match request.send().await {
            Ok(answer) => {
                let good = answer.status().as_u16() < 500;
                answer.bytes().await.is_ok() && good
            }
            Err(_) => false,
        }
    }
}
