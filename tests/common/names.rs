use std::path::Path;

use regex::Regex;

/// Puts names in place of what differs from run to run, so that whole transcripts can be compared.
#[derive(Debug, Default)]
pub struct Names {
    exact: Vec<(String, String)>,
}

/// Ids, times and durations, by their form.
const FORMS: &[(&str, &str)] = &[
    (
        r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        "<uuid>",
    ),
    (
        r"\b(aus|0oa|00p|0pr|scp|ocl|00u|00o)[A-Za-z0-9]{17}\b",
        "<$1>",
    ),
    (r"\boae[A-Za-z0-9_-]{10,}", "<error id>"),
    (r"kong:trace:[A-Za-z0-9]+", "kong:trace:<id>"),
    (r"\brequest [A-Za-z0-9_-]{16,}", "request <id>"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "<time>"),
    (r"sha256:[0-9a-f]{64}|\b[0-9a-f]{64}\b", "<digest>"),
    (r"--allow-deletes [0-9a-f]{12}\b", "--allow-deletes <plan>"),
    (r"\(\d+\.\d s\)", "(… s)"),
    (r"tries in \d+ s", "tries in … s"),
    // nothing on an idle machine
    (r", about \d+ s\b", ""),
    (r#""seconds": \d+"#, r#""seconds": <n>"#),
    (r"127\.0\.0\.1:\d+", "127.0.0.1:<port>"),
];

impl Names {
    /// Names a text of this run.
    pub fn exact(&mut self, text: impl Into<String>, name: impl Into<String>) {
        self.exact.push((text.into(), name.into()));
    }

    /// Names a folder of this run.
    pub fn folder(&mut self, folder: &Path, name: &str) {
        self.exact(folder.display().to_string(), name);
    }

    /// Puts the names into a text; lines that tell of steps under way, which end in any order, are sorted.
    pub fn put(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (what, name) in &self.exact {
            text = text.replace(what, name);
        }
        for (form, name) in FORMS {
            let form = Regex::new(form).unwrap();
            text = form.replace_all(&text, *name).into_owned();
        }
        sorted(&text)
    }
}

fn sorted(text: &str) -> String {
    let mut lines: Vec<&str> = text.split('\n').collect();
    for run in lines.chunk_by_mut(|one, next| one.ends_with("(… s)") == next.ends_with("(… s)"))
    {
        if run.first().is_some_and(|line| line.ends_with("(… s)")) {
            run.sort_unstable();
        }
    }
    lines.join("\n")
}
