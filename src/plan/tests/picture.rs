//! A plan as a few lines of text.

use std::fmt::Write;

use crate::base::Value;
use crate::plan::Plan;

pub(super) fn picture(plan: &Plan) -> String {
    let mut out = String::new();
    for step in &plan.steps {
        let _ = writeln!(out, "{} {}", step.action, step.address);
        for change in &step.fields {
            let (old, new) = if change.sensitive {
                ("(sensitive)".to_owned(), "(sensitive)".to_owned())
            } else {
                (show(&change.old), show(&change.new))
            };
            let _ = writeln!(out, "  {}: {old} -> {new}", change.name);
        }
        for needed in &step.requires {
            let _ = writeln!(out, "  after {needed}");
        }
        for (kind, count) in &step.blast_radius.by_kind {
            let _ = writeln!(out, "  behind it: {count} {kind}");
        }
        for warning in &step.warnings {
            let _ = writeln!(out, "  ! {warning}");
        }
    }
    for note in &plan.notes {
        let place = note.address.as_ref().map(ToString::to_string);
        let _ = writeln!(out, "note {}: {}", place.unwrap_or_default(), note.message);
    }
    for refusal in &plan.refusals {
        let _ = writeln!(out, "refused {:?}: {refusal}", refusal.kind);
    }
    if out.is_empty() {
        out.push_str("nothing\n");
    }
    out
}

fn show(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(switch) => switch.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Text(text) => format!("{text:?}"),
        Value::List(items) => format!("[{}]", all(items)),
        Value::Set(items) => format!("{{{}}}", all(items)),
        Value::Map(entries) => {
            let entries: Vec<String> = entries
                .iter()
                .map(|(name, value)| format!("{name}: {}", show(value)))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
        Value::Ref(address) => address.to_string(),
        Value::Id(kind, id) => format!("{kind} {id}"),
        Value::Of(address, field) => format!("{field} of {address}"),
        Value::Secret(_) | Value::Fingerprint(_) => "(sensitive)".to_owned(),
    }
}

fn all<'a>(items: impl IntoIterator<Item = &'a Value>) -> String {
    let items: Vec<String> = items.into_iter().map(show).collect();
    items.join(", ")
}
