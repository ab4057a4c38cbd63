use std::collections::{BTreeMap, BTreeSet};

use saphyr_parser::{Event, ScalarStyle, Tag};

use super::comments::Comment;
use super::typing::{Typed, resolve};
use super::{Entry, Item, Kind, Node, Scalar, Style};

/// Deeper files are refused: real ones have a handful of levels.
const DEPTH: usize = 64;
/// More nodes, aliases expanded, are refused: a few aliases of aliases would fill the memory.
const NODES: usize = 200_000;

/// Where an event stands, in bytes; the column counts characters.
pub(super) struct Place {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) column: usize,
}

/// A container whose end was not seen yet.
pub(super) struct Frame {
    pub(super) content: Content,
    start: usize,
    flow: bool,
    anchor: usize,
    /// Comments of the entry or item that comes next.
    pub(super) before: Vec<String>,
}

pub(super) enum Content {
    Map {
        entries: Vec<Entry>,
        keys: BTreeSet<String>,
        key: Option<(String, usize, usize)>,
    },
    List(Vec<Item>),
}

/// Turns events into nodes, one document after the other.
pub(super) struct Builder<'t> {
    pub(super) text: &'t str,
    documents: Vec<Node>,
    pub(super) frames: Vec<Frame>,
    anchors: BTreeMap<usize, Node>,
    nodes: usize,
    /// Found, but not yet given to an entry.
    pub(super) comments: Vec<Comment>,
    /// Everything before this byte was looked through for comments.
    pub(super) consumed: usize,
}

impl<'t> Builder<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            documents: Vec::new(),
            frames: Vec::new(),
            anchors: BTreeMap::new(),
            nodes: 0,
            comments: Vec::new(),
            consumed: 0,
        }
    }

    /// All finished documents.
    pub(super) fn documents(self) -> Vec<Node> {
        self.documents
    }

    /// Takes the next event; the error tells why the text is refused.
    pub(super) fn take(&mut self, event: Event<'_>, place: &Place) -> Result<(), &'static str> {
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
        Ok(
            Typed::Null
            | Typed::Bool(_)
            | Typed::Int(_)
            | Typed::Float(_)
            | Typed::Bytes(_)
            | Typed::Time(_),
        )
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
