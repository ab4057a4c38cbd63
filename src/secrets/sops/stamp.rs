use jiff::Timestamp;

use super::SopsError;
use super::cipher::DataKey;
use super::decrypt::decrypt;
use super::format::Format;
use super::meta::Meta;
use super::node::Node;
use super::text::line_start;

/// The release whose format is written where a file does not name one itself.
pub(super) const VERSION: &str = "3.13.3";

/// Writes `lastmodified` and `mac` anew, in the block of every document.
///
/// The MAC is computed over what the text says now, not over what an edit meant to say.
pub(super) fn stamp(
    format: Format,
    text: &str,
    key: &DataKey,
    now: Timestamp,
) -> Result<String, SopsError> {
    let documents = format.parse(text)?;
    let meta = Meta::read(&documents)?;
    let (_, mac) = decrypt(&documents, &meta, key)?;
    let lastmodified = time(now);
    let mac = key.seal(mac.as_bytes(), "str", &lastmodified);
    let mut edits: Vec<(usize, usize, String)> = Vec::new();
    for (at, document) in documents.iter().enumerate() {
        let Some(block) = document.entry("sops").map(|block| &block.value) else {
            continue;
        };
        edits.extend(over(format, block, "lastmodified", &lastmodified));
        edits.extend(over(format, block, "mac", &mac));
        if at == 0 {
            edits.extend(version(format, text, block));
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

/// In YAML the time is quoted: sops takes a bare one for a time, and refuses it.
fn over(format: Format, block: &Node, name: &str, new: &str) -> Option<(usize, usize, String)> {
    let node = &block.entry(name)?.value;
    node.scalar()?;
    let plain = match format {
        Format::Dotenv | Format::Ini => true,
        Format::Json | Format::Binary => false,
        // brackets need quotes in flow style
        Format::Yaml => name == "mac" && !node.shared && node.end > node.start && !block.flow,
    };
    let new = if plain {
        new.to_owned()
    } else {
        format!("\"{new}\"")
    };
    Some((node.start, node.end, new))
}

/// sops refuses a file without a version; others write none.
fn version(format: Format, text: &str, block: &Node) -> Option<(usize, usize, String)> {
    if block.entry("version").is_some() {
        return None;
    }
    let at = block.entry("mac")?.key_start;
    let line = line_start(text, at);
    let indent = text.get(line..at)?;
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let version = match format {
        Format::Yaml => format!("version: {VERSION}"),
        Format::Json | Format::Binary => {
            let entry = format!("\"version\": \"{VERSION}\",{newline}{indent}");
            return Some((at, at, entry));
        }
        Format::Dotenv => format!("sops_version={VERSION}"),
        Format::Ini => format!("version = {VERSION}"),
    };
    indent
        .trim()
        .is_empty()
        .then(|| (line, line, format!("{indent}{version}{newline}")))
}
