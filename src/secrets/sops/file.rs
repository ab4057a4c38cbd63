use std::path::Path;

use super::age::Keyring;
use super::cipher::DataKey;
use super::decrypt::decrypt;
use super::meta::Meta;
use super::yaml::{Node, parse};
use super::{SopsError, Tree};

/// Real files are some kilobytes; more is a mistake or an attack.
const LIMIT: u64 = 4 * 1024 * 1024;

/// A SOPS file whose MAC was verified.
pub struct SopsFile {
    documents: Vec<Tree>,
    pub(super) meta: Meta,
    pub(super) key: DataKey,
}

impl SopsFile {
    /// Decrypts a file with an identity of the keyring; its name tells the format.
    pub fn open(name: &Path, bytes: &[u8], keyring: &Keyring) -> Result<Self, SopsError> {
        supported(name)?;
        let nodes = nodes(text(bytes)?)?;
        let meta = Meta::read(&nodes)?;
        let key = keyring.unwrap(&meta)?;
        Self::verified(&nodes, meta, key)
    }

    /// Decrypts with a key that is at hand.
    pub(super) fn open_with(text: &str, key: &DataKey) -> Result<Self, SopsError> {
        let nodes = nodes(text)?;
        let meta = Meta::read(&nodes)?;
        Self::verified(&nodes, meta, key.clone())
    }

    fn verified(nodes: &[Node], meta: Meta, key: DataKey) -> Result<Self, SopsError> {
        let (documents, computed) = decrypt(nodes, &meta, &key)?;
        let mac = meta.mac.as_deref().ok_or(SopsError::MacMismatch)?;
        let stored = key
            .open(mac, &meta.lastmodified)
            .map_err(|_| SopsError::MacUndecryptable)?;
        if *stored.bytes != computed.as_bytes() {
            return Err(SopsError::MacMismatch);
        }
        Ok(Self {
            documents,
            meta,
            key,
        })
    }

    /// The decrypted documents, without their `sops` blocks.
    pub fn documents(&self) -> &[Tree] {
        &self.documents
    }

    /// When a value was last changed, RFC 3339; the MAC is bound to it.
    pub fn last_modified(&self) -> &str {
        &self.meta.lastmodified
    }

    /// Whom the file is encrypted to.
    pub fn recipients(&self) -> impl Iterator<Item = &str> {
        self.meta.age.iter().map(|entry| entry.recipient.as_str())
    }
}

/// Refuses the names that sops takes for another format.
pub(in crate::secrets) fn supported(file: &Path) -> Result<(), SopsError> {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("yaml" | "yml") => Ok(()),
        Some(extension) => Err(SopsError::Unsupported {
            what: format!("the format of `.{extension}`"),
            hint: "keep the secrets in a file that ends in `.yaml`",
        }),
        None => Err(SopsError::Unsupported {
            what: "a file name without an extension".to_owned(),
            hint: "keep the secrets in a file that ends in `.yaml`",
        }),
    }
}

/// The text of a file, a byte order mark included.
pub(super) fn text(bytes: &[u8]) -> Result<&str, SopsError> {
    if bytes.len() as u64 > LIMIT {
        return Err(SopsError::TooLarge { limit: LIMIT });
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
        SopsError::NotYaml {
            line: String::from_utf8_lossy(valid).matches('\n').count() + 1,
            why: "it is not UTF-8",
        }
    })
}

/// Parses a text; offsets are those of the text without a byte order mark.
pub(super) fn nodes(text: &str) -> Result<Vec<Node>, SopsError> {
    parse(text.strip_prefix('\u{feff}').unwrap_or(text)).map_err(|error| SopsError::NotYaml {
        line: error.line,
        why: error.reason,
    })
}
