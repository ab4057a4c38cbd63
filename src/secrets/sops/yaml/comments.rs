/// A comment of the text.
pub(super) struct Comment {
    /// The byte of its `#`.
    pub(super) at: usize,
    /// Bytes before it on its line.
    pub(super) column: usize,
    /// Nothing but blanks stand before it on its line.
    pub(super) own_line: bool,
    /// What follows the `#`, up to the end of the line.
    pub(super) text: String,
}

/// Finds the comments between two tokens, where a `#` after a blank cannot be anything else.
pub(super) fn between(text: &str, from: usize, to: usize) -> Vec<Comment> {
    let mut found = Vec::new();
    let mut at = from;
    while let Some(gap) = text.get(at..to).filter(|gap| !gap.is_empty()) {
        let Some(hash) = gap.find('#') else { break };
        let hash = at + hash;
        let before = text.get(..hash).unwrap_or_default();
        if !before.is_empty() && !before.ends_with([' ', '\t', '\n', '\r']) {
            at = hash + 1;
            continue;
        }
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let rest = text.get(hash..).unwrap_or_default();
        let end = hash + rest.find('\n').unwrap_or(rest.len());
        let line = text.get(line_start..hash).unwrap_or_default();
        found.push(Comment {
            at: hash,
            column: hash - line_start,
            own_line: line.trim().is_empty(),
            text: text
                .get(hash + 1..end)
                .unwrap_or_default()
                .trim_end_matches('\r')
                .to_owned(),
        });
        at = end;
    }
    found
}
