//! Who is told of what, without a network: what is in the outbox is read from there.

use std::time::Duration;

use serde_json::Value;
use url::Url;

use super::fixtures::{MovedClock, alert, at, desk, drift, webhook};
use crate::base::Urgency;
use crate::daemon::alerts::{Change, Desk, Receiver};
use crate::status::AlertStatus;

const HOUR: i64 = 3600;

/// A desk in a folder, and what happens there.
struct Story {
    desk: Desk,
    folder: tempfile::TempDir,
}

impl Story {
    fn new(receivers: Vec<Receiver>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let desk = desk(folder.path(), &MovedClock::default());
        desk.receivers("shop", receivers).unwrap();
        Self { desk, folder }
    }

    /// Settles and tells the changes, `fired a`.
    #[track_caller]
    fn settle(&self, second: i64, alerts: &[AlertStatus]) -> Vec<String> {
        let changes = self.desk.settle("shop", alerts.to_vec(), at(second));
        let told = |change: &Change| format!("{} {}", change.turn.as_str(), change.alert.key);
        changes.unwrap().iter().map(told).collect()
    }

    /// Takes everything out of the outbox of a receiver, `fired a`.
    fn taken(&self, receiver: &str) -> Vec<String> {
        self.messages(receiver)
            .iter()
            .map(|message| {
                let text = |value: &Value| value.as_str().unwrap().to_owned();
                let (turn, key) = (text(&message["turn"]), text(&message["alert"]["key"]));
                format!("{turn} {key}")
            })
            .collect()
    }

    fn messages(&self, receiver: &str) -> Vec<Value> {
        let database = &self.desk.0.database;
        database
            .with("reading", |connection| {
                let mut statement = connection
                    .prepare("DELETE FROM outbox WHERE receiver = ?1 RETURNING id, message")?;
                let rows = statement.query_map([receiver], |row| {
                    Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
                })?;
                let mut rows: Vec<(i64, String)> = rows.collect::<Result<_, _>>()?;
                rows.sort();
                Ok(rows)
            })
            .unwrap()
            .into_iter()
            .map(|(_, text)| serde_json::from_str(&text).unwrap())
            .collect()
    }
}

fn receiver(number: usize, severity: Urgency, repeat: Option<Duration>) -> Receiver {
    Receiver {
        severity,
        repeat,
        ..webhook(number, Url::parse("http://127.0.0.1:9/").unwrap())
    }
}

fn one(repeat: Option<Duration>) -> Vec<Receiver> {
    vec![receiver(1, Urgency::Warning, repeat)]
}

const FOUR_HOURS: Option<Duration> = Some(Duration::from_hours(4));
const NOTHING: [&str; 0] = [];

#[test]
fn what_lasts_is_told_once_and_resolved_once() {
    let story = Story::new(one(None));
    let a = alert("a", Urgency::Warning);
    assert_eq!(story.settle(0, std::slice::from_ref(&a)), ["fired a"]);
    assert_eq!(
        story.settle(HOUR, std::slice::from_ref(&a)),
        NOTHING,
        "it lasts"
    );
    assert_eq!(story.settle(2 * HOUR, &[]), ["resolved a"]);
    assert_eq!(story.settle(3 * HOUR, &[]), NOTHING);
    assert_eq!(story.taken("webhook #1"), ["fired a", "resolved a"]);
    assert_eq!(story.settle(4 * HOUR, &[a]), ["fired a"]);
    assert_eq!(
        story.taken("webhook #1"),
        ["fired a"],
        "without `repeat` what comes back is new"
    );
}

#[test]
fn what_lasts_is_told_again_after_repeat() {
    let story = Story::new(one(FOUR_HOURS));
    let a = [alert("a", Urgency::Warning)];
    story.settle(0, &a);
    assert_eq!(story.taken("webhook #1"), ["fired a"]);
    assert_eq!(story.settle(4 * HOUR - 1, &a), NOTHING);
    assert_eq!(story.settle(4 * HOUR, &a), ["repeated a"]);
    assert_eq!(story.settle(5 * HOUR, &a), NOTHING);
    let messages = story.messages("webhook #1");
    assert_eq!(messages.len(), 1);
    assert_eq!(messages[0]["number"], 2);
}

