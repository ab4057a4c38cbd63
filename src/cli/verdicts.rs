//! What `verify`, and an apply after it, found.

use anstyle::AnsiColor;

use crate::base::printable;
use crate::engine::Verdict;

/// For a person, coloured.
pub(super) fn text(verdicts: &[Verdict]) -> String {
    let green = AnsiColor::Green.on_default();
    let red = AnsiColor::Red.on_default().bold();
    let mut text = String::new();
    for verdict in verdicts {
        text += &printable(&verdict.app);
        if let Some(api) = &verdict.api {
            text += &format!(", API {}", printable(api));
        }
        text.push('\n');
        for step in &verdict.steps {
            let word = if step.passed {
                format!("{green}ok    {green:#}")
            } else {
                format!("{red}failed{red:#}")
            };
            text += &format!("  {word} {:11} {}\n", step.name, printable(&step.detail));
            if let Some(cause) = &step.cause {
                text += &format!("         likely cause: {}\n", printable(cause));
            }
        }
        text.push('\n');
    }
    let passed = verdicts.iter().filter(|verdict| verdict.passed()).count();
    text + &format!("Verified: {passed} of {}.\n", verdicts.len())
}

/// For a script.
pub(super) fn json(verdicts: &[Verdict]) -> serde_json::Value {
    serde_json::json!({
        "format": 1,
        "passed": verdicts.iter().all(Verdict::passed),
        "verdicts": verdicts,
    })
}
