//! When a change is whole, by moved time.

use std::fs;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::super::Followed;
use super::super::contents::{Reading, State};
use super::super::settle::{Settle, Verdict, Writers};

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// The state with this text in the document, or without the document.
    fn state(&self, text: Option<&str>) -> State {
        let path = self.0.path().join("dcrsync.yaml");
        match text {
            Some(text) => fs::write(path, text).unwrap(),
            None => {
                let _ = fs::remove_file(path);
            }
        }
        let followed = Followed {
            documents: vec!["dcrsync.yaml".into()],
            others: Vec::new(),
            here: self.0.path().to_owned(),
        };
        Reading::of(&followed).state
    }
}

const CALM: Writers = Writers {
    events: 1,
    busy: false,
};

fn millis(count: u64) -> Duration {
    Duration::from_millis(count)
}

#[test]
fn two_readings_must_agree() {
    let folder = Folder::new();
    let [told, half, whole] = ["old", "ha", "half"].map(|text| folder.state(Some(text)));
    let begun = Instant::now();
    let mut settle = Settle::by_event(begun);
    assert_eq!(settle.due(), begun + millis(100));
    let mut judge = |state: &State, after| {
        let now = begun + millis(after);
        settle.judge(state.clone(), Some(&told), CALM, now)
    };
    assert_eq!(judge(&half, 100), Verdict::Again);
    assert_eq!(judge(&whole, 150), Verdict::Again);
    assert_eq!(judge(&whole, 200), Verdict::Tell);
    assert_eq!(judge(&told, 250), Verdict::Again);
    assert_eq!(judge(&told, 300), Verdict::Same);
}

#[test]
fn an_event_between_them_starts_anew_but_not_for_ever() {
    let folder = Folder::new();
    let [told, new] = ["old", "new"].map(|text| folder.state(Some(text)));
    let begun = Instant::now();
    let mut settle = Settle::by_event(begun);
    let mut verdicts = Vec::new();
    for step in 0..20_u64 {
        let now = begun + millis(step * 90);
        settle.heard(now);
        assert!(settle.due() <= begun + millis(1_000).max(millis(step * 90 + 50)));
        let writers = Writers {
            events: step,
            busy: false,
        };
        verdicts.push(settle.judge(new.clone(), Some(&told), writers, now));
    }
    let first = verdicts.iter().position(|it| *it == Verdict::Tell);
    assert_eq!(
        first,
        Some(12),
        "the first reading after a second: {verdicts:?}"
    );
}

#[test]
fn a_writer_at_work_is_waited_for() {
    let folder = Folder::new();
    let [told, new] = ["old", "new"].map(|text| folder.state(Some(text)));
    let begun = Instant::now();
    let mut settle = Settle::by_event(begun);
    for step in 0..40 {
        let writers = Writers {
            events: 1,
            busy: step < 39,
        };
        let now = begun + millis(step * 100);
        let verdict = settle.judge(new.clone(), Some(&told), writers, now);
        assert_eq!(verdict == Verdict::Tell, step == 39, "step {step}");
    }
}

#[test]
fn what_is_gone_or_empty_must_stay_so_for_a_second() {
    let folder = Folder::new();
    let told = folder.state(Some("old"));
    for lacking in [
        folder.state(None),
        folder.state(Some("")),
        folder.state(Some(" \n")),
    ] {
        let begun = Instant::now();
        let mut settle = Settle::by_event(begun);
        for (after, wanted) in [
            (100, Verdict::Again),
            (150, Verdict::Again),
            (1_099, Verdict::Again),
            (1_100, Verdict::Tell),
        ] {
            let now = begun + millis(after);
            let verdict = settle.judge(lacking.clone(), Some(&told), CALM, now);
            assert_eq!(verdict, wanted, "after {after} ms");
        }
        // told once, it is known
        let mut settle = Settle::by_poll(begun);
        settle.judge(lacking.clone(), Some(&lacking), CALM, begun);
        let verdict = settle.judge(lacking.clone(), Some(&lacking), CALM, begun);
        assert_eq!(verdict, Verdict::Same);
    }
}

#[test]
fn a_return_in_between_is_waited_for_anew() {
    let folder = Folder::new();
    let told = folder.state(Some("old"));
    let gone = folder.state(None);
    let begun = Instant::now();
    let mut settle = Settle::by_event(begun);
    let mut judge = |state: &State, after| {
        settle.judge(state.clone(), Some(&told), CALM, begun + millis(after))
    };
    assert_eq!(judge(&gone, 100), Verdict::Again);
    assert_eq!(judge(&told, 900), Verdict::Again);
    assert_eq!(judge(&gone, 950), Verdict::Again);
    assert_eq!(judge(&gone, 1_150), Verdict::Again);
    assert_eq!(judge(&gone, 1_950), Verdict::Tell);
}

#[test]
fn what_only_the_poll_sees_is_looked_at_a_second_apart() {
    let folder = Folder::new();
    let told = folder.state(Some("old"));
    let new = folder.state(Some("new"));
    let begun = Instant::now();
    let mut settle = Settle::by_poll(begun);
    assert_eq!(
        settle.judge(new.clone(), Some(&told), CALM, begun),
        Verdict::Again
    );
    assert_eq!(settle.due(), begun + millis(1_000));
    let now = begun + millis(1_000);
    assert_eq!(settle.judge(new, Some(&told), CALM, now), Verdict::Tell);
}