#[test]
fn whoever_was_away_is_not_told_the_same_over_and_over() {
    let story = Story::new(one(FOUR_HOURS));
    let a = [alert("a", Urgency::Warning)];
    story.settle(0, &a);
    for day in 1..20 {
        assert_eq!(story.settle(day * 24 * HOUR, &a), NOTHING);
    }
    assert_eq!(story.taken("webhook #1"), ["fired a"]);
    // back again: from now on it is told as it should be
    assert_eq!(story.settle(20 * 24 * HOUR, &a), ["repeated a"]);
}

#[test]
fn the_same_again_after_it_was_resolved_waits_for_repeat() {
    let story = Story::new(one(FOUR_HOURS));
    let a = [drift("changed")];
    let key = &a[0].key;
    story.settle(0, &a);
    story.settle(HOUR, &[]);
    let (fired, resolved) = (format!("fired {key}"), format!("resolved {key}"));
    assert_eq!(
        story.taken("webhook #1"),
        [fired.as_str(), resolved.as_str()]
    );
    // again and gone, again and gone
    for quarter in 1..4 {
        assert_eq!(
            story.settle(HOUR + quarter * 900, &a),
            [fired.as_str()],
            "it is shown"
        );
        assert_eq!(
            story.settle(HOUR + quarter * 900 + 60, &[]),
            [resolved.as_str()]
        );
    }
    assert_eq!(story.taken("webhook #1"), NOTHING, "but not told");
    assert_eq!(story.settle(2 * HOUR, &a), [fired.as_str()]);
    assert_eq!(story.taken("webhook #1"), NOTHING);
    story.settle(4 * HOUR, &a);
    assert_eq!(story.taken("webhook #1"), [fired.as_str()], "it lasts");
    // other values are other news
    story.settle(5 * HOUR, &[]);
    story.settle(5 * HOUR + 60, &[drift("something else")]);
    assert_eq!(
        story.taken("webhook #1"),
        [resolved.as_str(), fired.as_str()]
    );
}

#[test]
fn other_values_of_what_lasts_are_told_at_once() {
    let story = Story::new(one(FOUR_HOURS));
    let first = drift("one");
    let key = first.key.clone();
    story.settle(0, &[first]);
    let mut known = drift("one");
    let difference = known.difference.as_mut().unwrap();
    difference.actor = None;
    difference.times = 9;
    known.summary = "in other words".to_owned();
    assert_eq!(
        story.settle(60, &[known]),
        NOTHING,
        "who and how often is no news"
    );
    assert_eq!(
        story.settle(120, &[drift("two")]),
        [format!("changed {key}")]
    );
    assert_eq!(
        story.taken("webhook #1"),
        [format!("fired {key}"), format!("changed {key}")]
    );
}

#[test]
fn severity_decides_who_is_told() {
    let story = Story::new(vec![
        receiver(1, Urgency::Info, None),
        receiver(2, Urgency::Warning, None),
        receiver(3, Urgency::Critical, None),
    ]);
    story.settle(
        0,
        &[
            alert("a", Urgency::Info),
            alert("b", Urgency::Warning),
            alert("c", Urgency::Critical),
        ],
    );
    assert_eq!(story.taken("webhook #1"), ["fired a", "fired b", "fired c"]);
    assert_eq!(story.taken("webhook #2"), ["fired b", "fired c"]);
    assert_eq!(story.taken("webhook #3"), ["fired c"]);
    // one becomes graver, one less grave
    story.settle(
        60,
        &[
            alert("a", Urgency::Info),
            alert("b", Urgency::Critical),
            alert("c", Urgency::Info),
        ],
    );
    assert_eq!(story.taken("webhook #1"), ["changed b", "changed c"]);
    assert_eq!(story.taken("webhook #2"), ["changed b"]);
    assert_eq!(story.taken("webhook #3"), ["fired b"]);
    story.settle(120, &[]);
    assert_eq!(
        story.taken("webhook #3"),
        ["resolved b", "resolved c"],
        "whoever was told hears the end"
    );
    assert_eq!(story.taken("webhook #2"), ["resolved b", "resolved c"]);
}

