//! A hundred requests a minute, of which half are ours.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use dcrsync::engine::{Silent, Stop};
use dcrsync::vendor::Clock;
use jiff::Timestamp;
use serde_json::json;

use crate::driven::Driven;
use crate::world::{TODAY, World};

/// What others ask for; we never ask without saying how long a page is to be.
const OTHERS: &str = "/api/v1/authorizationServers";
const BUCKET: &str = "/api/v1";
const SCOPES: usize = 120;

fn document() -> String {
    let mut text = "okta:\n  authorization_servers:\n    default:\n      scopes:\n".to_owned();
    for number in 0..SCOPES {
        writeln!(
            text,
            "        orders.{number}: {{ description: Number {number} }}"
        )
        .unwrap();
    }
    text
}

/// What one run came to.
struct Run {
    refused: u64,
    foretold: Duration,
    took: Duration,
    /// Each window, as the sandbox's journal has it.
    windows: Vec<Window>,
}

/// The requests of one minute.
#[derive(Debug, Clone, Copy, Default)]
struct Window {
    /// Ours and those of others.
    all: u64,
    /// Ours.
    ours: u64,
    /// Ours that were answered 429.
    refused: u64,
}

async fn run(others: Option<&str>) -> Run {
    let world = World::new(&document()).await;
    world.limits(&json!({ BUCKET: 100 })).await;
    let clock = Driven::new();
    let options = clock.options();
    let usage = options.usage.clone();
    let engine = world.engine_with(options);
    let work = async {
        let planned = engine.plan(TODAY).await.unwrap();
        let foretold = engine.forecast(&planned, 0).total();
        let since = clock.now();
        let done = engine
            .apply(&planned, &Silent, &Stop::default())
            .await
            .unwrap();
        assert_eq!(done.done(), SCOPES, "{:#?}", done.outcomes);
        let rest = engine.prove(&planned, &done, TODAY).await.unwrap();
        assert!(rest.steps.is_empty());
        (foretold, clock.now().saturating_sub(since))
    };
    let (foretold, took) = tokio::select! {
        ended = work => ended,
        () = clock.drive(&world, &usage, others) => unreachable!("the drive never ends"),
    };
    Run {
        refused: clock.refused(),
        foretold,
        took,
        windows: windows(&world),
    }
}

/// Counts by the sandbox's journal: a window begins with its first request and lasts a minute.
fn windows(world: &World) -> Vec<Window> {
    let mut counts: BTreeMap<Timestamp, Window> = BTreeMap::new();
    let mut begun: Option<Timestamp> = None;
    for entry in world.since(0) {
        if !entry.path.starts_with("/api/v1/authorizationServers") {
            continue;
        }
        let start = match begun {
            Some(start) if entry.time.as_second() < start.as_second() + 60 => start,
            Some(_) | None => *begun.insert(entry.time),
        };
        let window = counts.entry(start).or_default();
        let ours = u64::from(entry.path != OTHERS);
        window.all += 1;
        window.ours += ours;
        window.refused += ours * u64::from(entry.status == Some(429));
    }
    counts.into_values().collect()
}

#[tokio::test]
async fn a_hundred_a_minute_bring_no_429_and_half_of_them_are_left() {
    let run = run(None).await;
    println!(
        "foretold {:?}, took {:?}, windows {:?}",
        run.foretold, run.took, run.windows
    );
    assert_eq!(run.refused, 0);
    assert!(
        run.windows.iter().all(|window| window.all <= 50),
        "{:?}",
        run.windows
    );
    // a run that never reached the limit would prove nothing
    assert!(run.windows.len() >= 3, "{:?}", run.windows);
    let ratio = run.foretold.as_secs_f64() / run.took.as_secs_f64();
    assert!(
        (0.8..=1.2).contains(&ratio),
        "foretold {:?}, took {:?}",
        run.foretold,
        run.took
    );
}

#[tokio::test]
async fn three_others_in_the_same_bucket_bring_no_storm() {
    let run = run(Some(OTHERS)).await;
    println!(
        "refused {}, took {:?}, windows {:?}",
        run.refused, run.took, run.windows
    );
    for window in &run.windows {
        assert!(window.refused <= 1, "{window:?} in {:?}", run.windows);
    }
    // what we counted is what the sandbox counted, or our path is not told from that of others
    let refused: u64 = run.windows.iter().map(|window| window.refused).sum();
    assert_eq!(refused, run.refused);
    let ours: u64 = run.windows.iter().map(|window| window.ours).sum();
    assert!(ours > SCOPES as u64, "{:?}", run.windows);
    assert!(
        run.windows.iter().any(|window| window.all >= 100),
        "others used the limit up: {:?}",
        run.windows
    );
}
