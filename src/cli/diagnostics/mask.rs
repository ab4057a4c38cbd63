//! Takes secrets out of the text that is shown.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::base::{FileId, Report};

/// What is shown in place of a secret, whatever its length.
const DOTS: &str = "••••";

/// A scalar after a key that is named like a secret. Findings mask what they know of; this also
/// covers files that could not be read at all, and findings that stand beside a secret by chance.
static GUESS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?i)(?:token|secret|password|passwd|private_key|api_?key|routing_key)["']?[ \t]*:[ \t]+(?P<value>"[^"\n]*"?|'[^'\n]*'?|[^\s{\[&*|>#"',}][^\n,}]*)"#,
    )
    .expect("the pattern is a literal that the tests use")
});

/// These stand after `token:` of a claim, and are none.
const HARMLESS: [&str; 5] = ["access", "id", "true", "false", "null"];

/// The places that no finding may show, by file.
pub(super) struct Masks(BTreeMap<FileId, Vec<Range<usize>>>);

impl Masks {
    /// Collects the masks of all findings: one's secret may stand on another's line.
    pub(super) fn new(report: &Report) -> Self {
        let mut masks: BTreeMap<FileId, Vec<Range<usize>>> = BTreeMap::new();
        for span in report.iter().flat_map(|found| &found.masked) {
            let file = masks.entry(span.file).or_default();
            file.push(span.start..span.end);
        }
        Self(masks)
    }

    /// Cuts a stretch out of a file, without its secrets.
    pub(super) fn cut(&self, file: FileId, text: &str, range: Range<usize>) -> Cut {
        let shown = text.get(range.clone()).unwrap_or_default();
        let known = self.0.get(&file).map_or(&[][..], Vec::as_slice);
        let mut hidden: Vec<Range<usize>> = known
            .iter()
            .map(|mask| mask.start.max(range.start)..mask.end.min(range.end))
            .filter(|mask| mask.start < mask.end)
            .map(|mask| mask.start - range.start..mask.end - range.start)
            .chain(guesses(shown))
            .collect();
        hidden.sort_by_key(|mask| mask.start);
        Cut::new(shown, &hidden)
    }
}

fn guesses(text: &str) -> impl Iterator<Item = Range<usize>> {
    GUESS
        .captures_iter(text)
        .filter_map(|found| found.name("value"))
        .filter(|value| !HARMLESS.contains(&value.as_str().trim().trim_matches(['"', '\''])))
        .map(|value| value.range())
}

/// A stretch of a file without its secrets.
pub(super) struct Cut {
    pub(super) text: String,
    /// Where the pieces of the original lie, and where they went.
    pieces: Vec<(Range<usize>, Range<usize>)>,
}

impl Cut {
    fn new(shown: &str, hidden: &[Range<usize>]) -> Self {
        let mut cut = Self {
            text: String::with_capacity(shown.len()),
            pieces: Vec::new(),
        };
        let mut at = 0;
        for mask in hidden {
            let mask = mask.start.max(at)..mask.end.max(at);
            cut.keep(shown, at..mask.start);
            cut.hide(shown, mask.clone());
            at = mask.end;
        }
        cut.keep(shown, at..shown.len());
        cut
    }

    fn keep(&mut self, shown: &str, from: Range<usize>) {
        let start = self.text.len();
        self.text
            .push_str(shown.get(from.clone()).unwrap_or_default());
        self.pieces.push((from, start..self.text.len()));
    }

    /// Hides line by line, so that lines keep their numbers.
    fn hide(&mut self, shown: &str, from: Range<usize>) {
        let start = self.text.len();
        for line in shown
            .get(from.clone())
            .unwrap_or_default()
            .split_inclusive('\n')
        {
            if !line.trim().is_empty() {
                self.text.push_str(DOTS);
            }
            if line.ends_with('\n') {
                self.text.push('\n');
            }
        }
        self.pieces.push((from, start..self.text.len()));
    }

    /// Where a stretch of the original is now; a part of a secret becomes the whole of its dots.
    pub(super) fn place(&self, range: Range<usize>) -> Range<usize> {
        let start = self.locate(range.start, false);
        let end = self.locate(range.end, true);
        start..end.max(start)
    }

    fn locate(&self, at: usize, is_end: bool) -> usize {
        let inside = self.pieces.iter().find(|(from, _)| {
            if is_end {
                from.start < at && at <= from.end
            } else {
                from.start <= at && at < from.end
            }
        });
        match inside {
            // a piece that was kept has the length it had
            Some((from, to)) if from.len() == to.len() => to.start + (at - from.start),
            Some((_, to)) if is_end => to.end,
            Some((_, to)) => to.start,
            None if is_end && at == 0 => 0,
            None => self.text.len(),
        }
    }
}
