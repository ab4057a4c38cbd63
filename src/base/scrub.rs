use std::fmt::Write as _;
use std::sync::{Arc, PoisonError, RwLock, TryLockError, Weak};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use data_encoding::{HEXLOWER, HEXUPPER};
use zeroize::{Zeroize as _, Zeroizing};

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

/// The scrubbers of all runs in this process, for a text of which nobody knows whose it is.
static ALL: RwLock<Vec<Weak<Scrubber>>> = RwLock::new(Vec::new());

/// Takes the secrets of all runs out of a text, such as a panic's; `None` when that cannot be done now.
///
/// Never waits: whoever panics may hold the very lock that it would wait for.
pub fn scrub_for_all(text: &str) -> Option<String> {
    let all = ALL.try_read().ok()?;
    let mut text = text.to_owned();
    for scrubber in all.iter().filter_map(Weak::upgrade) {
        let known = match scrubber.known.try_read() {
            Ok(known) => known,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return None,
        };
        text = replaced(&known, &text);
    }
    Some(text)
}

impl Scrubber {
    /// A scrubber that [`scrub_for_all`] asks, too, as long as it lives.
    pub fn of_a_run() -> Arc<Self> {
        let scrubber = Arc::new(Self::default());
        let mut all = ALL.write().unwrap_or_else(PoisonError::into_inner);
        all.retain(|other| other.strong_count() > 0);
        all.push(Arc::downgrade(&scrubber));
        scrubber
    }

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
        replaced(&known, text)
    }
}

fn replaced(known: &[Secret], text: &str) -> String {
    known.iter().fold(text.to_owned(), |text, secret| {
        text.replace(secret.expose(), "(sensitive)")
    })
}

/// A secret as it is sent, or as who repeats it may write it: in JSON, in a form, in the header of a
/// login, in hex.
fn spellings(secret: &str) -> Vec<Secret> {
    let url = percent(secret);
    let in_json = json(secret);
    let mut all = vec![
        Secret::new(secret),
        json(in_json.expose()),
        ascii(in_json.expose()),
        in_json,
        Secret::new(HEXLOWER.encode(secret.as_bytes())),
        Secret::new(HEXUPPER.encode(secret.as_bytes())),
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

/// As JSON writes a text, without the quotes around it.
fn json(text: &str) -> Secret {
    let quoted = Zeroizing::new(serde_json::Value::from(text).to_string());
    Secret::new(
        quoted
            .get(1..quoted.len().saturating_sub(1))
            .unwrap_or_default(),
    )
}

/// As those write JSON who write ASCII only (RFC 8259, section 7).
fn ascii(json: &str) -> Secret {
    let mut text = Zeroizing::new(String::with_capacity(json.len()));
    for letter in json.chars() {
        if letter.is_ascii() {
            text.push(letter);
        } else {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                // a text takes all that is written to it
                let _ = write!(&mut *text, "\\u{unit:04x}");
            }
        }
    }
    Secret::new(text.as_str())
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
