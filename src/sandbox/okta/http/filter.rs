use jiff::Timestamp;
use serde_json::Value;

use super::Refusal;

/// Nested deeper than this is not read, so that no filter can exhaust the stack.
const DEEPEST: usize = 32;

/// A filter as SCIM writes it (RFC 7644, 3.4.2.2).
#[derive(Debug, PartialEq)]
pub(crate) enum Filter {
    /// Both hold.
    And(Box<Self>, Box<Self>),
    /// One holds.
    Or(Box<Self>, Box<Self>),
    /// It does not hold.
    Not(Box<Self>),
    /// The attribute has a value.
    Present(String),
    /// The attribute compares so with a value.
    Test(String, Operator, Value),
}

/// How an attribute is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    /// `eq`
    Equal,
    /// `ne`
    NotEqual,
    /// `sw`
    StartsWith,
    /// `ew`
    EndsWith,
    /// `co`
    Contains,
    /// `gt`
    Greater,
    /// `ge`
    GreaterOrEqual,
    /// `lt`
    Less,
    /// `le`
    LessOrEqual,
}

impl Filter {
    /// Reads a filter over attributes that `known` knows.
    pub(crate) fn read(text: &str, known: impl Fn(&str) -> bool) -> Result<Self, Refusal> {
        let words = words(text).ok_or_else(|| Refusal::filter(text, "malformed syntax"))?;
        let mut reader = Reader {
            words: &words,
            depth: 0,
        };
        let filter = reader.or().filter(|_| reader.words.is_empty());
        let filter = filter.ok_or_else(|| Refusal::filter(text, "malformed syntax"))?;
        if filter.attributes().iter().all(|name| known(name)) {
            Ok(filter)
        } else {
            Err(Refusal::filter(text, "unrecognized attribute"))
        }
    }

    fn attributes(&self) -> Vec<&str> {
        match self {
            Self::And(left, right) | Self::Or(left, right) => {
                [left.attributes(), right.attributes()].concat()
            }
            Self::Not(inner) => inner.attributes(),
            Self::Present(name) | Self::Test(name, ..) => vec![name],
        }
    }

    /// Whether an object passes; `look` gives the values of an attribute, of which one has to do.
    pub(crate) fn passes(&self, look: &dyn Fn(&str) -> Vec<Value>) -> bool {
        match self {
            Self::And(left, right) => left.passes(look) && right.passes(look),
            Self::Or(left, right) => left.passes(look) || right.passes(look),
            Self::Not(inner) => !inner.passes(look),
            Self::Present(name) => look(name).iter().any(|value| !value.is_null()),
            Self::Test(name, Operator::NotEqual, wanted) => look(name)
                .iter()
                .all(|value| compare(value, Operator::NotEqual, wanted)),
            Self::Test(name, operator, wanted) => look(name)
                .iter()
                .any(|value| compare(value, *operator, wanted)),
        }
    }
}

fn compare(value: &Value, operator: Operator, wanted: &Value) -> bool {
    let (text, sought) = (
        value.as_str().unwrap_or_default(),
        wanted.as_str().unwrap_or_default(),
    );
    let time = |text: &str| text.parse::<Timestamp>().ok();
    let times = time(text).zip(time(sought));
    let order = times.map_or_else(|| text.cmp(sought), |(left, right)| left.cmp(&right));
    // a time can be written in several ways
    let same = value == wanted || times.is_some_and(|(left, right)| left == right);
    match operator {
        Operator::Equal => same,
        Operator::NotEqual => !same,
        Operator::StartsWith => value.is_string() && text.starts_with(sought),
        Operator::EndsWith => value.is_string() && text.ends_with(sought),
        Operator::Contains => value.is_string() && text.contains(sought),
        Operator::Greater => order.is_gt(),
        Operator::GreaterOrEqual => order.is_ge(),
        Operator::Less => order.is_lt(),
        Operator::LessOrEqual => order.is_le(),
    }
}

/// Names, operators and brackets as they are, values as JSON.
#[derive(Debug, PartialEq)]
enum Word {
    Bare(String),
    Value(Value),
}

fn words(text: &str) -> Option<Vec<Word>> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '(' | ')' => 1,
            '"' => quoted(rest)?,
            _ => rest
                .find(|c: char| c.is_whitespace() || "()\"".contains(c))
                .unwrap_or(rest.len()),
        };
        let (word, behind) = rest.split_at(length);
        words.push(match serde_json::from_str(word) {
            Ok(value) => Word::Value(value),
            Err(_) if first == '"' => return None,
            Err(_) => Word::Bare(word.to_owned()),
        });
        rest = behind.trim_start();
    }
    Some(words)
}

/// The length of the quoted text that a text starts with.
fn quoted(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return Some(at + 1),
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    None
}

struct Reader<'a> {
    words: &'a [Word],
    depth: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, bare: &str) -> bool {
        let here =
            matches!(self.words.first(), Some(Word::Bare(word)) if word.eq_ignore_ascii_case(bare));
        if here {
            self.words = self.words.get(1..).unwrap_or_default();
        }
        here
    }

    fn next(&mut self) -> Option<&'a Word> {
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        Some(first)
    }

    fn or(&mut self) -> Option<Filter> {
        let mut left = self.and()?;
        while self.take("or") {
            left = Filter::Or(Box::new(left), Box::new(self.and()?));
        }
        Some(left)
    }

    fn and(&mut self) -> Option<Filter> {
        let mut left = self.one()?;
        while self.take("and") {
            left = Filter::And(Box::new(left), Box::new(self.one()?));
        }
        Some(left)
    }

    fn one(&mut self) -> Option<Filter> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let filter = if self.take("not") {
            Filter::Not(Box::new(self.one()?))
        } else if self.take("(") {
            let inner = self.or()?;
            if !self.take(")") {
                return None;
            }
            inner
        } else {
            self.test()?
        };
        self.depth -= 1;
        Some(filter)
    }

    fn test(&mut self) -> Option<Filter> {
        let Word::Bare(name) = self.next()? else {
            return None;
        };
        let Word::Bare(operator) = self.next()? else {
            return None;
        };
        let operator = match operator.to_ascii_lowercase().as_str() {
            "pr" => return Some(Filter::Present(name.clone())),
            "eq" => Operator::Equal,
            "ne" => Operator::NotEqual,
            "sw" => Operator::StartsWith,
            "ew" => Operator::EndsWith,
            "co" => Operator::Contains,
            "gt" => Operator::Greater,
            "ge" => Operator::GreaterOrEqual,
            "lt" => Operator::Less,
            "le" => Operator::LessOrEqual,
            _ => return None,
        };
        match self.next()? {
            Word::Value(value) => Some(Filter::Test(name.clone(), operator, value.clone())),
            Word::Bare(_) => None,
        }
    }
}
