use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::super::clock;
use super::super::term::Term;

fn seconds(term: &Arc<AtomicU64>) -> Term {
    let time = Arc::clone(term);
    Term::new(Arc::new(move || {
        Duration::from_secs(time.load(Ordering::SeqCst))
    }))
}

#[test]
fn the_fence_closes_by_the_clock() {
    let time = Arc::new(AtomicU64::new(100));
    let term = seconds(&time);
    let fence = term.fence();
    assert!(!fence(), "before anybody leads");
    term.extend(Duration::from_secs(110));
    time.store(109, Ordering::SeqCst);
    assert!(fence());
    time.store(110, Ordering::SeqCst);
    assert!(!fence());
    term.extend(Duration::from_mins(2));
    assert!(fence());
    term.end();
    assert!(!fence());
}

#[test]
fn what_was_shut_stays_so() {
    let term = seconds(&Arc::new(AtomicU64::new(100)));
    term.extend(Duration::from_secs(110));
    term.shut();
    assert!(!term.is_on());
    term.extend(Duration::from_mins(2));
    assert!(!term.is_on());
}

#[cfg(target_os = "linux")]
#[test]
fn the_clock_of_the_machine_is_the_one_that_counts_its_sleep() {
    // the kernel's own account of it, in seconds with two digits
    let uptime = || {
        let text = std::fs::read_to_string("/proc/uptime").unwrap();
        let first = text.split_whitespace().next().unwrap().to_owned();
        first.parse::<f64>().unwrap()
    };
    let before = uptime();
    let ours = clock::machine()().as_secs_f64();
    let after = uptime();
    assert!(
        before - 0.02 <= ours && ours <= after + 0.02,
        "{before} {ours} {after}"
    );
}
