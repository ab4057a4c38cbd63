//! Lets serde read a [`Node`]: errors carry the span, and [`Spanned`](super::Spanned) keeps its place.

use std::fmt;

use serde::Deserializer;
use serde::de::value::{StrDeserializer, U32Deserializer, U64Deserializer};
use serde::de::{
    self, DeserializeSeed, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess,
    Visitor,
};
use serde::forward_to_deserialize_any;

use super::spanned::{FIELDS, MARKER};
use super::{Data, Diagnostic, Node, Span, Spanned};

/// Says what a type did not like, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeError {
    /// What is wrong.
    pub message: String,
    /// The innermost place that is known.
    pub span: Option<Span>,
}

impl NodeError {
    /// Tells the user: a value that has the right shape and still cannot be used.
    ///
    /// Types of ours say what is wrong and, after a semicolon, the way out.
    pub fn diagnostic(self, entry: Span) -> Diagnostic {
        let (message, help) = self.message.split_once("; ").unwrap_or((
            &self.message,
            "see what fits here in the output of `dcrsync schema`",
        ));
        Diagnostic::error("bad-value", message)
            .at(self.span.unwrap_or(entry))
            .help(help)
    }

    fn at(mut self, span: Span) -> Self {
        self.span.get_or_insert(span);
        self
    }
}

impl fmt::Display for NodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for NodeError {}

impl de::Error for NodeError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self {
            message: message.to_string(),
            span: None,
        }
    }
}

impl<'de> Deserializer<'de> for &'de Node {
    type Error = NodeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NodeError> {
        match &self.data {
            Data::Null => visitor.visit_unit(),
            Data::Bool(switch) => visitor.visit_bool(*switch),
            Data::Int(number) => visitor.visit_i64(*number),
            Data::Float(number) => visitor.visit_f64(*number),
            Data::Text(text) => visitor.visit_borrowed_str(text),
            Data::List(items) => visitor.visit_seq(Items(items.iter())),
            Data::Map(entries) => visitor.visit_map(Entries {
                rest: entries.iter(),
                value: None,
            }),
        }
        .map_err(|error: NodeError| error.at(self.span))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NodeError> {
        match self.data {
            Data::Null => visitor.visit_none(),
            Data::Bool(_)
            | Data::Int(_)
            | Data::Float(_)
            | Data::Text(_)
            | Data::List(_)
            | Data::Map(_) => visitor.visit_some(self),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, NodeError> {
        if name == MARKER {
            visitor.visit_map(Parts {
                span: self.span,
                value: self,
                next: 0,
            })
        } else {
            self.deserialize_any(visitor)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, NodeError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, NodeError> {
        match &self.data {
            Data::Text(text) => visitor.visit_enum(StrDeserializer::new(text)),
            Data::Map(entries) => match entries.as_slice() {
                [(key, value)] => visitor.visit_enum(Variant { key, value }),
                _ => Err(de::Error::custom("expected exactly one key")),
            },
            Data::Null | Data::Bool(_) | Data::Int(_) | Data::Float(_) | Data::List(_) => Err(
                de::Error::custom(format_args!("unexpected {}", self.noun())),
            ),
        }
        .map_err(|error: NodeError| error.at(self.span))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct seq tuple tuple_struct map identifier ignored_any
    }
}

impl<'de> IntoDeserializer<'de, NodeError> for &'de Node {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// Reads a node; a type that looks at its value afterwards fails at the node's place as well.
fn placed<'de, T: DeserializeSeed<'de>>(seed: T, node: &'de Node) -> Result<T::Value, NodeError> {
    seed.deserialize(node).map_err(|error| error.at(node.span))
}

struct Items<'de>(std::slice::Iter<'de, Node>);

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = NodeError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, NodeError> {
        let item = self.0.next();
        item.map(|node| placed(seed, node)).transpose()
    }
}

struct Entries<'de> {
    rest: std::slice::Iter<'de, (Spanned<String>, Node)>,
    value: Option<&'de Node>,
}

/// A key that is read as [`Spanned`] keeps its place as well.
struct Key<'de>(&'de Spanned<String>);

impl<'de> Deserializer<'de> for Key<'de> {
    type Error = NodeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NodeError> {
        visitor
            .visit_borrowed_str(&self.0.value)
            .map_err(|error: NodeError| error.at(self.0.span))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, NodeError> {
        if name == MARKER {
            visitor.visit_map(Parts {
                span: self.0.span,
                value: StrDeserializer::new(&self.0.value),
                next: 0,
            })
        } else {
            self.deserialize_any(visitor)
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = NodeError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, NodeError> {
        let Some((key, value)) = self.rest.next() else {
            return Ok(None);
        };
        self.value = Some(value);
        seed.deserialize(Key(key)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, NodeError> {
        match self.value.take() {
            Some(node) => placed(seed, node),
            None => Err(de::Error::custom("a value without a key")),
        }
    }
}

/// What [`Spanned`] reads: the place, then the value in whatever form it has.
struct Parts<D> {
    span: Span,
    value: D,
    next: usize,
}

impl<'de, D: Deserializer<'de, Error = NodeError> + Copy> MapAccess<'de> for Parts<D> {
    type Error = NodeError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, NodeError> {
        FIELDS
            .get(self.next)
            .map(|name| seed.deserialize(StrDeserializer::<NodeError>::new(name)))
            .transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, NodeError> {
        let span = self.span;
        self.next += 1;
        match self.next {
            1 => seed.deserialize(U32Deserializer::new(span.file.0)),
            2 => seed.deserialize(U64Deserializer::new(span.start as u64)),
            3 => seed.deserialize(U64Deserializer::new(span.end as u64)),
            _ => seed.deserialize(self.value),
        }
    }
}

struct Variant<'de> {
    key: &'de Spanned<String>,
    value: &'de Node,
}

impl<'de> EnumAccess<'de> for Variant<'de> {
    type Error = NodeError;
    type Variant = Payload<'de>;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Payload<'de>), NodeError> {
        Ok((seed.deserialize(Key(self.key))?, Payload(self.value)))
    }
}

struct Payload<'de>(&'de Node);

impl<'de> VariantAccess<'de> for Payload<'de> {
    type Error = NodeError;

    fn unit_variant(self) -> Result<(), NodeError> {
        Err(<NodeError as de::Error>::custom("expected a plain name").at(self.0.span))
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, NodeError> {
        placed(seed, self.0)
    }

    fn tuple_variant<V: Visitor<'de>>(
        self,
        _len: usize,
        visitor: V,
    ) -> Result<V::Value, NodeError> {
        self.0.deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, NodeError> {
        self.0.deserialize_any(visitor)
    }
}
