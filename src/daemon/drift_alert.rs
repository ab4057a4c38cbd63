//! What people are told of one difference: what, who, when, from where, and what to do.

use std::fmt::Write as _;

use crate::base::Count;
use crate::plan::Action;
use crate::status::{AlertKind, AlertStatus, Difference, FieldDifference};

/// The alert about one difference of a document; `kind` says whether it is a fight.
pub fn drift_alert(document: &str, difference: &Difference, kind: AlertKind) -> AlertStatus {
    AlertStatus {
        document: document.to_owned(),
        key: format!("drift/{}", difference.address),
        kind,
        severity: difference.severity,
        summary: summary(difference, kind),
        detail: detail(difference, kind),
        difference: Some(difference.clone()),
        since: difference.since,
    }
}

/// `okta.claim.default/client_id: value was changed by Eve`.
fn summary(difference: &Difference, kind: AlertKind) -> String {
    let address = &difference.address;
    let fields: Vec<&str> = difference
        .fields
        .iter()
        .map(|field| field.name.as_str())
        .collect();
    let what = match difference.action {
        Action::Create => "is gone".to_owned(),
        Action::Delete => "is there although nobody declares it".to_owned(),
        Action::Adopt if fields.is_empty() => "lost its owner's mark".to_owned(),
        Action::Adopt | Action::Update | Action::Replace => match fields.as_slice() {
            [one] => format!("`{one}` was changed"),
            more => format!("{} were changed", Count::of(more.len(), "field")),
        },
    };
    let who = difference
        .actor
        .as_ref()
        .map_or_else(String::new, |actor| format!(" by {}", actor.name));
    let fight = if kind == AlertKind::Fight {
        "; it came back after each repair, so another tool manages it, too, and it is left alone"
    } else {
        ""
    };
    format!("{address} {what}{who}{fight}")
}

fn detail(difference: &Difference, kind: AlertKind) -> String {
    let mut lines: Vec<String> = difference.fields.iter().map(field).collect();
    if let Some(actor) = &difference.actor {
        let mut line = format!("by {} ({}) at {}", actor.name, actor.login, actor.at);
        if let Some(ip) = &actor.ip {
            // writing to a string cannot fail
            let _ = write!(line, " from {ip}");
        }
        if let Some(agent) = &actor.user_agent {
            let _ = write!(line, " with {agent}");
        }
        let _ = write!(line, ": {}", actor.event);
        lines.push(line);
    } else if difference.address.vendor() == "konnect" {
        lines.push("by whom is not known: Konnect has no log that could be read".to_owned());
    }
    if let Some(place) = &difference.place {
        lines.push(format!("the document has it at {place}"));
    }
    if difference.times > 1 {
        lines.push(format!("seen {} times", difference.times));
    }
    lines.push(if kind == AlertKind::Fight {
        "find the other tool, or accept the difference with `ignore` or in the document".to_owned()
    } else {
        "`dcrsync plan` shows it, `dcrsync apply` mends it; or change the document, or accept it with `ignore`".to_owned()
    });
    lines.join("\n")
}

fn field(field: &FieldDifference) -> String {
    if field.sensitive {
        return format!("{}: differs (not shown)", field.name);
    }
    format!(
        "{}: {} in the document, {} live",
        field.name, field.wanted, field.live
    )
}
