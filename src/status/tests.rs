use crate::status::{Health, RunOutcome};

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
