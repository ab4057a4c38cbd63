//! The plan for a person at a terminal.

use super::paint::Paint;
use super::summary::{summary, title, vendors};
use super::{View, change};
use crate::base::{Count, SourceMap, printable};
use crate::plan::{Action, BlastRadius, Step};

/// Shows a plan; with `colour`, for a terminal.
pub fn text(view: &View<'_>, colour: bool) -> String {
    let paint = Paint::new(colour);
    let plan = view.plan;
    let mut out: Vec<String> = Vec::new();
    for vendor in vendors(plan) {
        out.push(paint.title(&title(vendor)));
        for step in plan
            .steps
            .iter()
            .filter(|step| step.address.vendor() == vendor)
        {
            out.extend(step_lines(step, view.sources, paint).map(|line| format!("  {line}")));
            out.push(String::new());
        }
    }
    if !plan.notes.is_empty() {
        out.push(paint.title("Notes"));
        for note in &plan.notes {
            let about = note.address.as_ref().map_or(String::new(), |address| {
                format!("{}: ", printable(address.as_str()))
            });
            out.push(format!("  {about}{}", printable(&note.message)));
        }
        out.push(String::new());
    }
    if !plan.refusals.is_empty() {
        out.push(paint.refusal("Refused"));
        for refusal in &plan.refusals {
            out.push(format!("  {}", printable(&refusal.message)));
        }
        out.push(String::new());
    }
    out.push(paint.title(&closing(view)));
    let mut text = out.join("\n");
    text.push('\n');
    text
}

/// The last line: what would be done, or why nothing is.
pub(super) fn closing(view: &View<'_>) -> String {
    let plan = view.plan;
    let reasons = Count::of(plan.refusals.len(), "reason");
    match (plan.is_empty(), plan.refusals.is_empty()) {
        (true, true) => "No changes. Okta and Konnect are as the document says.".to_owned(),
        (true, false) => format!("Nothing can be applied, for {reasons} above."),
        (false, true) => format!("Plan: {}", summary(view)),
        (false, false) => format!(
            "Plan: {}. It cannot be applied, for {reasons} above.",
            summary(view)
        ),
    }
}

/// One step; the first line begins with the sign of its action.
pub(super) fn step_lines(
    step: &Step,
    sources: &SourceMap,
    paint: Paint,
) -> impl Iterator<Item = String> {
    let heading = format!(
        "{} {}",
        paint.action(
            step.action,
            &format!("{} {}", sign(step.action), step.action)
        ),
        paint.title(&printable(step.address.as_str()))
    );
    let width = step
        .fields
        .iter()
        .map(|field| field.name.chars().count() + 1)
        .max()
        .unwrap_or_default();
    let mut details: Vec<String> = step
        .fields
        .iter()
        .flat_map(|field| change::lines(field, step.action, width, paint))
        .collect();
    if step.action == Action::Adopt && step.fields.is_empty() {
        details.push("nothing but the owner mark changes".to_owned());
    }
    if !step.blast_radius.is_empty() {
        let radius = blast(&step.blast_radius);
        details.push(paint.warning(&format!("takes along: {radius}")));
    }
    for warning in &step.warnings {
        details.push(paint.warning(&format!("! {}", printable(warning))));
    }
    if let Some(span) = step.because {
        let place = sources.locate(span).to_string();
        details.push(paint.aside(&format!("because {}", printable(&place))));
    }
    std::iter::once(heading).chain(details.into_iter().map(|line| format!("    {line}")))
}

/// `2 apps, 3 registrations`.
pub(super) fn blast(radius: &BlastRadius) -> String {
    let parts: Vec<String> = radius
        .by_kind
        .iter()
        .map(|(kind, count)| {
            let noun = kind.split_once('.').map_or(kind.as_str(), |(_, noun)| noun);
            Count::of(*count, &noun.replace('_', " ")).to_string()
        })
        .collect();
    parts.join(", ")
}

fn sign(action: Action) -> &'static str {
    match action {
        Action::Create => "+",
        Action::Adopt => ">",
        Action::Update => "~",
        Action::Replace => "-/+",
        Action::Delete => "-",
    }
}
