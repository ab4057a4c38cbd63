use std::sync::{PoisonError, RwLock};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroize as _;

use super::Secret;

/// Knows the secrets of this run and takes them out of texts that others wrote.
///
/// Vendors' error bodies may echo what was sent; they pass through here before they are kept.
#[derive(Debug, Default)]
pub struct Scrubber {
    known: RwLock<Vec<Secret>>,
}

/// Shorter secrets are not looked for: they would blacken innocent words.
const SHORTEST: usize = 6;

impl Scrubber {
    /// Remembers a secret, in each spelling in which it may come back.
    pub fn learn(&self, secret: &Secret) {
        if secret.expose().len() < SHORTEST {
            return;
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.contains(secret) {
            return;
        }
        for spelling in spellings(secret.expose()) {
            let length = spelling.expose().len();
            if length >= SHORTEST && !known.contains(&spelling) {
                // longest first: one secret may contain another
                let at = known.partition_point(|other| other.expose().len() > length);
                known.insert(at, spelling);
            }
        }
    }

    /// Replaces every known secret in the text.
    pub fn scrub(&self, text: &str) -> String {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.iter().fold(text.to_owned(), |text, secret| {
            text.replace(secret.expose(), "(sensitive)")
        })
    }
}

/// A secret as it is sent: in JSON, in a form, in the header of a login.
fn spellings(secret: &str) -> Vec<Secret> {
    let json = serde_json::Value::from(secret).to_string();
    let url = percent(secret);
    let mut all = vec![
        Secret::new(secret),
        // without the quotes around it
        Secret::new(
            json.get(1..json.len().saturating_sub(1))
                .unwrap_or_default(),
        ),
        Secret::new(url.replace("%20", "+")),
        Secret::new(url.to_lowercase()),
        Secret::new(url),
    ];
    // behind an id and a colon it begins at any of three places of a group of base64
    for (shift, shared) in [(0, 0), (1, 2), (2, 3)] {
        let mut bytes = vec![0; shift];
        bytes.extend_from_slice(secret.as_bytes());
        let whole = bytes.len() / 3 * 4;
        let text = STANDARD.encode(&bytes);
        bytes.zeroize();
        let last = text.trim_end_matches('=').len();
        // in the middle of a text the last group is shared with what follows
        for end in [whole, last] {
            let own = text.get(shared..end).unwrap_or_default();
            all.push(Secret::new(own));
            all.push(Secret::new(own.replace('+', "-").replace('/', "_")));
        }
    }
    all
}

fn percent(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let hex = |digit: u8| char::from_digit(u32::from(digit), 16).unwrap_or_default();
            encoded
                .extend(['%', hex(byte >> 4), hex(byte & 15)].map(|one| one.to_ascii_uppercase()));
        }
    }
    encoded
}
