use age::secrecy::ExposeSecret;
use age::ssh;

use crate::base::Secret;

/// Something that may unwrap a data key.
pub(super) type Identity = Box<dyn age::Identity + Send + Sync>;

/// Makes an identity, as a line of a key file, and tells its recipient.
pub fn generate() -> (Secret, String) {
    let identity = age::x25519::Identity::generate();
    let recipient = identity.to_public().to_string();
    (Secret::new(identity.to_string().expose_secret()), recipient)
}

/// Parses a key file: one identity per line, `#` lines and empty lines aside.
///
/// One bad line rejects the whole source, as in sops. The error never quotes the text.
pub(super) fn parse_lines<'t>(
    lines: impl IntoIterator<Item = &'t str>,
) -> Result<Vec<Identity>, String> {
    let mut found: Vec<Identity> = Vec::new();
    for (at, line) in lines.into_iter().enumerate() {
        let line = line.trim_end_matches('\r');
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        match line.parse::<age::x25519::Identity>() {
            Ok(identity) => found.push(Box::new(identity)),
            Err(_) => return Err(format!("{} in entry {}", unusable(line), at + 1)),
        }
    }
    if found.is_empty() {
        return Err("holds no identity".to_owned());
    }
    Ok(found)
}

/// Parses what a key file holds.
pub(super) fn parse_file(text: &str) -> Result<Vec<Identity>, String> {
    if text.starts_with("age-encryption") || text.starts_with("-----BEGIN AGE") {
        return Err(
            "is protected by a passphrase, which is not supported; decrypt it with `age -d`"
                .to_owned(),
        );
    }
    parse_lines(text.split('\n'))
}

/// Parses an SSH private key.
pub(super) fn parse_ssh(text: &str) -> Result<Identity, String> {
    match ssh::Identity::from_buffer(text.as_bytes(), None) {
        Ok(ssh::Identity::Unencrypted(key)) => Ok(Box::new(ssh::Identity::Unencrypted(key))),
        Ok(ssh::Identity::Encrypted(_)) => {
            Err("is an SSH key with a passphrase, which is not supported".to_owned())
        }
        Ok(ssh::Identity::Unsupported(_)) => {
            Err("is an SSH key of a type that age does not use".to_owned())
        }
        Err(_) => Err("is no SSH private key".to_owned()),
    }
}

fn unusable(line: &str) -> &'static str {
    if line.starts_with("AGE-SECRET-KEY-PQ-") {
        "a post-quantum identity, which is not supported,"
    } else if line.starts_with("AGE-PLUGIN-") {
        "an identity of an age plugin, which is not supported,"
    } else {
        "no age identity"
    }
}
