use data_encoding::HEXUPPER;
use sha2::{Digest, Sha512};
use zeroize::Zeroizing;

use super::SopsError;
use super::cipher::{CipherError, DataKey, Opened, is_comment};
use super::meta::{Meta, parse_bool};
use super::node::{Kind, Node, Scalar};
use super::tree::{Leaf, Plain, Tree};
use super::yaml::{Time, Typed, resolve};
use crate::base::Secret;

/// Fed first when the MAC covers encrypted values only: SHA-256 of `sops`.
const MAC_ONLY_ENCRYPTED: [u8; 32] = [
    0x8a, 0x3f, 0xd2, 0xad, 0x54, 0xce, 0x66, 0x52, 0x7b, 0x10, 0x34, 0xf3, 0xd1, 0x47, 0xbe, 0x0b,
    0x0b, 0x97, 0x5b, 0x3b, 0xf4, 0x4f, 0x72, 0xc6, 0xfd, 0xad, 0xec, 0x81, 0x76, 0xf2, 0x7d, 0x69,
];

/// Decrypts all documents and computes the MAC over them; the caller compares it.
pub(super) fn decrypt(
    documents: &[Node],
    meta: &Meta,
    key: &DataKey,
) -> Result<(Vec<Tree>, String), SopsError> {
    let mut walk = Walk {
        meta,
        key,
        hash: Sha512::new(),
        path: Vec::new(),
        comments: Vec::new(),
    };
    if meta.mac_only_encrypted {
        walk.hash.update(MAC_ONLY_ENCRYPTED);
    }
    let trees = documents
        .iter()
        .map(|document| walk.document(document))
        .collect::<Result<_, _>>()?;
    Ok((trees, HEXUPPER.encode(&walk.hash.finalize())))
}

/// The additional data that binds a value to its keys; list numbers do not count.
pub(super) fn aad(keys: &[&str]) -> String {
    let mut aad = keys.join(":");
    aad.push(':');
    aad
}

struct Walk<'n> {
    meta: &'n Meta,
    key: &'n DataKey,
    hash: Sha512,
    /// Keys only.
    path: Vec<&'n str>,
    /// The comments before each container on the way, and before this entry.
    comments: Vec<&'n str>,
}

impl<'n> Walk<'n> {
    fn document(&mut self, document: &'n Node) -> Result<Tree, SopsError> {
        match &document.kind {
            Kind::Map(_) => self.node(document, true),
            Kind::Scalar(_) if document.is_null() => Ok(Tree::Map(Vec::new())),
            Kind::Scalar(_) | Kind::List(_) => Err(SopsError::ValueFormat {
                path: String::new(),
                why: "the document is not a mapping",
            }),
        }
    }

    fn node(&mut self, node: &'n Node, root: bool) -> Result<Tree, SopsError> {
        match &node.kind {
            Kind::Scalar(scalar) => self.leaf(scalar).map(Tree::Leaf),
            Kind::Map(entries) => {
                let mut map = Vec::with_capacity(entries.len());
                for entry in entries {
                    if root && entry.key == "sops" {
                        continue;
                    }
                    self.path.push(&entry.key);
                    let value = self.under(&entry.comments, &entry.value)?;
                    self.path.pop();
                    map.push((entry.key.clone(), value));
                }
                Ok(Tree::Map(map))
            }
            Kind::List(items) => {
                let mut list = Vec::with_capacity(items.len());
                for item in items {
                    let comment = item
                        .value
                        .scalar()
                        .is_some_and(|scalar| is_comment(&scalar.text));
                    if comment && self.encrypts(&item.comments) {
                        continue;
                    }
                    list.push(self.under(&item.comments, &item.value)?);
                }
                Ok(Tree::List(list))
            }
        }
    }

    fn under(&mut self, comments: &'n [String], node: &'n Node) -> Result<Tree, SopsError> {
        let outer = self.comments.len();
        self.comments.extend(comments.iter().map(String::as_str));
        let tree = self.node(node, false);
        self.comments.truncate(outer);
        tree
    }

    fn encrypts(&mut self, comments: &'n [String]) -> bool {
        let outer = self.comments.len();
        self.comments.extend(comments.iter().map(String::as_str));
        let encrypts = self.meta.rule.encrypts(&self.path, &self.comments);
        self.comments.truncate(outer);
        encrypts
    }

    fn leaf(&mut self, scalar: &Scalar) -> Result<Leaf, SopsError> {
        let encrypted = self.meta.rule.encrypts(&self.path, &self.comments);
        let typed = resolve(scalar).map_err(|why| self.misfit(why))?;
        let value = match typed {
            Typed::Null => Plain::Null,
            Typed::Text(text) if encrypted => self.open(&text)?,
            // no envelope is binary
            Typed::Bytes(_) if encrypted => return Err(self.misfit("it is not encrypted")),
            Typed::Bool(_) | Typed::Int(_) | Typed::Float(_) | Typed::Time(_) if encrypted => {
                return Err(self.misfit("it is not encrypted"));
            }
            Typed::Text(text) => Plain::Text(Secret::new(text)),
            Typed::Bytes(bytes) => Plain::from_bytes(Zeroizing::new(bytes)),
            Typed::Bool(switch) => Plain::Bool(switch),
            Typed::Int(number) => Plain::Int(number),
            Typed::Float(number) => Plain::Float(number),
            Typed::Time(time) => Plain::Time(time.rfc3339_nano()),
        };
        if encrypted || !self.meta.mac_only_encrypted {
            value.with_bytes(|bytes| self.hash.update(bytes));
        }
        Ok(Leaf { value, encrypted })
    }

    fn open(&self, envelope: &str) -> Result<Plain, SopsError> {
        if envelope.is_empty() {
            return Ok(Plain::Text(Secret::new("")));
        }
        match self.key.open(envelope, &aad(&self.path)) {
            Ok(opened) => plain(opened).map_err(|why| self.misfit(why)),
            Err(CipherError::Auth) => Err(SopsError::ValueAuth {
                path: self.path.join("."),
            }),
            Err(CipherError::Format(why)) => Err(self.misfit(why)),
        }
    }

    fn misfit(&self, why: &'static str) -> SopsError {
        SopsError::ValueFormat {
            path: self.path.join("."),
            why,
        }
    }
}

/// Gives the bytes the type of their tag; the tag may lie, so nothing of them is ever told.
fn plain(opened: Opened) -> Result<Plain, &'static str> {
    const MISFIT: &str = "its type does not fit it";
    if opened.kind == "str" {
        return Ok(Plain::from_bytes(opened.bytes));
    }
    let text = std::str::from_utf8(&opened.bytes).map_err(|_| MISFIT)?;
    match opened.kind.as_str() {
        "int" => text.parse().map(Plain::Int).map_err(|_| MISFIT),
        "float" => text.parse().map(Plain::Float).map_err(|_| MISFIT),
        "bool" => parse_bool(text).map(Plain::Bool).ok_or(MISFIT),
        "time" => Time::from_rfc3339(text)
            .map(|time| Plain::Time(time.rfc3339_nano()))
            .ok_or(MISFIT),
        _ => Err("its type is unknown"),
    }
}