#[test]
fn whoever_comes_later_is_told_what_lasts() {
    let story = Story::new(one(None));
    let a = [alert("a", Urgency::Warning)];
    story.settle(0, &a);
    let mut receivers = one(None);
    receivers.push(receiver(2, Urgency::Warning, None));
    story.desk.receivers("shop", receivers).unwrap();
    assert_eq!(story.settle(60, &a), NOTHING, "it is not new");
    assert_eq!(story.taken("webhook #1"), ["fired a"]);
    assert_eq!(story.taken("webhook #2"), ["fired a"]);
}

#[test]
fn what_waits_for_a_receiver_that_is_gone_is_dropped() {
    let story = Story::new(vec![
        receiver(1, Urgency::Info, None),
        receiver(2, Urgency::Info, None),
    ]);
    let a = [alert("a", Urgency::Warning)];
    story.settle(0, &a);
    assert_eq!(story.desk.alerting().waiting, 2);
    story.desk.receivers("shop", one(None)).unwrap();
    assert_eq!(story.desk.alerting().waiting, 1);
    story.settle(60, &[]);
    assert_eq!(story.taken("webhook #2"), NOTHING);
    assert_eq!(story.taken("webhook #1"), ["fired a", "resolved a"]);
}

#[test]
fn documents_do_not_meet() {
    let story = Story::new(one(None));
    story.desk.receivers("bank", one(None)).unwrap();
    story.settle(0, &[alert("a", Urgency::Warning)]);
    let changes = story.desk.settle("bank", Vec::new(), at(1)).unwrap();
    assert_eq!(changes, []);
    let bank = alert("a", Urgency::Critical);
    let changes = story.desk.settle("bank", vec![bank], at(2)).unwrap();
    assert_eq!(changes[0].alert.document, "bank", "whatever it says");
    let firing = story.desk.alerting().firing;
    let firing: Vec<_> = firing
        .iter()
        .map(|alert| (alert.document.as_str(), alert.severity))
        .collect();
    assert_eq!(
        firing,
        [("bank", Urgency::Critical), ("shop", Urgency::Warning)]
    );
}

#[test]
fn a_restart_knows_what_was_told() {
    let Story { desk: old, folder } = Story::new(one(FOUR_HOURS));
    let story = Story { desk: old, folder };
    let a = alert("a", Urgency::Warning);
    story.settle(0, std::slice::from_ref(&a));
    let Story { desk: old, folder } = story;
    drop(old);
    let fresh = desk(folder.path(), &MovedClock::default());
    assert_eq!(
        fresh.alerting().waiting,
        0,
        "of a document that was not told yet nothing is known"
    );
    fresh.receivers("shop", one(FOUR_HOURS)).unwrap();
    let story = Story {
        desk: fresh,
        folder,
    };
    assert_eq!(story.desk.alerting().waiting, 1, "it still waits");
    let later = AlertStatus { since: at(50), ..a };
    assert_eq!(story.settle(60, std::slice::from_ref(&later)), NOTHING);
    assert_eq!(
        story.desk.alerting().firing[0].since,
        at(0),
        "since it was seen first"
    );
    assert_eq!(story.settle(4 * HOUR, &[]), ["resolved a"]);
    assert_eq!(story.taken("webhook #1"), ["fired a", "resolved a"]);
}

#[test]
fn an_end_before_the_receivers_are_known_is_told_after_it() {
    let Story { desk: old, folder } = Story::new(one(None));
    old.settle("shop", vec![alert("a", Urgency::Warning)], at(0))
        .unwrap();
    drop(old);
    let story = Story {
        desk: desk(folder.path(), &MovedClock::default()),
        folder,
    };
    assert_eq!(story.settle(60, &[]), NOTHING);
    story.desk.receivers("shop", one(None)).unwrap();
    assert_eq!(story.settle(120, &[]), ["resolved a"]);
    assert_eq!(story.taken("webhook #1"), ["fired a", "resolved a"]);
}

#[test]
fn of_what_is_told_twice_in_one_look_the_last_counts() {
    let story = Story::new(one(None));
    let twice = [alert("a", Urgency::Warning), alert("a", Urgency::Critical)];
    assert_eq!(story.settle(0, &twice), ["fired a"]);
    let messages = story.messages("webhook #1");
    assert_eq!(messages.len(), 1);
    assert_eq!(messages[0]["alert"]["severity"], "critical");
}
