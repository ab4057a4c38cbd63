//! A day of a moved clock with random clients: memory has to stay flat.
//!
//! Each of 1,440 minutes has a few clients come, who log in, get tokens, make things, fail at others
//! and clean up; then the clock moves on by a minute. Journal, changes, sessions, System Log and
//! replay guards have to forget, as the world itself is the same at the end as at noon.

#![allow(missing_docs)] // a program

mod support;

use reqwest::{Client, Method};
use serde_json::{Value, json};
use support::Server;

const MINUTES: u32 = 24 * 60;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let seed = support::world();
    let day = Day {
        client: Client::builder().no_proxy().build().expect("a client"),
        server: Server::start(&["--seed", &seed.path().to_string_lossy()]),
    };
    let start = day.server.resident();
    let mut noon = start;
    let mut chance = fastrand::Rng::with_seed(7);
    let mut requests = 0;
    for minute in 0..MINUTES {
        for _ in 0..chance.u32(3..8) {
            requests += day.visit(minute, chance.u32(..)).await;
        }
        let url = format!("{}/_sandbox/clock", day.server.okta);
        let body = json!({ "advance_seconds": 60 }).to_string();
        day.client
            .post(url)
            .body(body)
            .send()
            .await
            .expect("the clock moves");
        if minute == MINUTES / 2 {
            noon = day.server.resident();
        }
    }
    let end = day.server.resident();
    println!(
        "world ready after {:.0} ms; {requests} requests in a day of the sandbox's clock, {:.1} s of processor time\n\
         resident at start {start:.1} MiB, at noon {noon:.1} MiB, at the end {end:.1} MiB",
        day.server.ready_after.as_secs_f64() * 1e3,
        day.server.cpu_seconds(),
    );
    // allocators keep some; what is not forgotten grows as much after noon as before
    if end > noon * 1.05 + 2.0 {
        eprintln!("memory still grows after noon");
        std::process::exit(1);
    }
}

struct Day {
    client: Client,
    server: Server,
}

impl Day {
    /// What one client does; returns how many requests that took.
    async fn visit(&self, minute: u32, chance: u32) -> u32 {
        let name = format!("visitor-{minute}-{chance}");
        match chance % 5 {
            0 => self.log_in().await,
            1 => self.make_api(&name).await,
            2 => self.make_server(&name).await,
            3 => self.get_token().await,
            _ => self.fail(&name).await,
        }
    }

    async fn send(&self, method: Method, url: String, token: &str, body: &Value) -> Value {
        let request = self
            .client
            .request(method, url)
            .header("authorization", token);
        let request = if body.is_null() {
            // Okta refuses a write without a length
            request.header("content-length", "0")
        } else {
            request.json(body)
        };
        let answer = request.send().await.expect("an answer");
        let bytes = answer.bytes().await.expect("a body");
        serde_json::from_slice(&bytes).unwrap_or_default()
    }

    /// By the API as fast as can be: hashing a password is slow on purpose, so not for each visitor.
    async fn log_in(&self) -> u32 {
        let url = format!("{}/api/v3/developer/authenticate", self.server.portal);
        let body = json!({ "username": "dev@example.com", "password": "sandbox" });
        self.send(Method::POST, url, "", &body).await;
        1
    }

    async fn make_api(&self, name: &str) -> u32 {
        let token = format!("Bearer {}", self.server.konnect_token);
        let url = format!("{}/v3/apis", self.server.konnect);
        let made = self
            .send(Method::POST, url.clone(), &token, &json!({ "name": name }))
            .await;
        let id = made["id"].as_str().expect("it is made");
        self.send(
            Method::GET,
            format!("{url}?filter[name][eq]={name}"),
            &token,
            &Value::Null,
        )
        .await;
        self.send(Method::DELETE, format!("{url}/{id}"), &token, &Value::Null)
            .await;
        3
    }

    async fn make_server(&self, name: &str) -> u32 {
        let token = format!("SSWS {}", self.server.okta_token);
        let url = format!("{}/api/v1/authorizationServers", self.server.okta);
        let body = json!({ "name": name, "audiences": ["api://visitor"] });
        let made = self.send(Method::POST, url.clone(), &token, &body).await;
        let one = format!("{url}/{}", made["id"].as_str().expect("it is made"));
        let scope = json!({ "name": "visit" });
        self.send(Method::POST, format!("{one}/scopes"), &token, &scope)
            .await;
        let off = format!("{one}/lifecycle/deactivate");
        self.send(Method::POST, off, &token, &Value::Null).await;
        self.send(Method::DELETE, one, &token, &Value::Null).await;
        4
    }

    async fn get_token(&self) -> u32 {
        let url = format!("{}/oauth2/default/v1/token", self.server.okta);
        let form = [("grant_type", "client_credentials"), ("scope", "nothing")];
        let request = self
            .client
            .post(url)
            .basic_auth("client-7", Some("secret-of-client-00000007"));
        request.form(&form).send().await.expect("an answer");
        1
    }

    async fn fail(&self, name: &str) -> u32 {
        let url = format!("{}/v3/{name}", self.server.konnect);
        self.send(Method::GET, url.clone(), "Bearer wrong", &Value::Null)
            .await;
        let token = format!("Bearer {}", self.server.konnect_token);
        self.send(Method::POST, url, &token, &json!({ "nome": name }))
            .await;
        2
    }
}
