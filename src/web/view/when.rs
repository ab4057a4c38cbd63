use jiff::{SignedDuration, Timestamp};
use maud::{Markup, html};

use crate::base::Count;

/// A time, in words that the script keeps true.
pub(super) fn when(at: Timestamp, now: Timestamp) -> Markup {
    html! {
        time datetime=(at.to_string()) title=(absolute(at)) data-relative { (relative(at, now)) }
    }
}

/// A time that may be unknown.
pub(super) fn when_or(at: Option<Timestamp>, now: Timestamp, otherwise: &str) -> Markup {
    at.map_or_else(|| html! { (otherwise) }, |at| when(at, now))
}

/// A time as a clock and a calendar have it.
pub(super) fn exactly(at: Timestamp) -> Markup {
    html! { time datetime=(at.to_string()) { (absolute(at)) } }
}

fn absolute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// `3 minutes ago`, `in 2 hours`; the script says it in the same words.
pub(super) fn relative(at: Timestamp, now: Timestamp) -> String {
    let apart = at.duration_since(now);
    let size = span(apart);
    if apart.abs() < SignedDuration::from_secs(5) {
        "now".to_owned()
    } else if apart.is_negative() {
        format!("{size} ago")
    } else {
        format!("in {size}")
    }
}

/// A length of time by its largest unit: `3 minutes`.
pub(super) fn span(length: SignedDuration) -> String {
    let seconds = usize::try_from(length.as_secs().unsigned_abs()).unwrap_or(usize::MAX);
    let (number, unit) = match seconds {
        0..60 => (seconds, "second"),
        60..3_600 => (seconds / 60, "minute"),
        3_600..86_400 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    Count::of(number, unit).to_string()
}

/// Seconds with the digits that matter.
pub(super) fn seconds(length: f64) -> String {
    if length < 10.0 {
        format!("{length:.1} s")
    } else {
        format!("{length:.0} s")
    }
}

/// How long ago something came about, as an age.
pub(super) fn age(since: Timestamp, now: Timestamp) -> String {
    span(now.duration_since(since))
}

/// `3 times`.
pub(super) fn times(number: u64) -> String {
    Count::of(usize::try_from(number).unwrap_or(usize::MAX), "time").to_string()
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::relative;

    #[test]
    fn times_are_told_by_their_largest_unit() {
        let now = Timestamp::UNIX_EPOCH;
        for (seconds, words) in [
            (0, "now"),
            (-4, "now"),
            (-5, "5 seconds ago"),
            (-60, "1 minute ago"),
            (-119, "1 minute ago"),
            (7_200, "in 2 hours"),
            (-86_400, "1 day ago"),
            (86_400 * 40, "in 40 days"),
        ] {
            let at = now + SignedDuration::from_secs(seconds);
            assert_eq!(relative(at, now), words);
        }
    }
}
