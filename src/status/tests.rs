use crate::status::{Health, ObjectState, RunOutcome, RunTally, schema};

/// The words for machines are those of the JSON, so that page, metrics and API agree.
#[test]
fn words_are_the_same_everywhere() {
    for health in Health::ALL {
        assert_eq!(serde_json::to_value(health).unwrap(), health.as_str());
    }
    for outcome in RunOutcome::ALL {
        assert_eq!(serde_json::to_value(outcome).unwrap(), outcome.as_str());
    }
}

#[test]
fn a_state_of_an_object_has_the_word_of_the_json() {
    for state in ObjectState::ALL {
        assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
    }
}

#[test]
fn each_run_is_in_one_bucket() {
    let mut tally = RunTally::default();
    for (outcome, seconds) in [
        (RunOutcome::InSync, 0.1),
        (RunOutcome::InSync, 0.25),
        (RunOutcome::Failed, 0.26),
        (RunOutcome::Applied, 4_000.0),
    ] {
        tally.count(outcome, seconds);
    }
    let counts: Vec<u64> = tally.buckets.iter().map(|bucket| bucket.count).collect();
    assert_eq!(counts, [2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    assert_eq!(tally.total(), 4);
    assert!((tally.seconds - 4_000.61).abs() < 1e-9);
}

#[test]
fn the_schema_in_the_tree_is_this_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/status.schema.json");
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    let fresh = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    assert!(
        kept == fresh,
        "run `cargo run -- schema --status > schema/status.schema.json`"
    );
}
