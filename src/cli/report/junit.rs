//! The report as JUnit XML, in the form that Jenkins, GitLab and GitHub's actions read: suites of cases
//! with `failure`, `error` and `skipped`.

use std::fmt::Write as _;

use super::super::error::causes;
use super::super::result::hints;
use super::json::outcome;
use super::recorder::{StepTold, Told};
use crate::base::printable;
use crate::engine::{Outcome, Verdict};

/// What is told of a case besides its name.
enum Mark {
    Passed,
    Failure(String, String),
    Error(String, String),
    Skipped(String),
}

/// One line of the results.
struct Case {
    class: String,
    name: String,
    seconds: f64,
    mark: Mark,
}

/// The report.
pub(super) fn text(told: &Told) -> String {
    let mut cases: Vec<Case> = told.refusals.iter().map(refused).collect();
    cases.extend(told.steps.iter().map(|step| of_step(step, told)));
    let mut suites = vec![(told.command.to_owned(), cases)];
    if let Some((proved, remaining)) = &told.proof {
        suites.push(("prove".to_owned(), vec![of_proof(*proved, remaining)]));
    }
    if !told.verdicts.is_empty() {
        let verdicts = told.verdicts.iter().map(of_verdict).collect();
        suites.push(("verify".to_owned(), verdicts));
    }
    if let Some((_, cases)) = suites.first_mut() {
        // who finds no case takes the run for one that was not made
        cases.insert(0, of_run(told));
    }
    render(&suites, told)
}

fn of_run(told: &Told) -> Case {
    let text = |error: &serde_json::Value| error.as_str().unwrap_or_default().to_owned();
    let mark = match &told.error {
        Some(error) => {
            let all = ["causes", "hints"].into_iter();
            let lines = all.flat_map(|key| error[key].as_array().into_iter().flatten());
            let lines: Vec<String> = lines.map(text).collect();
            Mark::Error(text(&error["error"]), lines.join("\n"))
        }
        None if told.exit.is_none() => {
            Mark::Error("the run was ended at once".to_owned(), String::new())
        }
        None => Mark::Passed,
    };
    Case {
        class: "dcrsync".to_owned(),
        name: format!("dcrsync {}", told.command),
        seconds: told.took().as_secs_f64(),
        mark,
    }
}

fn refused(refusal: &crate::plan::Refusal) -> Case {
    let about = refusal.address.as_ref();
    Case {
        class: "guard".to_owned(),
        name: about.map_or("the plan".to_owned(), ToString::to_string),
        seconds: 0.0,
        mark: Mark::Failure(refusal.message.clone(), String::new()),
    }
}

fn of_step(step: &StepTold, told: &Told) -> Case {
    let mark = match &step.outcome {
        Some(Outcome::Done) => Mark::Passed,
        Some(Outcome::Failed(error)) => {
            let mut lines = causes(error.as_ref());
            lines.extend(hints(error));
            Mark::Failure(error.to_string(), lines.join("\n"))
        }
        Some(Outcome::Blocked(by)) => Mark::Skipped(format!("waits for {by}")),
        Some(Outcome::Skipped) => Mark::Skipped("not started".to_owned()),
        None => Mark::Skipped(outcome(step, told).to_owned()),
    };
    Case {
        class: step.address.kind().to_owned(),
        name: format!("{} {}", step.action, step.address),
        seconds: step.took.unwrap_or_default().as_secs_f64(),
        mark,
    }
}

fn of_proof(proved: bool, remaining: &[crate::base::Address]) -> Case {
    let mark = if proved {
        Mark::Passed
    } else {
        let names: Vec<String> = remaining.iter().map(ToString::to_string).collect();
        let what = "what was applied is not proved".to_owned();
        Mark::Failure(what, names.join("\n"))
    };
    Case {
        class: "dcrsync".to_owned(),
        name: "what was applied is as the document says".to_owned(),
        seconds: 0.0,
        mark,
    }
}

fn of_verdict(verdict: &Verdict) -> Case {
    let failed = verdict.steps.iter().find(|step| !step.passed);
    let mark = failed.map_or(Mark::Passed, |step| {
        let cause = step.cause.clone().unwrap_or_default();
        Mark::Failure(format!("{}: {}", step.name, step.detail), cause)
    });
    let api = verdict.api.as_deref();
    Case {
        class: format!("konnect.app.{}", verdict.app),
        name: api.map_or("token".to_owned(), |api| format!("API {api}")),
        seconds: 0.0,
        mark,
    }
}

/// Tests, failures, errors, skipped.
fn counts(cases: &[Case]) -> [usize; 4] {
    let count = |is: fn(&Mark) -> bool| cases.iter().filter(|case| is(&case.mark)).count();
    [
        cases.len(),
        count(|mark| matches!(mark, Mark::Failure(..))),
        count(|mark| matches!(mark, Mark::Error(..))),
        count(|mark| matches!(mark, Mark::Skipped(_))),
    ]
}

fn render(suites: &[(String, Vec<Case>)], told: &Told) -> String {
    let mut total = [0; 4];
    for (_, cases) in suites {
        for (sum, count) in total.iter_mut().zip(counts(cases)) {
            *sum += count;
        }
    }
    let document = told.document.as_ref().map(|(name, _)| name.as_str());
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // writing to a string cannot fail
    let _ = writeln!(
        out,
        "<testsuites name=\"dcrsync\" {} time=\"{:.3}\">",
        numbers(total),
        told.took().as_secs_f64()
    );
    for (name, cases) in suites {
        let name = [Some(name.as_str()), document];
        let name: Vec<&str> = name.into_iter().flatten().collect();
        let seconds: f64 = cases.iter().map(|case| case.seconds).sum();
        let _ = writeln!(
            out,
            "  <testsuite name=\"{}\" {} time=\"{seconds:.3}\" timestamp=\"{}\">",
            escaped(&name.join(" ")),
            numbers(counts(cases)),
            told.started.strftime("%FT%T")
        );
        for case in cases {
            out.push_str(&of_case(case));
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

fn numbers([tests, failures, errors, skipped]: [usize; 4]) -> String {
    format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\"")
}

fn of_case(case: &Case) -> String {
    let head = format!(
        "    <testcase classname=\"{}\" name=\"{}\" time=\"{:.3}\"",
        escaped(&case.class),
        escaped(&case.name),
        case.seconds
    );
    let inner = match &case.mark {
        Mark::Passed => return format!("{head}/>\n"),
        Mark::Skipped(why) => format!("<skipped message=\"{}\"/>", escaped(why)),
        Mark::Failure(what, more) => problem("failure", "failed", what, more),
        Mark::Error(what, more) => problem("error", "error", what, more),
    };
    format!("{head}>\n      {inner}\n    </testcase>\n")
}

fn problem(tag: &str, class: &str, what: &str, more: &str) -> String {
    let lines: Vec<String> = more.lines().map(escaped).collect();
    format!(
        "<{tag} message=\"{}\" type=\"{class}\">{}</{tag}>",
        escaped(what),
        lines.join("\n")
    )
}

/// A text on one line that is neither markup nor a character that XML 1.0 forbids.
pub(in crate::cli) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for one in printable(text).chars() {
        match one {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            one => out.push(one),
        }
    }
    out
}
