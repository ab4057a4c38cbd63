use jiff::Timestamp;
use serde_json::Value;

use super::clip::clip;
use crate::base::{Count, printable};
use crate::daemon::alerts::message::{Message, Turn};
use crate::status::{Actor, AlertKind, Difference};

/// A value is told so far.
const LONGEST_VALUE: usize = 200;
/// A line of others' text is told so far.
const LONGEST_LINE: usize = 500;
/// More fields than these are only counted.
const MOST_FIELDS: usize = 10;
/// More lines of detail than these are left out.
const MOST_LINES: usize = 10;

/// Everything that a person is told, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Facts {
    /// Severity, what became of it, and the document.
    pub(super) title: String,
    /// What, in a line.
    pub(super) summary: String,
    /// Names and values.
    pub(super) rows: Vec<(String, String)>,
    /// The rest, in lines.
    pub(super) detail: Vec<String>,
    /// What to do.
    pub(super) advice: Option<String>,
}

/// A message in a line.
pub(in crate::daemon::alerts) fn headline(message: &Message) -> String {
    let Facts { title, summary, .. } = Facts::of(message);
    format!("{title}: {summary}")
}

impl Facts {
    pub(super) fn of(message: &Message) -> Self {
        let alert = &message.alert;
        let word = match message.turn {
            Turn::Fired => "",
            Turn::Changed => "changed: ",
            Turn::Repeated => "still: ",
            Turn::Resolved => "resolved: ",
        };
        let title = format!(
            "{word}{} {} in {}",
            alert.severity,
            subject(alert.kind),
            line(&alert.document)
        );
        let mut rows = Vec::new();
        let mut row = |name: &str, value: String| rows.push((name.to_owned(), value));
        if let Some(difference) = &alert.difference {
            about(difference, &mut row);
        }
        row("severity", alert.severity.to_string());
        row("since", time(alert.since));
        if message.turn == Turn::Resolved {
            row("until", time(message.at));
        }
        if message.number > 1 {
            row("message", format!("{} about this", message.number));
        }
        // of a difference it says in other words what the rows say already
        let detail = alert.difference.is_none().then_some(&alert.detail);
        let lines: Vec<&str> = detail.iter().flat_map(|text| text.lines()).collect();
        let mut detail: Vec<String> = lines.iter().take(MOST_LINES).map(|it| line(it)).collect();
        if let Some(more) = lines.len().checked_sub(MOST_LINES).filter(|more| *more > 0) {
            detail.push(format!("… and {} more", Count::of(more, "line")));
        }
        Self {
            title,
            summary: line(&alert.summary),
            rows,
            detail,
            advice: (message.turn != Turn::Resolved).then(|| advice(alert.kind).to_owned()),
        }
    }
}

fn about(difference: &Difference, row: &mut impl FnMut(&str, String)) {
    row("object", line(difference.address.as_str()));
    row("needs", difference.action.to_string());
    for field in difference.fields.iter().take(MOST_FIELDS) {
        let values = if field.sensitive {
            "differs (a secret, not shown)".to_owned()
        } else {
            format!("{} → {}", value(&field.live), value(&field.wanted))
        };
        row(&format!("field {}", line(&field.name)), values);
    }
    if let Some(more) = difference
        .fields
        .len()
        .checked_sub(MOST_FIELDS)
        .filter(|more| *more > 0)
    {
        row("fields", format!("{more} more"));
    }
    if let Some(actor) = &difference.actor {
        row("who", who(actor));
        row("when", time(actor.at));
        row("event", line(&actor.event));
        if let Some(from) = from(actor) {
            row("from", from);
        }
    } else if difference.moved.is_drift() {
        row("who", "not known: the vendor has no log of it".to_owned());
    }
    if let Some(place) = &difference.place {
        row("document", line(&place.to_string()));
    }
    if difference.times > 1 {
        row("seen", format!("{} times", difference.times));
    }
}

fn who(actor: &Actor) -> String {
    let login = if actor.login == actor.name {
        String::new()
    } else {
        format!(" ({})", line(&actor.login))
    };
    format!("{}{login}, {}", line(&actor.name), line(&actor.kind))
}

fn from(actor: &Actor) -> Option<String> {
    let parts: Vec<String> = [&actor.ip, &actor.user_agent]
        .into_iter()
        .flatten()
        .map(|part| line(part))
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// A value as JSON writes it, so that a text and a number are told apart.
fn value(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Array(_)
        | Value::Object(_) => clip(&printable(&value.to_string()), LONGEST_VALUE),
    }
}

fn line(text: &str) -> String {
    clip(&printable(text.trim()), LONGEST_LINE)
}

fn time(at: Timestamp) -> String {
    at.strftime("%F %T UTC").to_string()
}

fn subject(kind: AlertKind) -> &'static str {
    match kind {
        AlertKind::Drift => "drift",
        AlertKind::Document => "broken document",
        AlertKind::Unreachable => "vendor out of reach",
        AlertKind::Refused => "refused run",
        AlertKind::Apply => "failed apply",
        AlertKind::Fight => "fight with another tool",
        AlertKind::Secret => "secret to be renewed",
        AlertKind::Test => "test",
    }
}

fn advice(kind: AlertKind) -> &'static str {
    match kind {
        AlertKind::Drift => {
            "`dcrsync plan` shows the difference and `dcrsync apply` undoes it; to keep it, write it into the document, or add an `ignore` with a reason"
        }
        AlertKind::Document => {
            "the last good document stays in force; `dcrsync validate` points at the mistake"
        }
        AlertKind::Unreachable => {
            "nothing is seen of changes until this is over; look at the vendor's status page, the network and the token"
        }
        AlertKind::Refused => {
            "nothing was written; `dcrsync plan` shows what was refused and why, and how it is allowed once"
        }
        AlertKind::Apply => {
            "it is tried again; `dcrsync apply` shows each step, and running it again does no harm"
        }
        AlertKind::Fight => {
            "find who else manages this object and let one of both go: it is left alone until then"
        }
        AlertKind::Secret => {
            "`dcrsync secrets status` shows all of them, and `dcrsync rotate` renews one"
        }
        AlertKind::Test => "nothing is wrong: somebody tries whether alerts arrive",
    }
}
