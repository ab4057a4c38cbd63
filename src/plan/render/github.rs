//! Workflow commands of GitHub Actions: annotations beside the lines that cause a change.
//!
//! <https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands>

use super::View;
use super::text::blast;
use crate::base::Location;
use crate::plan::{Action, Step};

/// How grave an annotation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// Worth knowing.
    Notice,
    /// To be looked at before a merge.
    Warning,
    /// Refused.
    Error,
}

/// GitHub shows no more annotations of one level than these for one step of a workflow.
const SHOWN: usize = 10;

/// Shows a plan as annotations, one to a line.
pub fn github(view: &View<'_>) -> String {
    let plan = view.plan;
    let locate = |step: &Step| step.because.map(|span| view.sources.locate(span));
    let mut found: Vec<(Notice, String)> = Vec::new();
    let mut add = |notice, place: Option<&Location>, title: &str, message: &str| {
        found.push((notice, annotation(notice, place, title, message)));
    };
    for refusal in &plan.refusals {
        let step = refusal.address.as_ref().and_then(|at| plan.step(at));
        let place = step.and_then(locate);
        add(
            Notice::Error,
            place.as_ref(),
            "dcrsync: refused",
            &refusal.message,
        );
    }
    for step in &plan.steps {
        let grave = step.action.removes() || !step.warnings.is_empty();
        let notice = if grave {
            Notice::Warning
        } else {
            Notice::Notice
        };
        add(
            notice,
            locate(step).as_ref(),
            &format!("dcrsync: {}", step.action),
            &message(step),
        );
    }
    for note in &plan.notes {
        let message = match &note.address {
            Some(address) => format!("{address}: {}", note.message),
            None => note.message.clone(),
        };
        add(Notice::Notice, None, "dcrsync", &message);
    }
    let mut lines = String::new();
    for notice in [Notice::Error, Notice::Warning, Notice::Notice] {
        let of_level = found.iter().filter(|(level, _)| *level == notice);
        for (_, line) in of_level.take(SHOWN) {
            lines.push_str(line);
            lines.push('\n');
        }
    }
    lines
}

/// One workflow command; nothing in its texts can end it or begin another.
pub fn annotation(notice: Notice, place: Option<&Location>, title: &str, message: &str) -> String {
    let command = match notice {
        Notice::Notice => "notice",
        Notice::Warning => "warning",
        Notice::Error => "error",
    };
    let mut properties = Vec::new();
    if let Some(Location { file, line, column }) = place {
        properties.push(format!("file={}", property(file)));
        properties.push(format!("line={line},col={column}"));
    }
    properties.push(format!("title={}", property(title)));
    format!("::{command} {}::{}", properties.join(","), data(message))
}

fn message(step: &Step) -> String {
    let mut parts = vec![format!("{} {}", step.action, step.address)];
    let fields: Vec<&str> = step.fields.iter().map(|field| field.name).collect();
    if step.action != Action::Create && !fields.is_empty() {
        parts.push(format!(" ({})", fields.join(", ")));
    }
    if !step.blast_radius.is_empty() {
        parts.push(format!("; takes along {}", blast(&step.blast_radius)));
    }
    parts.extend(step.warnings.iter().map(|warning| format!("; {warning}")));
    parts.concat()
}

fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
