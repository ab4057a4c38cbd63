//! What `verify`, and an apply after it, found.

use anstyle::AnsiColor;

use crate::base::printable;
use crate::engine::Verdict;

/// For a person, coloured.
pub(super) fn text(verdicts: &[Verdict]) -> String {
    let green = AnsiColor::Green.on_default();
    let red = AnsiColor::Red.on_default().bold();
    let mut lines = Vec::new();
    for verdict in verdicts {
        let app = printable(&verdict.app);
        lines.push(match &verdict.api {
            Some(api) => format!("{app}, API {}", printable(api)),
            None => app.into_owned(),
        });
        for step in &verdict.steps {
            let word = if step.passed {
                format!("{green}ok    {green:#}")
            } else {
                format!("{red}failed{red:#}")
            };
            let detail = printable(&step.detail);
            lines.push(format!("  {word} {:11} {detail}", step.name));
            if let Some(cause) = &step.cause {
                lines.push(format!("         likely cause: {}", printable(cause)));
            }
        }
        lines.push(String::new());
    }
    let passed = verdicts.iter().filter(|verdict| verdict.passed()).count();
    lines.push(format!("Verified: {passed} of {}.\n", verdicts.len()));
    lines.join("\n")
}

/// For a script.
pub(super) fn json(verdicts: &[Verdict]) -> serde_json::Value {
    serde_json::json!({
        "format": 1,
        "passed": verdicts.iter().all(Verdict::passed),
        "verdicts": verdicts,
    })
}
