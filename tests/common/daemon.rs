use std::time::{Duration, Instant};

use serde_json::Value;

use super::{Run, Running, Test};

/// Longer than anything takes, on a machine that does something else besides.
const LONGEST: Duration = Duration::from_mins(1);

/// `dcrsync watch` in a process of its own, and a reader of its page; killed with the test.
pub struct Daemon {
    running: Running,
    page: String,
    login: Option<String>,
    http: reqwest::Client,
    runtime: tokio::runtime::Runtime,
}

impl Daemon {
    /// Starts it with these arguments, and waits for its page.
    #[track_caller]
    pub fn start(test: &Test, args: &[&str]) -> Self {
        let all = [&["watch", "--listen", "127.0.0.1:0", "-v"], args].concat();
        let mut running = test.begin(&all);
        let since = Instant::now();
        let page = loop {
            let said = running.said();
            // a line of its own, or a message in a line of JSON
            if let Some((_, rest)) = said.split_once("The page is at ")
                && let Some(end) = rest.find(['\n', '"', '\\'])
            {
                break rest[..end].to_owned();
            }
            assert!(!running.has_ended(), "it ended: {said}");
            assert!(since.elapsed() < LONGEST, "no page: {said}");
            std::thread::sleep(Duration::from_millis(10));
        };
        Self {
            running,
            page,
            login: None,
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            runtime: tokio::runtime::Runtime::new().unwrap(),
        }
    }

    /// The same, and waits for its first run.
    #[track_caller]
    pub fn started(test: &Test, args: &[&str]) -> Self {
        let daemon = Self::start(test, args);
        daemon.until("its first run", |document| !document["last_run"].is_null());
        daemon
    }

    /// The same with the page's token.
    #[must_use]
    pub fn with_token(mut self, token: &str) -> Self {
        self.login = Some(format!("Bearer {token}"));
        self
    }

    /// Its process.
    pub fn running(&mut self) -> &mut Running {
        &mut self.running
    }

    /// What it logged so far.
    pub fn said(&self) -> String {
        self.running.said()
    }

    /// Sends it a signal.
    pub fn signal(&self, name: &str) {
        self.running.signal(name);
    }

    /// Asks it to end, and waits for that.
    pub fn stop(self) -> Run {
        self.running.signal("TERM");
        self.running.end()
    }

    /// Ends it as a machine that loses power.
    pub fn kill(self) {
        self.running.signal("KILL");
        let _ = self.running.end();
    }

    /// What the page answers.
    #[track_caller]
    pub fn text(&self, path: &str) -> String {
        let mut request = self.http.get(format!("{}{path}", self.page));
        if let Some(login) = &self.login {
            request = request.header("authorization", login);
        }
        self.runtime.block_on(async {
            let answer = request.send().await.unwrap();
            assert!(answer.status().is_success(), "{path}: {}", answer.status());
            answer.text().await.unwrap()
        })
    }

    /// The whole status.
    #[track_caller]
    pub fn status(&self) -> Value {
        serde_json::from_str(&self.text("/api/v1/status")).unwrap()
    }

    /// The status of a document.
    #[track_caller]
    pub fn document(&self, name: &str) -> Value {
        let status = self.status();
        let documents = status["documents"].as_array().unwrap();
        let found = documents.iter().find(|document| document["name"] == name);
        found.expect("the document is followed").clone()
    }

    /// Waits until this holds of the document `shop`.
    #[track_caller]
    pub fn until(&self, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
        self.until_of("shop", what, holds)
    }

    /// Waits until this holds of a document.
    #[track_caller]
    pub fn until_of(&self, name: &str, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
        let since = Instant::now();
        loop {
            let document = self.document(name);
            if holds(&document) {
                return document;
            }
            assert!(
                since.elapsed() < LONGEST,
                "{what} does not come: {document:#}\n{}",
                self.said()
            );
            std::thread::sleep(Duration::from_millis(15));
        }
    }

    /// Asks for a run, and waits until it ended; the status after it.
    #[track_caller]
    pub fn look(&self) -> Value {
        let before = self.document("shop")["last_run"]["id"].clone();
        self.signal("HUP");
        self.until("the run that was asked for", |document| {
            let last = &document["last_run"];
            last["id"] != before && last["trigger"] == "asked"
        })
    }

    /// The runs of the document `shop` that began for this, the oldest first; of the last 50 events.
    pub fn runs(&self, trigger: &str) -> Vec<Value> {
        let document = self.document("shop");
        let history = document["history"].as_array().unwrap();
        let runs = history.iter().rev().filter(|entry| entry["kind"] == "run");
        let runs = runs.map(|entry| entry["run"].clone());
        runs.filter(|run| run["trigger"] == trigger).collect()
    }
}
