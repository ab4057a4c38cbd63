use age::secrecy::ExposeSecret;
use age::ssh;
use zeroize::Zeroizing;

use super::locked::Locked;
use crate::base::Secret;

/// Something that may unwrap a data key.
pub(super) type Identity = Box<dyn age::Identity + Send + Sync>;

/// What a place holds.
#[derive(Default)]
pub(super) struct Source {
    pub(super) identities: Vec<Identity>,
    /// To be opened with a passphrase, if nothing else serves.
    pub(super) locked: Option<Locked>,
    /// Identities that are not built in, such as those of plugins: good ones for sops.
    pub(super) foreign: Vec<&'static str>,
}

impl Source {
    fn one(identity: Identity) -> Self {
        Self {
            identities: vec![identity],
            ..Self::default()
        }
    }
}

/// Makes an identity, as a line of a key file, and tells its recipient.
pub fn generate() -> (Secret, String) {
    let identity = age::x25519::Identity::generate();
    let recipient = identity.to_public().to_string();
    (Secret::new(identity.to_string().expose_secret()), recipient)
}

/// Parses a key file: one identity per line, `#` lines and empty lines aside.
///
/// One bad line rejects the whole source, as in sops. The error never quotes the text.
pub(super) fn parse_lines<'t>(lines: impl IntoIterator<Item = &'t str>) -> Result<Source, String> {
    let mut found = Source::default();
    for (at, line) in lines.into_iter().enumerate() {
        let line = line.trim_end_matches('\r');
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(foreign) = foreign(line) {
            found.foreign.push(foreign);
            continue;
        }
        match line.parse::<age::x25519::Identity>() {
            Ok(identity) => found.identities.push(Box::new(identity)),
            Err(_) => return Err(format!("no age identity in entry {}", at + 1)),
        }
    }
    if found.identities.is_empty() && found.foreign.is_empty() {
        return Err("holds no identity".to_owned());
    }
    Ok(found)
}

/// Parses what a key file holds; it may be protected by a passphrase.
pub(super) fn parse_file(bytes: &[u8]) -> Result<Source, String> {
    if bytes.starts_with(b"age-encryption") || bytes.starts_with(b"-----BEGIN AGE") {
        return Ok(Source {
            locked: Some(Locked::file(Zeroizing::new(bytes.to_vec()))),
            ..Source::default()
        });
    }
    parse_lines(text(bytes)?.split('\n'))
}

/// Parses an SSH private key; it may be protected by a passphrase.
pub(super) fn parse_ssh(bytes: &[u8]) -> Result<Source, String> {
    match ssh::Identity::from_buffer(bytes, None) {
        Ok(ssh::Identity::Unencrypted(key)) => {
            Ok(Source::one(Box::new(ssh::Identity::Unencrypted(key))))
        }
        Ok(key @ ssh::Identity::Encrypted(_)) => Ok(Source {
            locked: Some(Locked::ssh(key, bytes).ok_or("is a damaged SSH private key")?),
            ..Source::default()
        }),
        Ok(ssh::Identity::Unsupported(_)) => {
            Err("is an SSH key of a type that age does not use".to_owned())
        }
        Err(_) => Err("is no SSH private key".to_owned()),
    }
}

/// Key material is text.
pub(super) fn text(bytes: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(bytes).map_err(|_| "is not UTF-8".to_owned())
}

fn foreign(line: &str) -> Option<&'static str> {
    if line.starts_with("AGE-SECRET-KEY-PQ-") {
        Some("a post-quantum identity")
    } else if line.starts_with("AGE-PLUGIN-") {
        Some("an identity of an age plugin")
    } else {
        None
    }
}
