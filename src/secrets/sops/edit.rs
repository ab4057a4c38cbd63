use std::path::Path;

use jiff::Timestamp;

use super::file::{body, text};
use super::keys::Keyring;
use super::piece::{Content, Piece};
use super::spot::{Spot, What, find};
use super::stamp::stamp;
use super::tree::Tree;
use super::{SopsError, SopsFile};
use crate::base::Secret;

/// One change of a file's first document.
pub struct Edit {
    /// Keys, and numbers of list items from 0; comments are no items.
    pub path: Vec<String>,
    /// What becomes of it.
    pub change: Change,
}

/// What becomes of a place in a file.
pub enum Change {
    /// It takes a secret; refused where the file's rule would leave that in clear.
    Seal(Secret),
    /// It takes a value, encrypted or not as the file's rule says.
    Set(Content),
    /// It goes.
    Remove,
}

/// Encrypts values into a file's text at dotted paths; `None` when all are there already.
///
/// Nothing else changes but `lastmodified` and `mac`. The result was opened again: the values
/// are in it, encrypted, and every other value is what it was.
pub fn set(
    name: &Path,
    bytes: &[u8],
    keyring: &Keyring,
    values: &[(&str, &Secret)],
    now: Timestamp,
) -> Result<Option<String>, SopsError> {
    let before = SopsFile::open(name, bytes, keyring)?;
    edit(bytes, &before, &sealed(values), now)
}

/// Makes any changes in a file's text, as [`set`] does.
pub fn apply(
    name: &Path,
    bytes: &[u8],
    keyring: &Keyring,
    edits: &[Edit],
    now: Timestamp,
) -> Result<Option<String>, SopsError> {
    let before = SopsFile::open(name, bytes, keyring)?;
    edit(bytes, &before, edits, now)
}

/// The edits that put secrets at dotted paths.
pub(in crate::secrets) fn sealed(values: &[(&str, &Secret)]) -> Vec<Edit> {
    values
        .iter()
        .map(|(path, value)| Edit {
            path: path.split('.').map(str::to_owned).collect(),
            change: Change::Seal((*value).clone()),
        })
        .collect()
}

/// The same for a file that is open already.
pub(in crate::secrets) fn edit(
    bytes: &[u8],
    before: &SopsFile,
    edits: &[Edit],
    now: Timestamp,
) -> Result<Option<String>, SopsError> {
    let text = text(bytes)?;
    let body = body(text);
    let mark = text.get(..text.len() - body.len()).unwrap_or_default();
    let mut edited = body.to_owned();
    let mut wanted = before.documents().to_vec();
    for edit in edits {
        let root = wanted.first_mut().ok_or(SopsError::NotSops)?;
        edited = one(&edited, before, edit, root)?;
    }
    if edited == body {
        return Ok(None);
    }
    let edited = stamp(before.format, &edited, &before.key, now)?;
    let after = SopsFile::open_with(before.format, &edited, &before.key)?;
    let same = wanted.len() == after.documents().len()
        && wanted
            .iter()
            .zip(after.documents())
            .all(|(wanted, after)| wanted.same(after));
    if !same {
        let path = edits.first().map(|edit| edit.path.join("."));
        return Err(SopsError::CannotPlace {
            path: path.unwrap_or_default(),
            why: "it would not read back, or another value would change",
        });
    }
    Ok(Some(format!("{mark}{edited}")))
}

