use std::future::Future as _;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::sync::watch;

use super::clock::Moved;
use crate::config::Input;
use crate::daemon::triggers::{Contents, Schedule, Triggers, Wake};
use crate::status::Trigger;

struct World {
    clock: Arc<Moved>,
    files: watch::Sender<Option<Arc<Contents>>>,
    triggers: Triggers,
}

const INTERVAL: Duration = Duration::from_mins(5);

impl World {
    fn new() -> Self {
        let clock = Moved::new();
        let (files, told) = watch::channel(None);
        let triggers = Triggers::new(Arc::clone(&clock) as _, Schedule::new(INTERVAL), told);
        Self {
            clock,
            files,
            triggers,
        }
    }

    /// One whose first run is over.
    fn started() -> Self {
        let mut world = Self::new();
        world.save("first");
        assert_eq!(
            world.now(),
            Some((Trigger::Start, Some("first".to_owned())))
        );
        world
    }

    fn save(&self, text: &str) {
        let input = Input {
            name: "dcrsync.yaml".to_owned(),
            text: text.to_owned(),
        };
        let contents = Contents {
            documents: Ok(vec![input]),
        };
        self.files.send_replace(Some(Arc::new(contents)));
    }

    /// The wake that there is now, if there is one.
    fn now(&mut self) -> Option<(Trigger, Option<String>)> {
        let mut next = pin!(self.triggers.next());
        // what wakes a future may have been there before it was asked
        for _ in 0..3 {
            if let Poll::Ready(wake) = next.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                return Some(told(&wake));
            }
        }
        None
    }
}

fn told(wake: &Wake) -> (Trigger, Option<String>) {
    let text = wake.files.as_ref().map(|contents| {
        let inputs = contents.documents.as_ref().unwrap();
        inputs[0].text.clone()
    });
    (wake.trigger, text)
}

#[test]
fn nothing_begins_before_the_files_were_read() {
    let mut world = World::new();
    world.triggers.caller().ask();
    world.clock.go_on(INTERVAL * 2);
    assert_eq!(world.now(), None);
    world.save("a");
    assert_eq!(world.now(), Some((Trigger::Start, Some("a".to_owned()))));
    assert_eq!(world.now(), None);
}

#[test]
fn each_cause_has_its_name() {
    let mut world = World::started();
    let caller = world.triggers.caller();
    caller.ask();
    assert_eq!(world.now(), Some((Trigger::Asked, None)));
    caller.event();
    assert_eq!(world.now(), Some((Trigger::Event, None)));
    world.save("b");
    assert_eq!(world.now(), Some((Trigger::File, Some("b".to_owned()))));
    world.triggers.retry(Duration::from_secs(30));
    assert_eq!(world.now(), None);
    world.clock.go_on(Duration::from_secs(30));
    assert_eq!(world.now(), Some((Trigger::Retry, None)));
    // the time counts from the end of a run
    assert_eq!(world.now(), None);
    world.clock.go_on(INTERVAL.mul_f64(0.89));
    assert_eq!(world.now(), None);
    world.clock.go_on(INTERVAL.mul_f64(0.22));
    assert_eq!(world.now(), Some((Trigger::Schedule, None)));
}

#[test]
fn what_comes_during_a_run_is_one_wake_by_the_strongest() {
    let mut world = World::started();
    let caller = world.triggers.caller();
    for _ in 0..3 {
        caller.event();
        caller.ask();
        world.save("c");
        world.save("d");
    }
    world.clock.go_on(INTERVAL * 3);
    assert_eq!(world.now(), Some((Trigger::File, Some("d".to_owned()))));
    assert_eq!(world.now(), None);
    caller.event();
    caller.ask();
    assert_eq!(world.now(), Some((Trigger::Asked, None)));
    assert_eq!(world.now(), None);
}

#[test]
fn every_run_puts_the_schedule_off() {
    let mut world = World::started();
    assert_eq!(world.now(), None);
    world.clock.go_on(INTERVAL.mul_f64(0.8));
    world.triggers.caller().ask();
    assert_eq!(world.now(), Some((Trigger::Asked, None)));
    assert_eq!(world.now(), None);
    world.clock.go_on(INTERVAL.mul_f64(0.8));
    assert_eq!(world.now(), None);
    let left = world.triggers.left();
    assert!(left <= INTERVAL.mul_f64(0.31), "{left:?}");
    world.clock.go_on(left);
    assert_eq!(world.now(), Some((Trigger::Schedule, None)));
}

#[test]
fn another_schedule_counts_from_now_on() {
    let mut world = World::started();
    assert!(world.triggers.left() > INTERVAL / 2);
    world
        .triggers
        .reschedule(Schedule::new(Duration::from_secs(10)));
    assert!(world.triggers.left() <= Duration::from_secs(11));
}

#[test]
fn without_anybody_who_follows_files_the_schedule_goes_on() {
    let mut world = World::new();
    world.save("e");
    world.files = watch::channel(None).0;
    assert_eq!(world.now(), Some((Trigger::Start, Some("e".to_owned()))));
    assert_eq!(world.now(), None);
    world.clock.go_on(INTERVAL * 2);
    assert_eq!(world.now(), Some((Trigger::Schedule, None)));
    assert_eq!(world.now(), None);
}

/// Sleeping, and not only looking: what comes wakes it.
#[tokio::test]
async fn a_call_wakes_who_waits() {
    let world = World::started();
    let (caller, clock) = (world.triggers.caller(), Arc::clone(&world.clock));
    let mut triggers = world.triggers;
    let files = world.files;
    let waiting = tokio::spawn(async move {
        let first = triggers.next().await.trigger;
        let second = triggers.next().await.trigger;
        (first, second, triggers.next().await.trigger)
    });
    tokio::task::yield_now().await;
    caller.event();
    tokio::task::yield_now().await;
    files.send_modify(|_| ());
    tokio::task::yield_now().await;
    clock.go_on(INTERVAL * 2);
    let told = waiting.await.unwrap();
    assert_eq!(told, (Trigger::Event, Trigger::File, Trigger::Schedule));
}
