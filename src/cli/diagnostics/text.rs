use std::fmt::Write as _;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::lines::Lines;
use super::mask::Masks;
use crate::base::{Count, Diagnostic, FileId, Label, Report, Severity, SourceMap, Span};

/// How findings are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether colours are used.
    pub colour: bool,
    /// The width in characters; longer lines of the file are cut around the place.
    pub width: usize,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            colour: false,
            width: 100,
        }
    }
}

/// More findings than these are only counted.
const SHOWN: usize = 100;

/// Shows the findings in the order of the files, and how many there are.
pub fn text(report: &Report, sources: &SourceMap, style: Style) -> String {
    let renderer = if style.colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let page = Page {
        renderer: renderer
            .decor_style(DecorStyle::Ascii)
            .term_width(style.width),
        lines: Lines::new(sources),
        masks: Masks::new(report),
    };
    let sorted = report.sorted();
    let mut out = String::new();
    for diagnostic in sorted.iter().take(SHOWN) {
        out.push_str(&page.finding(diagnostic));
        out.push_str("\n\n");
    }
    if sorted.len() > SHOWN {
        let more = Count::of(sorted.len() - SHOWN, "finding");
        // writing to a string cannot fail
        let _ = writeln!(out, "… and {more} more, not shown\n");
    }
    out.push_str(&summary(report));
    out
}

/// The closing line, `3 errors, 1 warning`; empty when there is nothing to say.
fn summary(report: &Report) -> String {
    let counts = [(Severity::Error, "error"), (Severity::Warning, "warning")];
    let parts: Vec<_> = counts
        .into_iter()
        .map(|(severity, noun)| (report.count(severity), noun))
        .filter(|(count, _)| *count > 0)
        .map(|(count, noun)| Count::of(count, noun).to_string())
        .collect();
    if parts.is_empty() {
        return String::new();
    }
    parts.join(", ") + "\n"
}

struct Page<'a> {
    renderer: Renderer,
    lines: Lines<'a>,
    masks: Masks,
}

impl Page<'_> {
    fn finding(&self, diagnostic: &Diagnostic) -> String {
        let level = match diagnostic.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let title = level
            .primary_title(diagnostic.message.as_str())
            .id(diagnostic.code);
        let mut group = Group::with_title(title);
        for (number, (file, labels)) in by_file(diagnostic).into_iter().enumerate() {
            group = self.snippet(group, file, &labels, number == 0);
        }
        for help in &diagnostic.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        without_empty_origins(&self.renderer.render(&[group]))
    }

    /// Adds the lines of one file; the first label of the first file is the main place.
    fn snippet<'g>(
        &self,
        group: Group<'g>,
        file: FileId,
        labels: &[&Label],
        is_main: bool,
    ) -> Group<'g> {
        let spans: Vec<Span> = labels
            .iter()
            .map(|label| self.first_line(label.span))
            .collect();
        let first = spans
            .iter()
            .map(|span| span.start)
            .min()
            .unwrap_or_default();
        let last = spans.iter().map(|span| span.end).max().unwrap_or_default();
        let first_line = self.lines.line(file, first);
        let last_line = self.lines.line(file, last);
        let range = self.lines.range(file, first_line).start..self.lines.range(file, last_line).end;
        let cut = self.masks.cut(file, self.lines.text(file), range.clone());
        let annotations: Vec<Annotation<'g>> = spans
            .iter()
            .zip(labels)
            .enumerate()
            .map(|(number, (span, label))| {
                let kind = if is_main && number == 0 {
                    AnnotationKind::Primary
                } else {
                    AnnotationKind::Context
                };
                let place = cut.place(span.start - range.start..span.end - range.start);
                let text = (!label.text.is_empty()).then(|| label.text.clone());
                kind.span(place).label(text)
            })
            .collect();
        // told apart from the snippet, because dots before the place would shift its column
        let main = spans.first().map_or(first, |span| span.start);
        let (line, column) = self.lines.position(file, main);
        let origin = Origin::path(self.lines.name(file).to_owned())
            .line(line)
            .char_column(column);
        let snippet = Snippet::source(cut.text)
            .line_start(first_line)
            .annotations(annotations);
        group.element(origin).element(snippet)
    }

    /// Places of several lines are shown by their first: the others may hold anything.
    fn first_line(&self, span: Span) -> Span {
        let line = self.lines.line(span.file, span.start);
        let end = self.lines.range(span.file, line).end;
        Span {
            end: span.end.clamp(span.start, end.max(span.start)),
            ..span
        }
    }
}

fn by_file(diagnostic: &Diagnostic) -> Vec<(FileId, Vec<&Label>)> {
    let mut files: Vec<(FileId, Vec<&Label>)> = Vec::new();
    for label in &diagnostic.labels {
        match files.iter_mut().find(|(file, _)| *file == label.span.file) {
            Some((_, labels)) => labels.push(label),
            None => files.push((label.span.file, vec![label])),
        }
    }
    files
}

/// A snippet below an origin of its own gets a second, empty one from the renderer.
fn without_empty_origins(shown: &str) -> String {
    let is_empty = |line: &&str| anstream::adapter::strip_str(line).to_string().trim() == ":::";
    let kept: Vec<&str> = shown.lines().filter(|line| !is_empty(line)).collect();
    kept.join("\n")
}
