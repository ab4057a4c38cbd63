use std::path::Path;

use super::cipher::DataKey;
use super::decrypt::decrypt;
use super::format::Format;
use super::keys::{Holder, Keyring};
use super::meta::Meta;
use super::node::Node;
use super::{SopsError, Tree};

/// Real files are some kilobytes; more is a mistake or an attack.
const LIMIT: u64 = 4 * 1024 * 1024;

/// A SOPS file whose MAC was verified.
pub struct SopsFile {
    documents: Vec<Tree>,
    pub(super) meta: Meta,
    pub(super) key: DataKey,
    pub(super) format: Format,
}

impl SopsFile {
    /// Decrypts a file with the keys at hand; its name tells the format.
    pub fn open(name: &Path, bytes: &[u8], keyring: &Keyring) -> Result<Self, SopsError> {
        let format = Format::of(name);
        let nodes = format.parse(body(text(bytes)?))?;
        let meta = Meta::read(&nodes)?;
        let key = keyring.unwrap(&meta)?;
        Self::verified(format, &nodes, meta, key)
    }

    /// Decrypts with a key that is at hand.
    pub(super) fn open_with(format: Format, text: &str, key: &DataKey) -> Result<Self, SopsError> {
        let nodes = format.parse(text)?;
        let meta = Meta::read(&nodes)?;
        Self::verified(format, &nodes, meta, key.clone())
    }

    fn verified(
        format: Format,
        nodes: &[Node],
        meta: Meta,
        key: DataKey,
    ) -> Result<Self, SopsError> {
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
            format,
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

    /// The age recipients that the file is encrypted to.
    pub fn recipients(&self) -> impl Iterator<Item = &str> {
        self.meta.keys().filter_map(|key| match &key.holder {
            Holder::Age(recipient) => Some(recipient.as_str()),
            Holder::Pgp(_) | Holder::Service(_) => None,
        })
    }
}

/// The text of a file, a byte order mark included.
pub(super) fn text(bytes: &[u8]) -> Result<&str, SopsError> {
    if bytes.len() as u64 > LIMIT {
        return Err(SopsError::TooLarge { limit: LIMIT });
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
        SopsError::Malformed {
            line: String::from_utf8_lossy(valid).matches('\n').count() + 1,
            why: "it is not UTF-8",
        }
    })
}

/// The text without a byte order mark.
pub(super) fn body(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}
