//! Two replicas against a real kube-apiserver with etcd: killed, paused, cut off. No two may ever write.
//!
//! Needs `DCRSYNC_ETCD` and `DCRSYNC_KUBE_APISERVER`, which `.ci/kubernetes` prints; says so where they are not there.

#[path = "replicas/cluster.rs"]
mod cluster;
#[path = "replicas/journal.rs"]
mod journal;
#[path = "replicas/line.rs"]
mod line;
#[path = "replicas/replica.rs"]
mod replica;

use std::time::Duration;

use cluster::Cluster;
use journal::Journal;
use line::Line;
use replica::Replica;

const LEASE: Duration = Duration::from_secs(6);
const RENEW_DEADLINE: Duration = Duration::from_secs(4);
const RETRY: Duration = Duration::from_secs(1);
/// A busy machine starts processes and answers requests late.
const PATIENCE: Duration = Duration::from_mins(1);

/// What [`Replica::start`] runs; alone it does nothing.
#[test]
fn replica_process() {
    replica::main();
}

#[test]
fn never_two_writers() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let journal = Journal::new(cluster.folder());
    let (line_a, line_b) = (Line::to(cluster.port()), Line::to(cluster.port()));
    let start = |name: &str, line: &Line| Replica::start(name, &cluster, line, &journal);

    let a = start("a", &line_a);
    journal.wait_for("a");
    let b = start("b", &line_b);
    b.wait_until_it_follows("a");

    // killed: the lease runs out
    a.kill();
    journal.wait_for("b");
    // paused past the lease: what it finds when it wakes is a closed fence
    let a2 = start("a2", &line_a);
    a2.wait_until_it_follows("b");
    b.pause();
    journal.wait_for("a2");
    b.go_on();
    b.wait_until_it_follows("a2");
    // cut off: it stops by itself, before the lease is over
    line_a.cut();
    journal.wait_for("b");
    line_a.mend();
    a2.wait_until_it_follows("b");
    // stopped: the lease is given back, and nobody waits for its end
    b.stop();
    journal.wait_for("a2");
    a2.stop();

    let terms = journal.terms();
    let names: Vec<&str> = terms.iter().map(|term| term.name.as_str()).collect();
    // had two written at one time, they would take turns here
    assert_eq!(names, ["a", "b", "a2", "b", "a2"]);
    for (pair, why) in terms
        .windows(2)
        .zip(["killed", "paused", "cut off", "stopped"])
    {
        let took = pair[1].first.saturating_sub(pair[0].last);
        println!("{why}: taken over after {took:.1?}");
        if why == "stopped" {
            assert!(
                took < LEASE.saturating_sub(RETRY),
                "{why}: nobody waits for the end of the lease: {took:?}"
            );
        } else {
            assert!(
                took >= LEASE.saturating_sub(RENEW_DEADLINE + RETRY),
                "{why}: too early: {took:?}"
            );
            assert!(
                took <= LEASE + 2 * RETRY + Duration::from_secs(5),
                "{why}: too late: {took:?}"
            );
        }
    }
    let transitions = cluster.lease_field("leaseTransitions");
    assert_eq!(transitions, "4", "each take-over is counted");
    assert_eq!(cluster.lease_field("holderIdentity"), "");
}
