use jiff::Timestamp;

use super::SopsError;
use super::cipher::DataKey;
use super::decrypt::decrypt;
use super::file::nodes;
use super::meta::Meta;
use super::yaml::Node;

/// The release whose format is written where a file does not name one itself.
pub(super) const VERSION: &str = "3.13.3";

/// Writes `lastmodified` and `mac` anew, in the block of every document.
///
/// The MAC is computed over what the text says now, not over what an edit meant to say.
pub(super) fn stamp(text: &str, key: &DataKey, now: Timestamp) -> Result<String, SopsError> {
    let documents = nodes(text)?;
    let meta = Meta::read(&documents)?;
    let (_, mac) = decrypt(&documents, &meta, key)?;
    let lastmodified = time(now);
    let mac = key.seal(&mac, &lastmodified);
    let mut edits: Vec<(usize, usize, String)> = Vec::new();
    for (at, document) in documents.iter().enumerate() {
        let Some(block) = document.entry("sops").map(|block| &block.value) else {
            continue;
        };
        edits.extend(over(block, "lastmodified", &lastmodified));
        edits.extend(over(block, "mac", &mac));
        if at == 0 {
            edits.extend(version(text, block));
        }
    }
    edits.sort_by_key(|(start, ..)| std::cmp::Reverse(*start));
    let mut stamped = text.to_owned();
    for (start, end, new) in edits {
        stamped.replace_range(start..end, &new);
    }
    Ok(stamped)
}

/// Whole seconds in UTC, as sops writes them.
pub(super) fn time(now: Timestamp) -> String {
    now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Quoted: sops takes a bare time for a time, and refuses it; brackets need it in flow style.
fn over(block: &Node, name: &str, new: &str) -> Option<(usize, usize, String)> {
    let node = &block.entry(name)?.value;
    node.scalar()?;
    let plain = name == "mac" && !node.shared && node.end > node.start;
    let new = if plain && !block.flow {
        new.to_owned()
    } else {
        format!("\"{new}\"")
    };
    Some((node.start, node.end, new))
}

/// sops refuses a file without a version; others write none.
fn version(text: &str, block: &Node) -> Option<(usize, usize, String)> {
    if block.entry("version").is_some() {
        return None;
    }
    let mac = block.entry("mac")?;
    let line = text.get(..mac.key_start)?.rfind('\n')? + 1;
    let indent = text.get(line..mac.key_start)?;
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    indent
        .trim()
        .is_empty()
        .then(|| (line, line, format!("{indent}version: {VERSION}{newline}")))
}
