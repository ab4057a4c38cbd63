//! Pieces as lines of YAML, and on one line.

use std::fmt::Write as _;

use super::{Scalar, Style, Typed, resolve};
use crate::secrets::sops::piece::Piece;
use crate::secrets::sops::tree::Plain;

/// How a file is laid out.
pub(super) struct Layout {
    pub(super) newline: &'static str,
    /// Blanks per level.
    pub(super) step: usize,
}

impl Layout {
    /// A key with what belongs to it, each line ended.
    pub(super) fn entry(&self, column: usize, key: &str, piece: &Piece) -> String {
        let indent = " ".repeat(column);
        let body = self.below(column, piece);
        format!("{indent}{}:{body}{}", quoted(key), self.newline)
    }

    /// What stands behind a colon, up to the end of its last line.
    pub(super) fn below(&self, column: usize, piece: &Piece) -> String {
        let inner = column + self.step;
        let mut text = String::new();
        match piece {
            Piece::Map(entries) if !entries.is_empty() => {
                for (key, piece) in entries {
                    text.push_str(&self.entry(inner, key, piece));
                }
            }
            Piece::List(items) if !items.is_empty() => {
                for item in items {
                    let _ = write!(text, "{}{}", self.item(inner, item), self.newline);
                }
            }
            Piece::Clear(Plain::Text(lines)) if literal(lines.expose()) => {
                for line in lines.expose().lines() {
                    let _ = write!(text, "{}{line}{}", " ".repeat(inner), self.newline);
                }
                let text = text.trim_end_matches(['\r', '\n']);
                return format!(" |{}{text}", self.newline);
            }
            Piece::Sealed(_) | Piece::Clear(_) | Piece::Map(_) | Piece::List(_) => {
                return format!(" {}", inline(piece, false));
            }
        }
        format!("{}{}", self.newline, text.trim_end_matches(['\r', '\n']))
    }

    /// A list item, its last line not ended.
    pub(super) fn item(&self, column: usize, piece: &Piece) -> String {
        let indent = " ".repeat(column);
        match piece {
            Piece::Map(entries) if !entries.is_empty() => {
                let mut lines = String::new();
                for (key, piece) in entries {
                    lines.push_str(&self.entry(column + 2, key, piece));
                }
                let lines = lines.trim_end_matches(['\r', '\n']);
                format!("{indent}- {}", lines.trim_start_matches(' '))
            }
            Piece::Sealed(_) | Piece::Clear(_) | Piece::Map(_) | Piece::List(_) => {
                format!("{indent}- {}", inline(piece, false))
            }
        }
    }
}

/// A piece on one line; in flow style an envelope may not be plain, for it holds brackets.
pub(super) fn inline(piece: &Piece, flow: bool) -> String {
    match piece {
        Piece::Sealed(envelope) if flow => format!("\"{envelope}\""),
        Piece::Sealed(envelope) => envelope.clone(),
        Piece::Clear(Plain::Null) => "null".to_owned(),
        Piece::Clear(Plain::Bool(switch)) => switch.to_string(),
        Piece::Clear(Plain::Int(number)) => number.to_string(),
        Piece::Clear(Plain::Float(number)) => float(*number),
        Piece::Clear(Plain::Text(text)) if !flow && harmless(text.expose()) => {
            text.expose().to_owned()
        }
        Piece::Clear(value @ (Plain::Text(_) | Plain::Bytes(_) | Plain::Time(_))) => {
            in_quotes(value.to_text().expose())
        }
        Piece::Map(entries) => {
            let entries = entries
                .iter()
                .map(|(key, piece)| format!("{}: {}", quoted(key), inline(piece, true)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        Piece::List(items) => {
            let items = items.iter().map(|piece| inline(piece, true));
            format!("[{}]", items.collect::<Vec<_>>().join(", "))
        }
    }
}

/// Tells whether a text needs no quotes to be read back as one.
fn harmless(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b" _./@+=-".contains(&byte);
    let scalar = Scalar {
        text: text.to_owned(),
        style: Style::Plain,
        tag: None,
    };
    text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text.trim_end() == text
        && text.bytes().all(plain)
        && !is_word(text)
        && matches!(resolve(&scalar), Ok(Typed::Text(_)))
}

/// YAML 1.1 takes these for booleans, and 1.2 some of them.
fn is_word(text: &str) -> bool {
    matches!(
        text.to_ascii_lowercase().as_str(),
        "null" | "true" | "false" | "yes" | "no" | "on" | "off" | "y" | "n"
    )
}

/// A number that reads back as a float.
fn float(number: f64) -> String {
    if number.is_nan() {
        ".nan".to_owned()
    } else if number.is_infinite() {
        let sign = if number < 0.0 { "-" } else { "" };
        format!("{sign}.inf")
    } else {
        format!("{number:e}")
    }
}

/// Tells whether a text may stand in a block as it is: lines without anything odd.
fn literal(text: &str) -> bool {
    text.strip_suffix('\n').is_some_and(|body| {
        body.contains('\n')
            && body
                .lines()
                .all(|line| !line.is_empty() && !line.starts_with([' ', '\t']) && line.is_ascii())
            && !body
                .bytes()
                .any(|byte| byte != b'\n' && byte.is_ascii_control())
    })
}

/// A key as YAML 1.1 and 1.2 both read it back.
fn quoted(key: &str) -> String {
    let plain = key.starts_with(|first: char| first.is_ascii_alphabetic())
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    if plain && !is_word(key) {
        key.to_owned()
    } else {
        in_quotes(key)
    }
}

/// A text in double quotes, with escapes for what YAML forbids or takes for the end of a line.
fn in_quotes(text: &str) -> String {
    let json = serde_json::Value::from(text).to_string();
    let mut quoted = String::with_capacity(json.len());
    for shown in json.chars() {
        match shown {
            '\u{7f}'..='\u{a0}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{feff}'
            | '\u{fffe}'
            | '\u{ffff}' => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(shown));
            }
            shown => quoted.push(shown),
        }
    }
    quoted
}
