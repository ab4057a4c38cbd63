use std::sync::{PoisonError, RwLock};

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
    /// Remembers a secret.
    pub fn learn(&self, secret: &Secret) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if secret.expose().len() >= SHORTEST && !known.contains(secret) {
            // longest first: one secret may contain another
            let length = secret.expose().len();
            let at = known.partition_point(|other| other.expose().len() > length);
            known.insert(at, secret.clone());
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