/// Makes one change in the text, and in the tree that the text shall give.
fn one(text: &str, before: &SopsFile, edit: &Edit, root: &mut Tree) -> Result<String, SopsError> {
    let refuse = |why| SopsError::CannotPlace {
        path: edit.path.join("."),
        why,
    };
    if edit.path.is_empty() || edit.path.iter().any(String::is_empty) {
        return Err(refuse("a part of the path is empty"));
    }
    if edit.path.first().is_some_and(|first| first == "sops") {
        return Err(refuse("`sops` holds the metadata"));
    }
    let documents = before.format.parse(text)?;
    let document = documents.first().ok_or(SopsError::NotSops)?;
    let (spot, rest) = find(document, &edit.path).map_err(refuse)?;
    let (content, secret) = match &edit.change {
        Change::Remove => {
            let What::Value { holder, .. } = spot.what else {
                return Err(refuse("it is not there"));
            };
            if !rest.is_empty() {
                return Err(refuse("it is not there"));
            }
            take(root, &spot.way).ok_or_else(|| refuse("it is not there"))?;
            return before.format.remove(text, document, holder).map_err(refuse);
        }
        Change::Seal(secret) if secret.expose().is_empty() => {
            return Err(refuse("the value is empty"));
        }
        Change::Seal(secret) => (Content::text(secret.expose()), true),
        Change::Set(content) => (content.clone(), false),
    };
    if let What::Value { node, .. } = spot.what
        && secret
        && rest.is_empty()
        && node.scalar().is_none()
    {
        return Err(refuse("a mapping or list stands there"));
    }
    // what is missing on the way is made
    let content = rest.iter().rev().fold(content, |content, key| {
        Content::Map(vec![(key.clone(), content)])
    });
    let mut keys = spot.keys.clone();
    if let What::Key { key, .. } = &spot.what {
        keys.push(key);
    }
    let rule = &before.meta.rule;
    let tree = content.tree(&mut keys.clone(), rule, &spot.comments);
    if secret
        && tree
            .leaves()
            .iter()
            .any(|(_, leaf)| leaf.is_some_and(|leaf| !leaf.encrypted))
    {
        return Err(SopsError::WouldBeClear {
            path: edit.path.join("."),
            rule: rule.form().name(),
        });
    }
    if matches!(spot.what, What::Value { .. }) {
        let old = at(root, &spot.way).ok_or_else(|| refuse("its place is not known"))?;
        if old.same(&tree) {
            return Ok(text.to_owned());
        }
    }
    let piece = Piece::seal(&tree, &mut keys, &before.key);
    let edited = before.format.put(text, document, &spot, &piece);
    put(root, &spot, tree);
    edited.map_err(refuse)
}

/// The tree at a way.
fn at<'t>(root: &'t mut Tree, way: &[String]) -> Option<&'t mut Tree> {
    way.iter().try_fold(root, |tree, step| match tree {
        Tree::Map(entries) => entries
            .iter_mut()
            .find(|(key, _)| key == step)
            .map(|(_, tree)| tree),
        Tree::List(items) => items.get_mut(step.parse::<usize>().ok()?),
        Tree::Leaf(_) => None,
    })
}

fn put(root: &mut Tree, spot: &Spot<'_>, tree: Tree) {
    let way = match &spot.what {
        // the way to an item that is not there yet ends with its number
        What::Item { .. } => spot.way.split_last().map_or(&[][..], |(_, way)| way),
        What::Value { .. } | What::Key { .. } => &spot.way,
    };
    let Some(place) = at(root, way) else { return };
    match (&spot.what, place) {
        (What::Value { .. }, place) => *place = tree,
        (What::Key { key, .. }, Tree::Map(entries)) => entries.push((key.clone(), tree)),
        (What::Item { .. }, Tree::List(items)) => items.push(tree),
        // then the text will not read back as the tree, and is refused
        (What::Key { .. } | What::Item { .. }, _) => {}
    }
}

fn take(root: &mut Tree, way: &[String]) -> Option<Tree> {
    let (last, way) = way.split_last()?;
    match at(root, way)? {
        Tree::Map(entries) => {
            let at = entries.iter().position(|(key, _)| key == last)?;
            Some(entries.remove(at).1)
        }
        Tree::List(items) => {
            let at = last.parse::<usize>().ok().filter(|at| *at < items.len())?;
            Some(items.remove(at))
        }
        Tree::Leaf(_) => None,
    }
}
