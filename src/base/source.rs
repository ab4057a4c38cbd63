use super::{FileId, Span};

/// One file that was read, as the user names it.
#[derive(Debug, Clone)]
pub struct Source {
    /// The path as the user would write it.
    pub name: String,
    /// The whole text.
    pub text: String,
}

/// A place that a person can go to; line and column count from 1, the column in characters.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Location {
    /// The path as the user would write it.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// All files of one document, so that a [`Span`] can be turned into a [`Location`].
#[derive(Debug, Clone, Default)]
pub struct SourceMap {
    sources: Vec<Source>,
    /// Where each file's lines begin: a large plan names very many places.
    lines: Vec<Vec<usize>>,
}

impl SourceMap {
    /// Adds a file and tells its id.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        let id = FileId(u32::try_from(self.sources.len()).unwrap_or(u32::MAX));
        let text: String = text.into();
        let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        self.lines.push(std::iter::once(0).chain(breaks).collect());
        let name = name.into();
        self.sources.push(Source { name, text });
        id
    }

    /// The file behind an id.
    pub fn source(&self, file: FileId) -> Option<&Source> {
        self.sources.get(file.0 as usize)
    }

    /// All files, in the order in which they were read.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Source)> {
        self.sources
            .iter()
            .enumerate()
            .map(|(id, source)| (FileId(u32::try_from(id).unwrap_or(u32::MAX)), source))
    }

    /// Turns a span into file, line and column.
    pub fn locate(&self, span: Span) -> Location {
        let Some(source) = self.source(span.file) else {
            return Location {
                file: "<none>".to_owned(),
                line: 1,
                column: 1,
            };
        };
        let text = &source.text;
        let at = if text.is_char_boundary(span.start) {
            span.start
        } else {
            text.len()
        };
        let lines = self.lines.get(span.file.0 as usize);
        let lines = lines.map_or(&[][..], Vec::as_slice);
        let line = lines.partition_point(|start| *start <= at).max(1);
        let start = lines.get(line - 1).copied().unwrap_or_default();
        Location {
            file: source.name.clone(),
            line,
            column: text.get(start..at).unwrap_or_default().chars().count() + 1,
        }
    }
}

impl std::fmt::Display for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}
