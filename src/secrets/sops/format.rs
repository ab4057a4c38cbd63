use std::path::Path;

use super::node::Node;
use super::piece::Piece;
use super::spot::{Spot, Within};
use super::{SopsError, dotenv, ini, json, yaml};

/// How a file is laid out; sops goes by the end of its name, and so do we.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::secrets) enum Format {
    Yaml,
    Json,
    Dotenv,
    Ini,
    /// JSON with the whole content as `data`; every other name.
    Binary,
}

/// Says why a text is not of its format; never quotes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Malformed {
    /// From 1.
    pub(super) line: usize,
    pub(super) reason: &'static str,
}

impl Malformed {
    /// The line that holds the byte.
    pub(super) fn at(text: &str, byte: usize, reason: &'static str) -> Self {
        let before = text.as_bytes().get(..byte).unwrap_or(text.as_bytes());
        Self {
            line: before.split(|byte| *byte == b'\n').count(),
            reason,
        }
    }
}

impl Format {
    /// The format of a file with this name.
    pub(in crate::secrets) fn of(name: &Path) -> Self {
        let name = name.file_name().unwrap_or_default().to_string_lossy();
        let ends = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
        if ends(&[".yaml", ".yml"]) {
            Self::Yaml
        } else if ends(&[".json"]) {
            Self::Json
        } else if ends(&[".env"]) {
            Self::Dotenv
        } else if ends(&[".ini"]) {
            Self::Ini
        } else {
            Self::Binary
        }
    }

    /// Parses all documents of a text; offsets are those of the text.
    pub(super) fn parse(self, text: &str) -> Result<Vec<Node>, SopsError> {
        let parsed = match self {
            Self::Yaml => yaml::parse(text),
            Self::Json | Self::Binary => json::parse(text).map(|root| vec![root]),
            Self::Dotenv => dotenv::parse(text).map(|root| vec![root]),
            Self::Ini => ini::parse(text).map(|root| vec![root]),
        };
        parsed.map_err(|Malformed { line, reason }| SopsError::Malformed { line, why: reason })
    }

    /// Puts a piece into a text; the error says why it cannot stand there.
    pub(super) fn put(
        self,
        text: &str,
        document: &Node,
        spot: &Spot<'_>,
        piece: &Piece,
    ) -> Result<String, &'static str> {
        match self {
            Self::Yaml => yaml::put(text, document, spot, piece),
            Self::Json | Self::Binary => json::put(text, spot, piece),
            Self::Dotenv => dotenv::put(text, document, spot, piece),
            Self::Ini => ini::put(text, document, spot, piece),
        }
    }

    /// Takes a value out of a text.
    pub(super) fn remove(
        self,
        text: &str,
        document: &Node,
        holder: Within<'_>,
    ) -> Result<String, &'static str> {
        match self {
            Self::Yaml => yaml::remove(text, document, holder),
            Self::Json | Self::Binary => json::remove(text, holder),
            Self::Dotenv => dotenv::remove(text, holder),
            Self::Ini => ini::remove(text, holder),
        }
    }

    /// What a file without anything in it looks like.
    pub(super) fn blank(self) -> &'static str {
        match self {
            Self::Json | Self::Binary => "{}\n",
            Self::Yaml | Self::Dotenv | Self::Ini => "",
        }
    }
}
