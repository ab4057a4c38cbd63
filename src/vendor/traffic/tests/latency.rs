use std::time::Duration;

use crate::vendor::traffic::Latency;

fn learn(latency: &mut Latency, millis: u64, times: usize) -> bool {
    let mut rises = false;
    for _ in 0..times {
        rises = latency.learn(Duration::from_millis(millis));
    }
    rises
}

#[test]
fn a_rise_is_noticed_and_what_lasts_becomes_usual() {
    let mut latency = Latency::default();
    assert!(!learn(&mut latency, 50, 50));
    assert!(learn(&mut latency, 400, 4));
    assert!(!learn(&mut latency, 400, 300));
    assert!(!learn(&mut latency, 60, 10));
}

#[test]
fn noise_is_no_rise() {
    let mut latency = Latency::default();
    learn(&mut latency, 2, 50);
    // Ten times longer, and still nothing that a server would suffer from.
    assert!(!learn(&mut latency, 20, 20));
    // One slow answer is none either.
    assert!(!learn(&mut latency, 150, 1));
}

#[test]
fn too_few_answers_are_no_habit() {
    let mut latency = Latency::default();
    assert!(!latency.learn(Duration::from_millis(10)));
    assert!(!latency.learn(Duration::from_secs(9)));
}
