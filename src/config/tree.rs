//! Reads one YAML file's text into a tree with places, by serde-saphyr's own deserializer.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{Location, Spanned as Placed};

use crate::base::{Data, FileId, Node, Span, Spanned};

/// A node without its own place; [`Placed`] around it knows that.
pub(super) struct Tree(Data);

/// A mapping's key; one that is not text is taken as it is spelt in the file.
struct Key(Option<String>);

/// Joins a tree to its place. The file is not known to serde and is set afterwards.
pub(super) fn node(tree: Placed<Tree>) -> Node {
    Node::new(tree.value.0, span(tree.defined))
}

/// The bytes of a location; an alias or merge shows where the value is defined.
pub(super) fn span(location: Location) -> Span {
    let place = location.span();
    let start = place.byte_offset().unwrap_or_default();
    let end = start + place.byte_len().unwrap_or_default();
    Span {
        file: FileId::default(),
        start: usize::try_from(start).unwrap_or_default(),
        end: usize::try_from(end).unwrap_or_default(),
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor).map(Self)
    }
}

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Data;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<Data, E> {
        Ok(Data::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Data, E> {
        Ok(Data::Null)
    }

    fn visit_bool<E: Error>(self, switch: bool) -> Result<Data, E> {
        Ok(Data::Bool(switch))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Data, E> {
        Ok(Data::Int(number))
    }

    // A number beyond 64 bits has no exact form here; no field of ours is that large.
    #[allow(clippy::cast_precision_loss)]
    fn visit_u64<E: Error>(self, number: u64) -> Result<Data, E> {
        Ok(i64::try_from(number).map_or(Data::Float(number as f64), Data::Int))
    }

    #[allow(clippy::cast_precision_loss)]
    fn visit_i128<E: Error>(self, number: i128) -> Result<Data, E> {
        Ok(i64::try_from(number).map_or(Data::Float(number as f64), Data::Int))
    }

    #[allow(clippy::cast_precision_loss)]
    fn visit_u128<E: Error>(self, number: u128) -> Result<Data, E> {
        Ok(i64::try_from(number).map_or(Data::Float(number as f64), Data::Int))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Data, E> {
        Ok(Data::Float(number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Data, E> {
        Ok(Data::Text(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Data, E> {
        Ok(Data::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Data, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element::<Placed<Tree>>()? {
            items.push(node(item));
        }
        Ok(Data::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Data, A::Error> {
        let mut entries = Vec::new();
        while let Some(key) = map.next_key::<Placed<Key>>()? {
            let place = span(key.defined);
            let name = Spanned::new(key.value.0.unwrap_or_default(), place);
            entries.push((name, node(map.next_value()?)));
        }
        Ok(Data::Map(entries))
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(KeyVisitor).map(Self)
    }
}

/// Answers `None` for a scalar that YAML takes for something else than text.
struct KeyVisitor;

impl Visitor<'_> for KeyVisitor {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name as key")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Option<String>, E> {
        Ok(Some(text.to_owned()))
    }

    fn visit_unit<E: Error>(self) -> Result<Option<String>, E> {
        Ok(None)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Option<String>, E> {
        Ok(None)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Option<String>, E> {
        Ok(None)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Option<String>, E> {
        Ok(None)
    }

    fn visit_i128<E: Error>(self, _: i128) -> Result<Option<String>, E> {
        Ok(None)
    }

    fn visit_u128<E: Error>(self, _: u128) -> Result<Option<String>, E> {
        Ok(None)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Option<String>, E> {
        Ok(None)
    }
}
