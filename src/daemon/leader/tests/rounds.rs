//! Many rounds of bad luck: whatever happens, no two replicas may write at one moment, and in the end one leads.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::super::Times;
use super::api::FakeApi;
use super::cluster::{Replica, SECOND};

const REPLICAS: usize = 3;

#[test]
fn no_two_may_write_whatever_happens() {
    let mut led = 0;
    for seed in 0..300 {
        let round = play(seed, Times::default());
        assert!(
            round.overlap.is_none(),
            "seed {seed}: two at {:?}",
            round.overlap
        );
        assert!(
            round.heals,
            "seed {seed}: nobody leads when all is well again"
        );
        led += round.changes;
    }
    // or nothing was tried
    assert!(led > 600, "the lead went over {led} times only");
}

/// With times that [`Times::new`] refuses there are two: the rounds can tell.
#[test]
fn the_rounds_can_tell() {
    let times = Times::unchecked(5 * SECOND, 20 * SECOND, 2 * SECOND);
    let found = (0..40).filter(|seed| play(*seed, times).overlap.is_some());
    assert!(found.count() > 10);
}

struct Round {
    overlap: Option<Duration>,
    heals: bool,
    changes: u32,
}

fn play(seed: u64, times: Times) -> Round {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(round(seed, times))
}

async fn round(seed: u64, times: Times) -> Round {
    let mut rng = fastrand::Rng::with_seed(seed);
    let api = FakeApi::default();
    let chance = rng.u32(0..40);
    let mut born = 0;
    let mut start = |rng: &mut fastrand::Rng| {
        born += 1;
        let rate = 0.98 + rng.f64() * 0.04;
        let replica = Replica::with(&api, &format!("r{born}"), times, rate);
        replica.line.weather(chance, rng.u64(..));
        replica
    };
    let mut replicas: Vec<Replica> = (0..REPLICAS).map(|_| start(&mut rng)).collect();
    let began = Instant::now();
    let mut result = Round {
        overlap: None,
        heals: false,
        changes: 0,
    };
    let mut last = None;
    while began.elapsed() < 240 * SECOND {
        let which = rng.usize(0..REPLICAS);
        match rng.u32(0..12) {
            0 => replicas[which].pause(true),
            1..4 => replicas[which].pause(false),
            4 => replicas[which].line.cut(true),
            5..8 => replicas[which].line.cut(false),
            // killed, and a new one in its place
            8 => replicas[which] = start(&mut rng),
            9 => {
                let fresh = start(&mut rng);
                let old = std::mem::replace(&mut replicas[which], fresh);
                old.pause(false);
                tokio::spawn(old.stop());
            }
            10 => api.touch(),
            _ if rng.u32(0..5) == 0 => api.delete(),
            _ => api.skew(rng.i64(-1000..1000)),
        }
        for _ in 0..rng.u32(0..300) {
            sleep(Duration::from_millis(20)).await;
            let writers: Vec<usize> = (0..REPLICAS)
                .filter(|at| replicas[*at].may_write())
                .collect();
            if writers.len() > 1 {
                result.overlap = Some(began.elapsed());
                return result;
            }
            if let Some(writer) = writers.first()
                && last != Some(*writer)
            {
                last = Some(*writer);
                result.changes += 1;
            }
        }
    }
    for replica in &replicas {
        replica.pause(false);
        replica.line.cut(false);
        replica.line.weather(0, seed);
    }
    // what hangs ends, a lease is over, one that was made anew is waited for
    sleep(2 * times.lease() + times.renew_deadline() + 4 * times.retry()).await;
    let leaders = replicas.iter().filter(|replica| replica.leads());
    let writers = replicas.iter().filter(|replica| replica.may_write());
    result.heals = leaders.count() == 1 && writers.count() == 1;
    result
}
