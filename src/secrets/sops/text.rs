//! Cuts of a text by bytes.

/// Replaces the bytes of a range.
pub(super) fn splice(
    text: &str,
    start: usize,
    end: usize,
    new: &str,
) -> Result<String, &'static str> {
    match (text.get(..start), text.get(end..)) {
        (Some(before), Some(after)) => Ok([before, new, after].concat()),
        (None, _) | (_, None) => Err("its place in the text is not known"),
    }
}

/// Where the line of a byte begins.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text.get(..at)
        .and_then(|before| before.rfind('\n'))
        .map_or(0, |newline| newline + 1)
}
