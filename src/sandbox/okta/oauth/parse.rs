use super::expression::Broken;

/// A piece of an expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// A quoted text.
    Text(String),
    /// A number.
    Number(f64),
    /// A name: `app`, `clientId`, `String`.
    Name(String),
    /// An operator or a bracket.
    Sign(&'static str),
}

const SIGNS: [&str; 20] = [
    "==", "!=", "<=", ">=", "&&", "||", "?:", "(", ")", "{", "}", ",", ".", "?", ":", "+", "!",
    "<", ">", "-",
];

/// Cuts an expression into tokens.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, Broken> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, after) = if first == '"' || first == '\'' {
            quoted(rest, first)?
        } else if first.is_ascii_digit() {
            let end = end_of(rest, |c| c.is_ascii_digit() || c == '.');
            let (digits, after) = rest.split_at(end);
            (Token::Number(digits.parse().map_err(|_| Broken)?), after)
        } else if first.is_alphabetic() || first == '_' || first == '$' {
            let end = end_of(rest, |c| c.is_alphanumeric() || c == '_' || c == '$');
            let (name, after) = rest.split_at(end);
            (word(name), after)
        } else {
            let sign = SIGNS
                .into_iter()
                .find(|sign| rest.starts_with(sign))
                .ok_or(Broken)?;
            (
                Token::Sign(sign),
                rest.get(sign.len()..).unwrap_or_default(),
            )
        };
        tokens.push(token);
        rest = after.trim_start();
    }
    Ok(tokens)
}

/// The operators that are written as words.
fn word(name: &str) -> Token {
    match name {
        "and" | "AND" => Token::Sign("&&"),
        "or" | "OR" => Token::Sign("||"),
        "not" | "NOT" => Token::Sign("!"),
        "eq" => Token::Sign("=="),
        "ne" => Token::Sign("!="),
        _ => Token::Name(name.to_owned()),
    }
}

fn end_of(text: &str, part: impl Fn(char) -> bool) -> usize {
    text.find(|c| !part(c)).unwrap_or(text.len())
}

fn quoted(text: &str, quote: char) -> Result<(Token, &str), Broken> {
    let inside = text.get(quote.len_utf8()..).ok_or(Broken)?;
    let mut value = String::new();
    let mut chars = inside.char_indices();
    while let Some((at, c)) = chars.next() {
        if c == quote {
            let after = inside.get(at + quote.len_utf8()..).unwrap_or_default();
            return Ok((Token::Text(value), after));
        }
        if c == '\\' {
            value.push(chars.next().ok_or(Broken)?.1);
        } else {
            value.push(c);
        }
    }
    Err(Broken)
}
