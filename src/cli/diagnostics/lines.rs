use std::collections::BTreeMap;
use std::ops::Range;

use crate::base::{FileId, SourceMap};

/// Where the lines of all files begin, so that many places are found quickly.
pub(super) struct Lines<'a> {
    sources: &'a SourceMap,
    starts: BTreeMap<FileId, Vec<usize>>,
}

impl<'a> Lines<'a> {
    pub(super) fn new(sources: &'a SourceMap) -> Self {
        let starts = sources.iter().map(|(file, source)| {
            let breaks = source.text.match_indices('\n').map(|(at, _)| at + 1);
            (file, std::iter::once(0).chain(breaks).collect())
        });
        Self {
            starts: starts.collect(),
            sources,
        }
    }

    pub(super) fn name(&self, file: FileId) -> &'a str {
        self.sources.source(file).map_or("", |source| &source.name)
    }

    pub(super) fn text(&self, file: FileId) -> &'a str {
        self.sources.source(file).map_or("", |source| &source.text)
    }

    /// Line and column of a byte, both from 1, the column in characters.
    pub(super) fn position(&self, file: FileId, at: usize) -> (usize, usize) {
        let line = self.line(file, at);
        let start = self.range(file, line).start;
        let before = self.text(file).get(start..at).unwrap_or_default();
        (line, before.chars().count() + 1)
    }

    /// The line of a byte, from 1.
    pub(super) fn line(&self, file: FileId, at: usize) -> usize {
        self.starts
            .get(&file)
            .map_or(1, |starts| starts.partition_point(|start| *start <= at))
    }

    /// The bytes of a line without its end.
    pub(super) fn range(&self, file: FileId, line: usize) -> Range<usize> {
        let text = self.text(file);
        let starts = self.starts.get(&file).map_or(&[][..], Vec::as_slice);
        let start = starts.get(line.saturating_sub(1)).copied();
        let next = starts.get(line).copied().unwrap_or(text.len());
        let start = start.unwrap_or(text.len());
        let line = text.get(start..next).unwrap_or_default();
        start..start + line.trim_end_matches(['\n', '\r']).len()
    }
}
