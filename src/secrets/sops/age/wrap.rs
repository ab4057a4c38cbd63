use std::io::{Read, Write};

use age::armor::{ArmoredReader, ArmoredWriter, Format};
use age::{DecryptError, Decryptor, Encryptor};
use zeroize::Zeroizing;

use super::identity::Identity;
use crate::secrets::sops::SopsError;

/// Says why a wrapped data key stays closed.
pub(super) enum Closed {
    /// No identity fits.
    NoFit,
    /// It is no age file.
    Damaged,
}

/// Wraps a data key, or a share of one, for one recipient: an armored age file.
pub(in super::super) fn wrap(plain: &[u8], recipient: &str) -> Result<String, SopsError> {
    let unsupported = || SopsError::Unsupported {
        what: format!("encrypting to the recipient `{recipient}`"),
        hint: "create the file with `sops encrypt`, then it can be added to",
    };
    let parsed: Box<dyn age::Recipient> = if recipient.starts_with("ssh-") {
        let parsed: age::ssh::Recipient = recipient.parse().map_err(|_| unsupported())?;
        Box::new(parsed)
    } else {
        let parsed: age::x25519::Recipient = recipient.parse().map_err(|_| unsupported())?;
        Box::new(parsed)
    };
    let sealed = || -> std::io::Result<Vec<u8>> {
        let armor = ArmoredWriter::wrap_output(Vec::new(), Format::AsciiArmor)?;
        let encryptor = Encryptor::with_recipients(std::iter::once(parsed.as_ref()))
            .map_err(std::io::Error::other)?;
        let mut writer = encryptor.wrap_output(armor)?;
        writer.write_all(plain)?;
        writer.finish()?.finish()
    };
    sealed()
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(unsupported)
}

/// Opens a wrapped key with any of the identities.
pub(super) fn unwrap(enc: &str, identities: &[Identity]) -> Result<Zeroizing<Vec<u8>>, Closed> {
    // the armor reader takes no blank line in front
    let armor = ArmoredReader::new(enc.trim().as_bytes());
    let decryptor = Decryptor::new_buffered(armor).map_err(|_| Closed::Damaged)?;
    let identities = identities
        .iter()
        .map(|identity| -> &dyn age::Identity { identity.as_ref() });
    let reader = decryptor.decrypt(identities).map_err(|error| {
        if matches!(error, DecryptError::NoMatchingKeys) {
            Closed::NoFit
        } else {
            Closed::Damaged
        }
    })?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(64));
    reader
        .take(64)
        .read_to_end(&mut bytes)
        .map_err(|_| Closed::Damaged)?;
    Ok(bytes)
}
