//! A decrypted tree beside the JSON that the real sops makes of it.

use dcrsync::secrets::sops::{Leaf, Plain, Tree};
use serde_json::Value;

/// Compares every value, type, key and order.
pub(crate) fn compare(tree: &Tree, wanted: &Value, at: &str) -> Result<(), String> {
    let same = match (tree, wanted) {
        (Tree::Map(entries), Value::Object(wanted)) => {
            let names: Vec<&String> = entries.iter().map(|(name, _)| name).collect();
            if names != wanted.keys().collect::<Vec<_>>() {
                return Err(format!("{at}: other keys or another order"));
            }
            return entries.iter().try_for_each(|(name, tree)| {
                compare(tree, &wanted[name], &format!("{at}.{name}"))
            });
        }
        (Tree::List(items), Value::Array(wanted)) => {
            if items.len() != wanted.len() {
                return Err(format!("{at}: another length"));
            }
            return items
                .iter()
                .zip(wanted)
                .enumerate()
                .try_for_each(|(n, (tree, wanted))| compare(tree, wanted, &format!("{at}.{n}")));
        }
        (Tree::Leaf(Leaf { value, .. }), wanted) => match (value, wanted) {
            (Plain::Null, Value::Null) => true,
            (Plain::Bool(value), Value::Bool(wanted)) => value == wanted,
            (Plain::Int(value), wanted) => wanted.as_i64() == Some(*value),
            (Plain::Float(value), wanted) => wanted.as_f64() == Some(*value),
            (Plain::Text(value), Value::String(wanted)) => value.expose() == wanted,
            (Plain::Time(value), Value::String(wanted)) => value == wanted,
            _ => false,
        },
        _ => false,
    };
    same.then_some(())
        .ok_or_else(|| format!("{at}: another value or type"))
}
