//! JSON as sops reads it, with the place of each node in the text.
//!
//! Not the YAML parser: tabs, escapes of surrogates and keys that are there twice are good JSON.

mod place;

use super::format::Malformed;
use super::node::{Entry, Item, Kind, Node, Scalar, Style};

pub(super) use place::{put, remove};

/// Deeper files are refused: real ones have a handful of levels.
const DEPTH: usize = 64;

/// Parses the first value, which must be an object; what follows it does not count for sops either.
pub(super) fn parse(text: &str) -> Result<Node, Malformed> {
    let mut reader = Reader { text, at: 0 };
    reader.blank();
    let root = if reader.peek() == Some(b'{') {
        reader.value(0)
    } else {
        Err("it is no JSON object")
    };
    root.map_err(|reason| Malformed::at(text, reader.at, reason))
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

const BROKEN: &str = "it is not valid JSON";

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blank(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn eat(&mut self, byte: u8) -> Result<(), &'static str> {
        self.blank();
        if self.peek() == Some(byte) {
            self.at += 1;
            Ok(())
        } else {
            Err(BROKEN)
        }
    }

    fn value(&mut self, depth: usize) -> Result<Node, &'static str> {
        if depth > DEPTH {
            return Err("it is nested too deeply");
        }
        self.blank();
        let start = self.at;
        let kind = match self.peek() {
            Some(b'{') => Kind::Map(self.object(depth)?),
            Some(b'[') => Kind::List(self.array(depth)?),
            Some(b'"') => scalar(self.string()?, Style::Quoted),
            Some(b'-' | b'0'..=b'9') => scalar(self.number()?, Style::Plain),
            Some(_) | None => scalar(self.word()?.to_owned(), Style::Plain),
        };
        Ok(Node {
            flow: !matches!(kind, Kind::Scalar(_)),
            kind,
            start,
            end: self.at,
            shared: false,
        })
    }

    fn object(&mut self, depth: usize) -> Result<Vec<Entry>, &'static str> {
        let mut entries = Vec::new();
        self.at += 1;
        self.blank();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(entries);
        }
        loop {
            self.blank();
            let key_start = self.at;
            let key = self.string()?;
            let key_end = self.at;
            self.eat(b':')?;
            entries.push(Entry {
                key,
                key_start,
                key_end,
                value: self.value(depth + 1)?,
                comments: Vec::new(),
            });
            self.blank();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(_) | None => break,
            }
        }
        self.eat(b'}')?;
        Ok(entries)
    }

    fn array(&mut self, depth: usize) -> Result<Vec<Item>, &'static str> {
        let mut items = Vec::new();
        self.at += 1;
        self.blank();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(items);
        }
        loop {
            items.push(Item {
                value: self.value(depth + 1)?,
                comments: Vec::new(),
            });
            self.blank();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(_) | None => break,
            }
        }
        self.eat(b']')?;
        Ok(items)
    }

    fn string(&mut self) -> Result<String, &'static str> {
        let start = self.at;
        if self.peek() != Some(b'"') {
            return Err(BROKEN);
        }
        self.at += 1;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => self.at += 2,
                Some(_) => self.at += 1,
                None => return Err(BROKEN),
            }
        }
        self.at += 1;
        let quoted = self.text.get(start..self.at).ok_or(BROKEN)?;
        serde_json::from_str(quoted).or_else(|_| lenient(quoted).ok_or(BROKEN))
    }

    /// Whole numbers stay as they are written, all others take a form that reads as a float.
    fn number(&mut self) -> Result<String, &'static str> {
        let start = self.at;
        while matches!(
            self.peek(),
            Some(b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9')
        ) {
            self.at += 1;
        }
        let text = self.text.get(start..self.at).ok_or(BROKEN)?;
        let number: serde_json::Number = serde_json::from_str(text).map_err(|_| BROKEN)?;
        if let Ok(whole) = text.parse::<i64>() {
            return Ok(whole.to_string());
        }
        number
            .as_f64()
            .map(|number| format!("{number:e}"))
            .ok_or(BROKEN)
    }

    fn word(&mut self) -> Result<&'static str, &'static str> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        for word in ["null", "true", "false"] {
            if rest.starts_with(word) {
                self.at += word.len();
                return Ok(word);
            }
        }
        Err(BROKEN)
    }
}

fn scalar(text: String, style: Style) -> Kind {
    Kind::Scalar(Scalar {
        text,
        style,
        tag: None,
    })
}

/// Go takes half a surrogate pair for the replacement character, where serde refuses it.
fn lenient(quoted: &str) -> Option<String> {
    let mut mended = String::with_capacity(quoted.len());
    let mut rest = quoted;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at_checked(at)?;
        mended.push_str(before);
        let half = |escape: &str| {
            let digits = escape.strip_prefix("\\u")?.get(..4)?;
            u16::from_str_radix(digits, 16).ok()
        };
        let length = if escape.starts_with("\\u") { 6 } else { 2 };
        let (one, after) = escape.split_at_checked(length)?;
        rest = after;
        match half(one) {
            Some(0xD800..0xDC00) if matches!(half(after), Some(0xDC00..0xE000)) => {
                let (other, after) = after.split_at_checked(6)?;
                mended.push_str(one);
                mended.push_str(other);
                rest = after;
            }
            Some(0xD800..0xE000) => mended.push('\u{fffd}'),
            Some(_) | None => mended.push_str(one),
        }
    }
    mended.push_str(rest);
    serde_json::from_str(&mended).ok()
}

#[cfg(test)]
mod tests;
