use crate::base::Secret;

/// A decrypted document; no `Debug`, since it is all plaintext.
#[derive(Clone, PartialEq)]
pub enum Tree {
    /// Named values, in the file's order.
    Map(Vec<(String, Tree)>),
    /// Values in order; comments are no values.
    List(Vec<Tree>),
    /// A single value.
    Leaf(Leaf),
}

/// A single value and whether it was encrypted in the file.
#[derive(Clone, PartialEq)]
pub struct Leaf {
    /// The value.
    pub value: Plain,
    /// The file's rules encrypt it; empty texts and nulls are in clear even so.
    pub encrypted: bool,
}

/// A value as sops types it.
#[derive(Clone, PartialEq)]
pub enum Plain {
    /// Nothing; never encrypted.
    Null,
    /// A switch.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number.
    Float(f64),
    /// A text.
    Text(Secret),
    /// A time in RFC 3339.
    Time(String),
}

impl Plain {
    /// What the MAC covers, and what a number looks like as text: sops' own spelling.
    pub fn to_text(&self) -> Secret {
        Secret::new(match self {
            Self::Null => String::new(),
            Self::Bool(true) => "True".to_owned(),
            Self::Bool(false) => "False".to_owned(),
            Self::Int(number) => number.to_string(),
            Self::Float(number) if *number == f64::INFINITY => "+Inf".to_owned(),
            Self::Float(number) if *number == f64::NEG_INFINITY => "-Inf".to_owned(),
            Self::Float(number) => number.to_string(),
            Self::Text(text) => return text.clone(),
            Self::Time(time) => time.clone(),
        })
    }
}

impl Tree {
    /// All leaves with their paths (list items by number from 0), and containers that are empty.
    pub fn leaves(&self) -> Vec<(Vec<String>, Option<&Leaf>)> {
        let mut found = Vec::new();
        self.collect(&mut Vec::new(), &mut found);
        found
    }

    fn collect<'t>(
        &'t self,
        path: &mut Vec<String>,
        found: &mut Vec<(Vec<String>, Option<&'t Leaf>)>,
    ) {
        let mut below = |name: String, tree: &'t Self| {
            path.push(name);
            tree.collect(path, found);
            path.pop();
        };
        match self {
            Self::Map(entries) if !entries.is_empty() => {
                for (key, value) in entries {
                    below(key.clone(), value);
                }
            }
            Self::List(items) if !items.is_empty() => {
                for (at, item) in items.iter().enumerate() {
                    below(at.to_string(), item);
                }
            }
            Self::Map(_) | Self::List(_) => found.push((path.clone(), None)),
            Self::Leaf(leaf) => found.push((path.clone(), Some(leaf))),
        }
    }
}
