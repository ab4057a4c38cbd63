use std::collections::{BTreeMap, BTreeSet};

use saphyr_parser::{Event, Parser, ScalarStyle, Span, Tag};

use super::comments::{Comment, between};
use super::mend::mend;
use super::typing::{Typed, resolve};
use super::{Entry, Item, Kind, Node, Scalar, Style};

/// Deeper files are refused: real ones have a handful of levels.
const DEPTH: usize = 64;
/// More nodes, aliases expanded, are refused: a few aliases of aliases would fill the memory.
const NODES: usize = 200_000;
/// More misplaced braces are not put right: each needs a pass of its own.
const MENDS: usize = 32;

/// Says why a text is no YAML that sops would take; never quotes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct YamlError {
    /// From 1.
    pub(in super::super) line: usize,
    pub(in super::super) reason: &'static str,
}

/// Parses all documents of a text; one without content is a null scalar.
pub(in super::super) fn parse(text: &str) -> Result<Vec<Node>, YamlError> {
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

fn parse_once(text: &str) -> Result<Vec<Node>, YamlError> {
    let offsets = Offsets::of(text);
    let mut builder = Builder {
        text,
        documents: Vec::new(),
        frames: Vec::new(),
        anchors: BTreeMap::new(),
        nodes: 0,
        comments: Vec::new(),
        consumed: 0,
    };
    let mut parser = Parser::new_from_str(text);
    while let Some(next) = parser.next_event() {
        let (event, span) = next.map_err(|error| YamlError {
            line: error.marker().line(),
            reason: "it is not valid YAML",
        })?;
        builder
            .take(event, &offsets.bytes(span))
            .map_err(|reason| YamlError {
                line: span.start.line(),
                reason,
            })?;
    }
    Ok(builder.documents)
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

struct Place {
    start: usize,
    end: usize,
    column: usize,
}

/// A container whose end was not seen yet.
struct Frame {
    content: Content,
    start: usize,
    flow: bool,
    anchor: usize,
    /// Comments of the entry or item that comes next.
    before: Vec<String>,
}

enum Content {
    Map {
        entries: Vec<Entry>,
        keys: BTreeSet<String>,
        key: Option<(String, usize, usize)>,
    },
    List(Vec<Item>),
}

struct Builder<'t> {
    text: &'t str,
    documents: Vec<Node>,
    frames: Vec<Frame>,
    anchors: BTreeMap<usize, Node>,
    nodes: usize,
    comments: Vec<Comment>,
    /// Everything before this byte was looked through for comments.
    consumed: usize,
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, place: &Place) -> Result<(), &'static str> {
        match event {
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) => {
                self.look_through(place);
                Ok(())
            }
            Event::DocumentEnd => {
                self.look_through(place);
                self.comments.clear();
                Ok(())
            }
            Event::Alias(anchor) => {
                self.look_through(place);
                self.before_node(false);
                let mut node = self
                    .anchors
                    .get(&anchor)
                    .cloned()
                    .ok_or("an alias stands inside its own anchor")?;
                self.count(weight(&node))?;
                node.shared = true;
                (node.start, node.end) = (place.start, place.end);
                self.consumed = place.end;
                self.add(node, 0)
            }
            Event::Scalar(value, style, anchor, tag) => {
                self.look_through(place);
                self.before_node(false);
                self.count(1)?;
                let (style, end) = match style {
                    ScalarStyle::Plain => (Style::Plain, place.end),
                    ScalarStyle::SingleQuoted => (Style::Quoted, self.closing(place.start, '\'')),
                    ScalarStyle::DoubleQuoted => (Style::Quoted, self.closing(place.start, '"')),
                    ScalarStyle::Literal | ScalarStyle::Folded => (Style::Block, place.end),
                };
                // an empty scalar may be reported on the token that follows it
                let empty = value.is_empty() && style == Style::Plain;
                let end = if empty { place.start } else { end };
                self.consumed = self.consumed.max(end);
                let scalar = Scalar {
                    text: value.into_owned(),
                    style,
                    tag: tag.map(|tag| short(&tag)),
                };
                let node = Node {
                    kind: Kind::Scalar(scalar),
                    start: place.start,
                    end,
                    shared: anchor != 0,
                    flow: false,
                };
                self.add(node, anchor)
            }
            Event::SequenceStart(anchor, _) => self.open(Content::List(Vec::new()), anchor, place),
            Event::MappingStart(anchor, _) => self.open(
                Content::Map {
                    entries: Vec::new(),
                    keys: BTreeSet::new(),
                    key: None,
                },
                anchor,
                place,
            ),
            Event::SequenceEnd | Event::MappingEnd => {
                self.look_through(place);
                // what stands deeper than the next token belongs to this container, before nothing
                self.comments
                    .retain(|comment| comment.own_line && comment.column <= place.column);
                self.close(place)
            }
        }
    }

    fn open(&mut self, content: Content, anchor: usize, place: &Place) -> Result<(), &'static str> {
        self.look_through(place);
        self.before_node(true);
        self.count(1)?;
        if self.frames.len() >= DEPTH {
            return Err("it is nested too deeply");
        }
        let text = self.text.get(place.start..).unwrap_or_default();
        let flow = place.end > place.start && text.starts_with(['{', '[']);
        self.consumed = self.consumed.max(place.end);
        self.frames.push(Frame {
            content,
            start: place.start,
            flow,
            anchor,
            before: Vec::new(),
        });
        Ok(())
    }

    fn close(&mut self, place: &Place) -> Result<(), &'static str> {
        let frame = self
            .frames
            .pop()
            .ok_or("a container ends that never began")?;
        // the parser's own end of a closing bracket runs on to the next token
        let bracket = place.start + 1;
        self.consumed = self.consumed.max(if frame.flow { bracket } else { 0 });
        let (kind, last) = match frame.content {
            Content::Map { entries, .. } => {
                let last = entries
                    .last()
                    .map(|entry| entry.value.end.max(entry.key_end));
                (Kind::Map(entries), last)
            }
            Content::List(items) => {
                let last = items.last().map(|item| item.value.end);
                (Kind::List(items), last)
            }
        };
        let end = if frame.flow {
            bracket
        } else {
            last.unwrap_or(frame.start)
        };
        let node = Node {
            kind,
            start: frame.start,
            end,
            shared: frame.anchor != 0,
            flow: frame.flow,
        };
        self.add(node, frame.anchor)
    }

    /// Puts a finished node where it belongs.
    fn add(&mut self, mut node: Node, anchor: usize) -> Result<(), &'static str> {
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        let Some(frame) = self.frames.last_mut() else {
            self.documents.push(node);
            return Ok(());
        };
        match &mut frame.content {
            Content::List(items) => items.push(Item {
                value: node,
                comments: std::mem::take(&mut frame.before),
            }),
            Content::Map { entries, keys, key } => match key.take() {
                None => {
                    let name = key_text(&node)?;
                    if !keys.insert(name.clone()) {
                        return Err("a key is there twice");
                    }
                    *key = Some((name, node.start, node.end));
                }
                Some((key, key_start, key_end)) => {
                    if node.start == node.end && !node.shared {
                        // nothing stands there; the parser reports it on some later token
                        (node.start, node.end) = (key_end, key_end);
                    }
                    entries.push(Entry {
                        key,
                        key_start,
                        key_end,
                        value: node,
                        comments: std::mem::take(&mut frame.before),
                    });
                }
            },
        }
        Ok(())
    }

    /// Collects the comments up to this token; one on the line of a finished entry joins it.
    fn look_through(&mut self, place: &Place) {
        if place.start <= self.consumed {
            return;
        }
        let found = between(self.text, self.consumed, place.start);
        self.consumed = place.start;
        for comment in found {
            let joined = !comment.own_line && self.join(&comment);
            if !joined {
                self.comments.push(comment);
            }
        }
    }

    fn join(&mut self, comment: &Comment) -> bool {
        let text = self.text;
        let same_line = |end: usize| {
            text.get(end..comment.at)
                .is_some_and(|gap| !gap.contains('\n'))
        };
        let Some(frame) = self.frames.last_mut() else {
            return false;
        };
        let last = match &mut frame.content {
            Content::Map { key: Some(_), .. } => None,
            Content::Map { entries, .. } => entries
                .last_mut()
                .map(|entry| (entry.value.end, &mut entry.comments)),
            Content::List(items) => items
                .last_mut()
                .map(|item| (item.value.end, &mut item.comments)),
        };
        match last {
            Some((end, comments)) if same_line(end) => {
                comments.push(comment.text.clone());
                true
            }
            Some(_) | None => false,
        }
    }

    /// Gives the collected comments to the entry or item that begins here.
    ///
    /// A comment on its own line between a key and its container stands inside the container.
    fn before_node(&mut self, container: bool) {
        let Some(frame) = self.frames.last_mut() else {
            return;
        };
        let value = matches!(frame.content, Content::Map { key: Some(_), .. });
        let (inside, before) = std::mem::take(&mut self.comments)
            .into_iter()
            .partition(|comment: &Comment| container && value && comment.own_line);
        self.comments = inside;
        let before: Vec<Comment> = before;
        frame
            .before
            .extend(before.into_iter().map(|comment| comment.text));
    }

    fn count(&mut self, nodes: usize) -> Result<(), &'static str> {
        self.nodes += nodes;
        if self.nodes > NODES {
            return Err("it has too many nodes, aliases included");
        }
        Ok(())
    }

    /// The byte after the closing quote; the parser's own span runs on to the next token.
    fn closing(&self, start: usize, quote: char) -> usize {
        let rest = self.text.get(start..).unwrap_or_default();
        let mut characters = rest
            .char_indices()
            .skip_while(|(_, found)| *found != quote)
            .skip(1)
            .peekable();
        while let Some((at, found)) = characters.next() {
            if found == '\\' && quote == '"' {
                characters.next();
            } else if found == quote {
                let doubled = quote == '\'' && characters.peek().is_some_and(|(_, c)| *c == quote);
                if !doubled {
                    return start + at + 1;
                }
                characters.next();
            }
        }
        self.text.len()
    }
}

fn key_text(node: &Node) -> Result<String, &'static str> {
    let scalar = node.scalar().ok_or("a key is a mapping or a list")?;
    match resolve(scalar) {
        Ok(Typed::Text(text)) => Ok(text),
        Ok(Typed::Null | Typed::Bool(_) | Typed::Int(_) | Typed::Float(_) | Typed::Time(_))
        | Err(_) => Err("a key is not a text: quote it"),
    }
}

fn weight(node: &Node) -> usize {
    1 + match &node.kind {
        Kind::Scalar(_) => 0,
        Kind::Map(entries) => entries.iter().map(|entry| 1 + weight(&entry.value)).sum(),
        Kind::List(items) => items.iter().map(|item| weight(&item.value)).sum(),
    }
}

fn short(tag: &Tag) -> String {
    if tag.is_yaml_core_schema() {
        tag.suffix.clone()
    } else {
        format!("{}{}", tag.handle, tag.suffix)
    }
}
