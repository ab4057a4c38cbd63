//! The org as a client sees it: a started server and plain HTTP.

mod access;
mod apps;
mod claims;
mod clients;
mod policies;
mod scopes;
mod servers;
mod tokens;
mod world;

use world::World;

/// Serves an org for `OKTA_SERVE_SECONDS`, for tools that speak HTTP themselves.
#[tokio::test]
#[ignore = "serves a sandbox for tools outside"]
async fn serve() {
    let world = World::start().await;
    println!("base={} token={}", world.origin, world.token);
    let seconds = std::env::var("OKTA_SERVE_SECONDS").ok();
    let seconds = seconds.and_then(|text| text.parse().ok()).unwrap_or(600);
    tokio::time::sleep(std::time::Duration::from_secs(seconds)).await;
}
