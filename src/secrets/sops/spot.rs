use super::cipher::is_comment;
use super::node::{Entry, Kind, Node};

/// Where in a document an edit takes place.
pub(super) struct Spot<'n> {
    pub(super) what: What<'n>,
    /// The keys that bind a value there; list numbers do not count.
    pub(super) keys: Vec<&'n str>,
    /// The way to it in the decrypted tree, numbers of lists included.
    pub(super) way: Vec<String>,
    /// The comments on the way, which a rule may look at.
    pub(super) comments: Vec<&'n str>,
    /// It is in braces or brackets.
    pub(super) flow: bool,
}

/// What stands there.
pub(super) enum What<'n> {
    /// A value, or an empty mapping or null that the missing keys would go into.
    Value { holder: Within<'n>, node: &'n Node },
    /// A mapping without the key.
    Key {
        owner: Option<&'n Entry>,
        map: &'n Node,
        key: String,
    },
    /// A list whose end it is.
    Item { list: &'n Node },
}

/// What a value stands in.
#[derive(Clone, Copy)]
pub(super) enum Within<'n> {
    /// It is the document.
    Root,
    Map {
        /// The entry whose value the mapping is.
        owner: Option<&'n Entry>,
        map: &'n Node,
        at: usize,
    },
    List {
        owner: Option<&'n Entry>,
        list: &'n Node,
        at: usize,
    },
}

impl<'n> Within<'n> {
    /// The entry that the value belongs to, unless it is a list item.
    pub(super) fn entry(self) -> Option<&'n Entry> {
        match self {
            Self::Map { map, at, .. } => map.entries().get(at),
            Self::Root | Self::List { .. } => None,
        }
    }
}

/// Follows a path as far as it goes; the rest are the keys that are missing below.
pub(super) fn find<'n, 'p>(
    document: &'n Node,
    path: &'p [String],
) -> Result<(Spot<'n>, &'p [String]), &'static str> {
    let mut spot = Spot {
        what: What::Value {
            holder: Within::Root,
            node: document,
        },
        keys: Vec::new(),
        way: Vec::new(),
        comments: Vec::new(),
        flow: false,
    };
    let (mut rest, mut node, mut holder) = (path, document, Within::Root);
    loop {
        if node.shared {
            return Err("an anchor or alias shares it");
        }
        let empty =
            node.is_null() || matches!(&node.kind, Kind::Map(entries) if entries.is_empty());
        // a document without anything takes keys, but has no place of its own
        let root = matches!(holder, Within::Root) && matches!(node.kind, Kind::Map(_));
        let Some(segment) = rest.first() else {
            spot.what = What::Value { holder, node };
            return Ok((spot, rest));
        };
        if empty && !root {
            spot.what = What::Value { holder, node };
            return Ok((spot, rest));
        }
        spot.flow |= node.flow;
        match &node.kind {
            Kind::Map(entries) => {
                let Some((at, used)) = entry(entries, rest) else {
                    spot.what = What::Key {
                        owner: holder.entry(),
                        map: node,
                        key: segment.clone(),
                    };
                    return Ok((spot, rest.get(1..).unwrap_or_default()));
                };
                let owner = holder.entry();
                holder = Within::Map {
                    owner,
                    map: node,
                    at,
                };
                let entry = entries.get(at).ok_or("its place is not known")?;
                spot.keys.push(&entry.key);
                spot.way.push(entry.key.clone());
                spot.comments
                    .extend(entry.comments.iter().map(String::as_str));
                rest = rest.get(used..).unwrap_or_default();
                node = &entry.value;
            }
            Kind::List(items) => {
                const NO_ITEM: &str = "the list has no such item";
                let wanted: usize = segment.parse().map_err(|_| NO_ITEM)?;
                let mut elements = items.iter().enumerate().filter(|(_, item)| {
                    let scalar = item.value.scalar();
                    !scalar.is_some_and(|scalar| is_comment(&scalar.text))
                });
                let owner = holder.entry();
                rest = rest.get(1..).unwrap_or_default();
                let Some((at, item)) = elements.clone().nth(wanted) else {
                    spot.way.push(elements.by_ref().count().to_string());
                    spot.what = What::Item { list: node };
                    return Ok((spot, rest));
                };
                spot.way.push(wanted.to_string());
                spot.comments
                    .extend(item.comments.iter().map(String::as_str));
                holder = Within::List {
                    owner,
                    list: node,
                    at,
                };
                node = &item.value;
            }
            Kind::Scalar(_) => return Err("a value stands on the way"),
        }
    }
}

/// The entry that the path goes through; keys may themselves contain dots.
fn entry(entries: &[Entry], rest: &[String]) -> Option<(usize, usize)> {
    (1..=rest.len()).find_map(|used| {
        let key = rest.get(..used)?.join(".");
        let at = entries.iter().position(|entry| entry.key == key)?;
        Some((at, used))
    })
}
