use std::cell::LazyCell;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::super::http::{Answer, Call, Filter, Refusal, Reply, link};
use super::super::state::OktaState;
use super::history::Event;

/// Events a page when the caller does not say.
const USUAL: usize = 100;
/// More than this is refused.
const MOST: usize = 1_000;
/// Days that are looked back when the caller does not say.
const DAYS: i64 = 7;
/// What an event starts with; filters may name these and what is in them.
const ATTRIBUTES: [&str; 17] = [
    "actor",
    "authenticationContext",
    "client",
    "debugContext",
    "device",
    "displayMessage",
    "eventType",
    "legacyEventType",
    "outcome",
    "published",
    "request",
    "securityContext",
    "severity",
    "target",
    "transaction",
    "uuid",
    "version",
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Ascending,
    Descending,
}

struct Query {
    since: Timestamp,
    until: Option<Timestamp>,
    order: Order,
    limit: usize,
    after: Option<u64>,
    words: Vec<String>,
    filter: Option<Filter>,
}

impl Query {
    fn read(call: &Call) -> Result<Self, Refusal> {
        let until = time(call, "until")?;
        let week = SignedDuration::from_hours(DAYS * 24);
        let before = until.unwrap_or(call.now);
        let since = time(call, "since")?.unwrap_or(before.checked_sub(week).unwrap_or(before));
        if until.is_some_and(|until| until < since) {
            return Err(Refusal::invalid("until", "It must not lie before 'since'."));
        }
        let order = match call.query("sortOrder").as_deref() {
            None | Some("ASCENDING") => Order::Ascending,
            Some("DESCENDING") => Order::Descending,
            Some(_) => {
                return Err(Refusal::invalid(
                    "sortOrder",
                    "The value must be ASCENDING or DESCENDING.",
                ));
            }
        };
        let limit = match call.query("limit").map(|text| text.parse::<usize>()) {
            None => USUAL,
            Some(Ok(limit)) if limit <= MOST => limit,
            Some(_) => {
                return Err(Refusal::invalid(
                    "limit",
                    "The value must be from 0 to 1000.",
                ));
            }
        };
        let after = call.query("after").map(|text| {
            let (_, number) = text.split_once('_')?;
            number.parse().ok()
        });
        let after = match after {
            None => None,
            Some(Some(number)) => Some(number),
            Some(None) => return Err(Refusal::invalid("after", "The cursor is not valid.")),
        };
        let words = call.query("q").unwrap_or_default().to_lowercase();
        let words: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
        if words.len() > 10 || words.iter().any(|word| word.chars().count() > 40) {
            return Err(Refusal::invalid(
                "q",
                "There may be 10 keywords of 40 characters each.",
            ));
        }
        let known = |name: &str| {
            let first = name.split('.').next().unwrap_or_default();
            ATTRIBUTES.contains(&first)
        };
        let filter = call.query("filter");
        let filter = filter.map(|text| Filter::read(&text, known)).transpose()?;
        Ok(Self {
            since,
            until,
            order,
            limit,
            after,
            words,
            filter,
        })
    }

    fn spans(&self, event: &Event) -> bool {
        let beyond = self.after.is_none_or(|after| match self.order {
            Order::Ascending => event.number > after,
            Order::Descending => event.number < after,
        });
        beyond
            && event.published >= self.since
            && self.until.is_none_or(|until| event.published < until)
    }

    /// The event as it is shown, if it is one of those that are asked for. What is asked for most is looked up
    /// in the event itself: to write out each of some thousands would take longer than all else.
    fn chosen(&self, event: &Event, org: &str) -> Option<Value> {
        let wire = LazyCell::new(|| event.wire(org));
        let look = |path: &str| match path {
            "eventType" => vec![event.kind.clone().into()],
            "published" => vec![event.published.to_string().into()],
            "actor.id" => vec![event.actor.id.clone().into()],
            "target.id" => {
                let targets = event.targets.iter();
                targets.map(|target| target.id.clone().into()).collect()
            }
            _ => values(&wire, path),
        };
        let passes = self
            .filter
            .as_ref()
            .is_none_or(|filter| filter.passes(&look));
        (passes && self.words.iter().all(|word| holds(&wire, word))).then(|| wire.clone())
    }
}

/// `GET /api/v1/logs`: in pages; without an end and from the oldest on it is a feed, whose every page leads to
/// the next one, also the last: what comes later is found there.
pub(crate) fn list(state: &OktaState, call: &Call) -> Answer {
    let query = Query::read(call)?;
    let events = state.history.events();
    let mut found = Vec::new();
    let mut last = None;
    let mut more = false;
    let all: Box<dyn Iterator<Item = &Event>> = match query.order {
        Order::Ascending => Box::new(events.iter()),
        Order::Descending => Box::new(events.iter().rev()),
    };
    for event in all.filter(|event| query.spans(event)) {
        let Some(wire) = query.chosen(event, &state.id) else {
            continue;
        };
        if found.len() == query.limit {
            more = true;
            break;
        }
        found.push(wire);
        last = Some(event.number);
    }
    let feed = query.order == Order::Ascending && query.until.is_none();
    let after = call.query("after");
    let mut links = vec![link(call, after.as_deref(), query.limit, "self")];
    if feed || more {
        // a page that is not full has seen all there is
        let seen = if more {
            None
        } else {
            Some(state.history.count())
        };
        let number = seen.or(last).or(query.after).unwrap_or(0);
        let cursor = format!("{}_{number}", call.now.as_millisecond());
        links.push(link(call, Some(&cursor), query.limit, "next"));
    }
    Ok(Reply::ok(found.into()).with_links(links))
}

/// A time in the query; a date alone and any offset will do.
fn time(call: &Call, name: &str) -> Result<Option<Timestamp>, Refusal> {
    let Some(text) = call.query(name) else {
        return Ok(None);
    };
    // a plus sign that nobody escaped arrives as a blank
    let text = text.replace(' ', "+");
    let day = || {
        let date: jiff::civil::Date = text.parse().ok()?;
        Some(date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
    };
    text.parse().ok().or_else(day).map(Some).ok_or_else(|| {
        Refusal::invalid(
            name,
            "The value must be a time such as 2026-01-31T00:00:00Z.",
        )
    })
}

/// The values at a dotted path; a list stands for each of its entries.
fn values(wire: &Value, path: &str) -> Vec<Value> {
    if let Value::Array(all) = wire {
        return all.iter().flat_map(|one| values(one, path)).collect();
    }
    let Some((first, rest)) = path.split_once('.') else {
        return match wire.get(path) {
            Some(Value::Array(all)) => all.clone(),
            Some(value) => vec![value.clone()],
            None => Vec::new(),
        };
    };
    wire.get(first)
        .map(|inner| values(inner, rest))
        .unwrap_or_default()
}

/// Whether a word is somewhere in an event, in whatever case.
fn holds(wire: &Value, word: &str) -> bool {
    match wire {
        Value::String(text) => text.to_lowercase().contains(word),
        Value::Array(all) => all.iter().any(|value| holds(value, word)),
        Value::Object(all) => all.values().any(|value| holds(value, word)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}
