//! Many workers against a server that counts, over random delays, losses and other clients.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use proptest::prelude::*;

use super::server::{Said, Server};
use crate::vendor::traffic::{Bucket, Ticket, Wait};

#[derive(Debug, Clone)]
struct Case {
    limit: u64,
    length: u64,
    /// In percent.
    share: u32,
    workers: usize,
    requests: u64,
    /// Milliseconds there and back.
    delays: Vec<(u64, u64)>,
    /// Every n-th answer is lost.
    lost: Option<u64>,
    /// Milliseconds between requests of each other client.
    others: Vec<u64>,
    stale: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Try,
    Arrive {
        ticket: Ticket,
        back: u64,
    },
    Other {
        every: u64,
    },
    End {
        ticket: Ticket,
        answer: Option<usize>,
    },
}

struct Outcome {
    server: Server,
    took: Duration,
}

/// Runs the case to its end, by events.
fn run(case: &Case) -> Outcome {
    let mut server = Server::new(case.limit, case.length);
    let mut bucket = Bucket::metered();
    let mut said: Vec<Said> = Vec::new();
    let mut events = BinaryHeap::new();
    let mut order = 0_u64;
    let mut push = |events: &mut BinaryHeap<_>, at: Duration, event: Event| {
        order += 1;
        events.push(Reverse((at, order, event)));
    };
    // unaligned with the seconds of the server
    let start = Duration::from_millis(1_234);
    for _ in 0..case.workers {
        push(&mut events, start, Event::Try);
    }
    for every in &case.others {
        push(&mut events, start, Event::Other { every: *every });
    }
    let (mut open, mut done, mut waiting) = (case.requests, 0, 0);
    let mut delays = case.delays.iter().cycle();
    let mut now = start;
    // others that eat everything at once may keep us out for ever, and that is how it should be
    let end = match case.others.len() {
        0 => Duration::from_hours(24),
        _ => Duration::from_secs(case.length * 20),
    };
    while done < case.requests && now < end {
        let Reverse((at, _, event)) = events.pop().expect("somebody still has something to do");
        now = at;
        match event {
            Event::Try if open == 0 => {}
            Event::Try => match bucket.admit(f64::from(case.share) / 100.0, now) {
                Ok(ticket) => {
                    open -= 1;
                    let (there, back) = *delays.next().expect("a cycle has no end");
                    let at = now + Duration::from_millis(there);
                    push(&mut events, at, Event::Arrive { ticket, back });
                }
                Err(Wait::Answer) => waiting += 1,
                Err(Wait::Time(wait)) => {
                    push(
                        &mut events,
                        now + wait + Duration::from_millis(1),
                        Event::Try,
                    );
                }
            },
            Event::Arrive { ticket, back } => {
                said.push(server.take(true, u64::from(case.stale), now));
                let lost = case
                    .lost
                    .is_some_and(|nth| (said.len() as u64).is_multiple_of(nth));
                let answer = (!lost).then_some(said.len() - 1);
                let at = now + Duration::from_millis(back);
                push(&mut events, at, Event::End { ticket, answer });
            }
            Event::Other { every } => {
                server.take(false, 0, now);
                let at = now + Duration::from_millis(every);
                push(&mut events, at, Event::Other { every });
            }
            Event::End { ticket, answer } => {
                let refused = answer.is_some_and(|at| said[at].refused);
                if let Some(at) = answer {
                    bucket.learn(said[at].rate, ticket, now);
                    if refused {
                        let wait = said[at].rate.ends_in + Duration::from_secs(1);
                        bucket.close(wait, true, now);
                    } else {
                        bucket.healthy();
                    }
                }
                bucket.end(answer.is_some(), ticket);
                if refused {
                    open += 1;
                } else {
                    done += 1;
                }
                for _ in 0..=waiting {
                    push(&mut events, now, Event::Try);
                }
                waiting = 0;
            }
        }
    }
    Outcome {
        server,
        took: now.saturating_sub(start),
    }
}

fn usable(case: &Case) -> u64 {
    (case.limit * u64::from(case.share) / 100).max(1)
}

fn cases() -> impl Strategy<Value = Case> {
    (
        5_u64..300,
        3_u64..90,
        1_u32..=100,
        1_usize..40,
        1_u64..400,
        prop::collection::vec((1_u64..400, 1_u64..400), 1..20),
        prop::option::of(2_u64..9),
        any::<bool>(),
    )
        .prop_map(
            |(limit, length, percent, workers, requests, delays, lost, stale)| Case {
                // who opens a window and never hears of it knows of it by the next answer only
                limit: if lost.is_some() { limit.max(50) } else { limit },
                length,
                share: if lost.is_some() {
                    percent.max(20)
                } else {
                    percent
                },
                workers,
                requests,
                delays,
                lost,
                others: Vec::new(),
                stale,
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn nobody_is_refused_and_the_share_of_others_is_never_touched(case in cases()) {
        let seen = run(&case);
        prop_assert!(seen.took < Duration::from_hours(20), "it never ends");
        let usable = usable(&case);
        for (sent, refused) in &seen.server.windows {
            prop_assert_eq!(*refused, 0);
            prop_assert!(*sent <= usable, "{} of {} were used", sent, usable);
        }
        // nothing is waited for longer than windows and answers make necessary
        let windows = case.requests.div_ceil(usable) + 1;
        let answers = Duration::from_millis(800) * u32::try_from(case.requests).unwrap();
        let most = Duration::from_secs((case.length + 3) * windows) + answers;
        prop_assert!(seen.took <= most, "it took {:?}, not {:?}", seen.took, most);
    }

    #[test]
    fn three_others_that_eat_the_budget_cause_no_storm(
        case in cases(),
        others in prop::collection::vec(250_u64..2_000, 3),
    ) {
        let case = Case {
            others,
            limit: case.limit.max(40),
            share: case.share.clamp(5, 50),
            lost: None,
            requests: case.requests.min(100),
            ..case
        };
        let seen = run(&case);
        let worst = seen.server.windows.iter().map(|(_, refused)| *refused).max();
        prop_assert!(worst <= Some(1), "{:?} in one window", worst);
    }
}

#[test]
fn the_limit_of_the_issue_is_used_to_its_share_and_no_further() {
    let case = Case {
        limit: 100,
        length: 60,
        share: 50,
        workers: 16,
        requests: 200,
        delays: vec![(25, 25)],
        lost: None,
        others: Vec::new(),
        stale: false,
    };
    let seen = run(&case);
    let sent: Vec<u64> = seen.server.windows.iter().map(|(sent, _)| *sent).collect();
    assert_eq!(sent[1..], [50, 50, 50, 50]);
}
