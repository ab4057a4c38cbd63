//! The org as a client sees it: a started server and plain HTTP.

mod world;

use world::World;

/// Serves an org until the time in `OKTA_SERVE_SECONDS` is over, for tools that speak HTTP themselves.
#[tokio::test]
#[ignore = "serves a sandbox for tools outside"]
async fn serve() {
    let world = World::start().await;
    println!("base={} token={}", world.origin, world.token);
    let seconds = std::env::var("OKTA_SERVE_SECONDS")
        .ok()
        .and_then(|text| text.parse().ok());
    tokio::time::sleep(std::time::Duration::from_secs(seconds.unwrap_or(600))).await;
}
