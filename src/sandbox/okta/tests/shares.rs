//! What one API token or service application may use of a bucket.

use reqwest::Method;

use super::super::{OktaState, TOKEN_SHARE};
use super::world::{Told, World, told};

const SERVERS: &str = "/api/v1/authorizationServers";

/// An org that lets each of its tokens use half of eight requests a minute, and its second token.
async fn halved() -> (World, &'static str) {
    let mut state = OktaState::seed(jiff::Timestamp::now());
    state.limits.insert("/api/v1".to_owned(), 8);
    state.limits.insert(TOKEN_SHARE.to_owned(), 50);
    state.accept_token("00second", jiff::Timestamp::now());
    (World::with(state).await, "00second")
}

async fn servers(world: &World, token: &str) -> Told {
    let request = world.request(Method::GET, SERVERS);
    told(request.header("authorization", format!("SSWS {token}"))).await
}

fn figures(told: &Told) -> (u16, &str, &str) {
    (
        told.status.as_u16(),
        told.header("x-rate-limit-limit"),
        told.header("x-rate-limit-remaining"),
    )
}

#[tokio::test]
async fn a_token_has_its_share_and_leaves_the_rest_to_others() {
    let (world, second) = halved().await;
    for left in ["3", "2", "1", "0"] {
        assert_eq!(
            figures(&servers(&world, &world.token).await),
            (200, "4", left)
        );
    }
    let refused = servers(&world, &world.token).await;
    assert_eq!(figures(&refused), (429, "4", "0"));
    assert_eq!(refused.code(), (429, "E0000047"));
    // another bucket is another share
    let app = world.get("/api/v1/apps/0oa00000000000000000").await;
    assert_eq!(app.code(), (404, "E0000007"));
    // five of the org's eight are used up, the refused one with them
    for left in ["2", "1", "0"] {
        assert_eq!(figures(&servers(&world, second).await).2, left);
    }
    let refused = servers(&world, second).await;
    assert_eq!(figures(&refused), (429, "8", "0"));
}

#[tokio::test]
async fn a_share_is_full_again_after_a_minute() {
    let (world, _) = halved().await;
    for _ in 0..5 {
        servers(&world, &world.token).await;
    }
    let later = &world.state.common.clock_offset;
    later.fetch_add(61, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(
        figures(&servers(&world, &world.token).await),
        (200, "4", "3")
    );
}

#[tokio::test]
async fn who_is_not_let_in_uses_no_share() {
    let (world, _) = halved().await;
    let refused = servers(&world, "00wrong").await;
    assert_eq!(figures(&refused), (401, "8", "7"));
}
