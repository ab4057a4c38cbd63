use hmac::{Hmac, Mac};
use sha2::Sha256;

/// A key that lives and dies with this process.
pub(super) struct ProcessKey([u8; 32]);

impl ProcessKey {
    /// Draws a new one.
    pub(super) fn new() -> Self {
        Self(rand::random())
    }

    /// The proof that this process wrote the form for `purpose`.
    pub(super) fn token(&self, purpose: &str) -> String {
        data_encoding::HEXLOWER.encode(&self.mac(purpose).finalize().into_bytes())
    }

    /// Tells whether [`token`](Self::token) gave it for this purpose.
    pub(super) fn gave(&self, purpose: &str, token: &str) -> bool {
        data_encoding::HEXLOWER
            .decode(token.as_bytes())
            .is_ok_and(|token| self.mac(purpose).verify_slice(&token).is_ok())
    }

    /// Tells whether both texts are the same, in a time that does not depend on where they differ.
    pub(super) fn same(&self, left: &str, right: &str) -> bool {
        let right = self.mac(right).finalize().into_bytes();
        self.mac(left).verify_slice(&right).is_ok()
    }

    fn mac(&self, text: &str) -> Hmac<Sha256> {
        Hmac::<Sha256>::new_from_slice(&self.0)
            .expect("HMAC takes keys of any length")
            .chain_update(text.as_bytes())
    }
}
