/// Moves a closing brace off its own line, without moving any other byte.
///
/// sops writes the comment of an empty mapping as `{`, a comment line, and `}` no deeper than
/// the key. YAML 1.2 forbids that, and so does our parser; Go's takes it. The brace takes the place
/// of the comment, whose text is nobody's value. `None` when the line is not of that kind.
pub(super) fn mend(text: &str, line: usize) -> Option<String> {
    let start = text
        .match_indices('\n')
        .nth(line.checked_sub(2)?)
        .map(|(newline, _)| newline + 1)?;
    let (before, rest) = text.split_at_checked(start)?;
    let brace = rest.trim_start_matches(' ').chars().next()?;
    if !matches!(brace, '}' | ']') {
        return None;
    }
    let comment_start = before.trim_end().rfind('\n')? + 1;
    let (head, comment) = before.split_at_checked(comment_start)?;
    let indent = comment.len() - comment.trim_start_matches(' ').len();
    let hidden = comment.get(indent..)?.strip_prefix('#')?;
    let blank: String = hidden
        .bytes()
        .map(|byte| match byte {
            b'\n' => '\n',
            b'\r' => '\r',
            _ => ' ',
        })
        .collect();
    let rest = rest.replacen(brace, " ", 1);
    Some([head, &" ".repeat(indent), &brace.to_string(), &blank, &rest].concat())
}
