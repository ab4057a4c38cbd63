use saphyr_parser::{Parser, Span};

use super::Node;
use super::builder::{Builder, Place};
use super::mend::mend;
use crate::secrets::sops::format::Malformed;

/// More misplaced braces are not put right: each needs a pass of its own.
const MENDS: usize = 32;

/// Parses all documents of a text; one without content is a null scalar.
pub(in super::super) fn parse(text: &str) -> Result<Vec<Node>, Malformed> {
    let mut parsed = parse_once(text);
    let mut mended = text.to_owned();
    for _ in 0..MENDS {
        let Err(error) = &parsed else { break };
        let Some(better) = mend(&mended, error.line) else {
            break;
        };
        mended = better;
        parsed = parse_once(&mended);
    }
    parsed
}

fn parse_once(text: &str) -> Result<Vec<Node>, Malformed> {
    let offsets = Offsets::of(text);
    let mut builder = Builder::new(text);
    let mut parser = Parser::new_from_str(text);
    while let Some(next) = parser.next_event() {
        let (event, span) = next.map_err(|error| Malformed {
            line: error.marker().line(),
            reason: "it is not valid YAML",
        })?;
        builder
            .take(event, &offsets.bytes(span))
            .map_err(|reason| Malformed {
                line: span.start.line(),
                reason,
            })?;
    }
    Ok(builder.documents())
}

/// The parser counts characters, the text is cut by bytes.
struct Offsets(Option<Vec<usize>>);

impl Offsets {
    fn of(text: &str) -> Self {
        if text.is_ascii() {
            return Self(None);
        }
        let mut starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        starts.push(text.len());
        Self(Some(starts))
    }

    fn byte(&self, index: usize) -> usize {
        match &self.0 {
            None => index,
            Some(starts) => starts
                .get(index)
                .or(starts.last())
                .copied()
                .unwrap_or_default(),
        }
    }

    fn bytes(&self, span: Span) -> Place {
        Place {
            start: self.byte(span.start.index()),
            end: self.byte(span.end.index()),
            column: span.start.col(),
        }
    }
}
