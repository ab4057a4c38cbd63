//! Keys and values of one line, or of several where a value runs on.

/// A key, up to where its value may begin.
pub(super) struct Key {
    pub(super) name: String,
    /// The byte after the key.
    pub(super) end: usize,
    /// The byte after the delimiter.
    pub(super) rest: usize,
}

/// A value with its place in the whole text.
pub(super) struct Value {
    pub(super) text: String,
    /// The first byte, quotes included.
    pub(super) start: usize,
    /// The byte after the last, quotes included and comments not.
    pub(super) end: usize,
    pub(super) comment: String,
    /// Where the next line begins.
    pub(super) next: usize,
}

const DELIMITERS: [char; 2] = ['=', ':'];

/// Reads the key that a line begins with.
pub(super) fn key(line: &str) -> Result<Key, &'static str> {
    const NO_DELIMITER: &str = "a line has no `=`";
    let quote = ["\"\"\"", "\"", "`"]
        .into_iter()
        .find(|quote| line.starts_with(quote) && (quote.len() < 3 || line.len() > 6));
    let (name, from) = if let Some(quote) = quote {
        let inner = line.get(quote.len()..).unwrap_or_default();
        let close = inner
            .find(quote)
            .ok_or("the quote of a key is not closed")?;
        let name = inner.get(..close).unwrap_or_default();
        (Some(name), quote.len() + close + quote.len())
    } else {
        (None, 0)
    };
    let rest = line.get(from..).unwrap_or_default();
    let delimiter = from + rest.find(DELIMITERS).ok_or(NO_DELIMITER)?;
    let before = line.get(..delimiter).unwrap_or_default();
    let name = name.unwrap_or(before).trim();
    if name.is_empty() {
        return Err("a key is empty");
    }
    Ok(Key {
        name: name.to_owned(),
        end: before.trim_end().len(),
        rest: delimiter + 1,
    })
}

/// Reads the value that begins at a byte; `next` is where the line after it begins.
pub(super) fn value(text: &str, from: usize, next: usize) -> Result<Value, &'static str> {
    let line = text.get(from..next).unwrap_or_default();
    let lead = line.len() - line.trim_start().len();
    let start = from + lead;
    let line = line.get(lead..).unwrap_or_default();
    if line.is_empty() {
        // the place for a value is right behind the delimiter
        return Ok(plain("", from, from, String::new(), next));
    }
    let quote = if line.starts_with("\"\"\"") && line.len() > 3 {
        Some("\"\"\"")
    } else {
        line.starts_with('`').then_some("`")
    };
    if let Some(quote) = quote {
        return quoted(text, start, next, quote);
    }
    let trimmed = line.trim_end();
    if let Some(begun) = trimmed.strip_suffix('\\') {
        return Ok(continued(text, start, next, begun));
    }
    let hash = trimmed.find(['#', ';']);
    let (value, comment) = trimmed
        .split_at_checked(hash.unwrap_or(trimmed.len()))
        .unwrap_or((trimmed, ""));
    let value = value.trim_end();
    let bare = ['\'', '"'].into_iter().find_map(|quote| {
        let inner = value.strip_prefix(quote)?.strip_suffix(quote)?;
        (!inner.contains(quote)).then_some(inner)
    });
    let end = start + value.len();
    Ok(plain(
        bare.unwrap_or(value),
        start,
        end,
        comment.to_owned(),
        next,
    ))
}

fn plain(text: &str, start: usize, end: usize, comment: String, next: usize) -> Value {
    Value {
        text: text.to_owned(),
        start,
        end,
        comment,
        next,
    }
}

/// A value in quotes ends at the last of them on the line where the first is found.
fn quoted(text: &str, start: usize, next: usize, quote: &str) -> Result<Value, &'static str> {
    let mut line_start = start + quote.len();
    let mut line_end = next;
    loop {
        let line = text.get(line_start..line_end).unwrap_or_default();
        if let Some(close) = line.rfind(quote) {
            let close = line_start + close;
            let after = text.get(close..line_end).unwrap_or_default();
            // a value of one line keeps nothing of what follows the quote, not even a comment
            let several = line_start != start + quote.len();
            let comment = after.find(['#', ';']).filter(|_| several);
            let comment = comment.and_then(|at| after.get(at..)).unwrap_or_default();
            let value = text.get(start + quote.len()..close).unwrap_or_default();
            let end = close + quote.len();
            return Ok(plain(
                value,
                start,
                end,
                comment.trim().to_owned(),
                line_end,
            ));
        }
        if line_end >= text.len() {
            return Err("the quote of a value is not closed");
        }
        line_start = line_end;
        let rest = text.get(line_start..).unwrap_or_default();
        line_end += rest.find('\n').map_or(rest.len(), |newline| newline + 1);
    }
}

/// A backslash at the end of a line joins the next one to it.
fn continued(text: &str, start: usize, next: usize, begun: &str) -> Value {
    let mut value = begun.to_owned();
    let (mut at, mut end) = (next, start + begun.len() + 1);
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let line = rest.split_inclusive('\n').next().unwrap_or_default();
        at += line.len();
        let more = line.trim();
        if more.is_empty() {
            break;
        }
        end = at - (line.len() - line.trim_end().len());
        let Some(more) = more.strip_suffix('\\') else {
            value.push_str(more);
            break;
        };
        value.push_str(more);
    }
    plain(&value, start, end, String::new(), at)
}
