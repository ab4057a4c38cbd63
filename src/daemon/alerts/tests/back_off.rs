use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderValue};

use crate::daemon::alerts::back_off::{asked, wait};

#[test]
fn waits_double_up_to_five_minutes_and_vary_by_half() {
    let seconds = |failures, chance| wait(failures, None, chance).as_secs_f64();
    let longest: Vec<f64> = (1..=12).map(|failures| seconds(failures, 1.0)).collect();
    assert_eq!(
        longest,
        [
            1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 300.0, 300.0, 300.0
        ]
    );
    assert_eq!(seconds(3, 0.0).to_bits(), 2.0_f64.to_bits());
    assert_eq!(wait(u32::MAX, None, 1.0), Duration::from_mins(5));
}

#[test]
fn a_receiver_that_asks_is_obeyed_for_an_hour_at_most() {
    assert_eq!(
        wait(1, Some(Duration::from_mins(40)), 0.0),
        Duration::from_mins(40)
    );
    assert_eq!(wait(9, Some(Duration::ZERO), 1.0), Duration::ZERO);
    assert_eq!(
        wait(1, Some(Duration::from_hours(90)), 0.0),
        Duration::from_hours(1)
    );
}

#[test]
fn retry_after_is_seconds_or_a_date() {
    let of = |text: &'static str| {
        let mut headers = HeaderMap::new();
        headers.insert("retry-after", HeaderValue::from_static(text));
        // the example of RFC 9110, section 5.6.7, is second 784111777
        asked(&headers, 784_111_700)
    };
    assert_eq!(of("120"), Some(Duration::from_mins(2)));
    assert_eq!(
        of("Sun, 06 Nov 1994 08:49:37 GMT"),
        Some(Duration::from_secs(77))
    );
    assert_eq!(
        of("Sun, 06 Nov 1994 08:00:00 GMT"),
        Some(Duration::ZERO),
        "in the past"
    );
    assert_eq!(of("soon"), None);
    assert_eq!(asked(&HeaderMap::new(), 0), None);
}
