//! What the sandbox saw: its journal tells the requests and when each arrived.

use serde_json::{Value, json};

use crate::support::Server;

/// Empties the journal and lets each request wait from now on.
pub(crate) async fn slow_down(server: &Server, milliseconds: u64) {
    let client = client();
    let at = |what: &str| format!("{}/_sandbox/{what}", server.okta);
    for what in ["faults", "requests"] {
        let done = client.delete(at(what)).send().await;
        assert!(done.is_ok_and(|answer| answer.status().is_success()));
    }
    if milliseconds > 0 {
        let delay = json!([{ "times": u32::MAX, "effect": { "delay_ms": milliseconds } }]);
        let armed = client
            .post(at("faults"))
            .body(delay.to_string())
            .send()
            .await;
        assert!(armed.is_ok_and(|answer| answer.status().is_success()));
    }
}

/// When each request arrived, in nanoseconds.
pub(crate) async fn requests(server: &Server) -> Vec<i128> {
    let url = format!("{}/_sandbox/requests", server.okta);
    let answer = client().get(url).send().await.expect("an answer");
    let entries: Vec<Value> = answer.json().await.expect("a list");
    let times = entries.iter().filter_map(|entry| entry["time"].as_str());
    let times = times.filter_map(|time| time.parse::<jiff::Timestamp>().ok());
    times.map(jiff::Timestamp::as_nanosecond).collect()
}

/// The longest chain of requests of which each came after the one before was answered.
pub(crate) fn depth(arrivals: &[i128], milliseconds: u64) -> usize {
    let latency = i128::from(milliseconds) * 1_000_000;
    let mut sorted = arrivals.to_vec();
    sorted.sort_unstable();
    let mut depths: Vec<usize> = Vec::with_capacity(sorted.len());
    let (mut ended, mut longest) = (0, 0);
    for arrived in &sorted {
        while sorted[ended] + latency <= *arrived && ended < depths.len() {
            longest = longest.max(depths[ended]);
            ended += 1;
        }
        depths.push(longest + 1);
    }
    depths.into_iter().max().unwrap_or(0)
}

fn client() -> reqwest::Client {
    reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client")
}
