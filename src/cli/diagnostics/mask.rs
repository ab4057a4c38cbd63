//! Takes secrets out of the text that is shown.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::base::{FileId, Report};

/// What is shown in place of a secret, whatever its length.
const DOTS: &str = "••••";

/// A scalar after a key that is named like a secret, and addresses that are secrets. Findings mask what they know of; this also
/// covers files that could not be read at all, findings that stand beside a secret by chance, and
/// passwords inside of addresses.
static GUESS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?i)(?:token|secret|password|passwd|private_key|api_?key|routing_key)["']?[ \t]*:[ \t]+(?P<value>"[^"\n]*"?|'[^'\n]*'?|[^\s{\[&*|>#"',}][^\n,}]*)|(?:hooks\.slack\.com|office\.com|logic\.azure\.com|powerplatform\.com)(?::\d+)?/(?P<address>[^\s,}"']+)|://(?P<login>[^\s/?#@"']+)@"#,
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
        .filter_map(|found| {
            found
                .name("value")
                .or_else(|| found.name("address"))
                .or_else(|| found.name("login"))
        })
        .filter(|value| !HARMLESS.contains(&value.as_str().trim().trim_matches(['"', '\''])))
        .map(|value| value.range())
}

/// A stretch of a file without its secrets.
pub(super) struct Cut {
    pub(super) text: String,
    pieces: Vec<Piece>,
}

/// Where a piece of the original lay, and where it or its dots went.
struct Piece {
    from: Range<usize>,
    to: Range<usize>,
    is_hidden: bool,
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
        self.pieces.push(Piece {
            from,
            to: start..self.text.len(),
            is_hidden: false,
        });
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
        self.pieces.push(Piece {
            from,
            to: start..self.text.len(),
            is_hidden: true,
        });
    }

    /// Where a stretch of the original is now; a part of a secret becomes the whole of its dots.
    pub(super) fn place(&self, range: Range<usize>) -> Range<usize> {
        let start = self.locate(range.start, false);
        let end = self.locate(range.end, true);
        if end > start {
            return start..end;
        }
        // the renderer widens an empty place by one byte, which may be half a character
        let next = self.text.get(start..).and_then(|rest| rest.chars().next());
        start..start + next.filter(|it| *it != '\n').map_or(0, char::len_utf8)
    }

    fn locate(&self, at: usize, is_end: bool) -> usize {
        let inside = self.pieces.iter().find(|Piece { from, .. }| {
            if is_end {
                from.start < at && at <= from.end
            } else {
                from.start <= at && at < from.end
            }
        });
        let place = match inside {
            Some(piece) if !piece.is_hidden => piece.to.start + (at - piece.from.start),
            Some(piece) if is_end => piece.to.end,
            Some(piece) => piece.to.start,
            None if is_end && at == 0 => 0,
            None => self.text.len(),
        };
        self.text.floor_char_boundary(place)
    }
}
