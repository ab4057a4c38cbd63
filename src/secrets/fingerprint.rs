use argon2::{Algorithm, Argon2, Params, Version};
use data_encoding::BASE32_NOPAD;
use sha2::{Digest, Sha256};

use crate::base::{Address, Fingerprint, Secret};

/// OWASP's minimum for Argon2id, and the bytes that are kept.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const BYTES: usize = 16;

/// Makes of a secret, the document's name and an address what may be shown of the secret.
pub type Fingerprinter = fn(&Secret, &str, &Address) -> Fingerprint;

/// What may be shown of a secret: Argon2id (RFC 9106) in lower-case base32, the same everywhere.
///
/// The salt is SHA-256 over the document's name and the address, each after its length in bytes
/// as eight bytes, highest first: so equal secrets of two objects do not look equal, and no two
/// pairs of name and address give the same salt.
///
/// # Panics
/// Never: lengths and costs are constants within the limits of Argon2.
pub fn fingerprint(secret: &Secret, document: &str, address: &Address) -> Fingerprint {
    let mut salt = Sha256::new();
    for part in [document, address.as_str()] {
        salt.update((part.len() as u64).to_be_bytes());
        salt.update(part);
    }
    let params =
        Params::new(MEMORY_KIB, PASSES, LANES, Some(BYTES)).expect("the constants are in range");
    let mut digest = [0; BYTES];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(secret.expose().as_bytes(), &salt.finalize(), &mut digest)
        .expect("salt and output have allowed lengths");
    Fingerprint(BASE32_NOPAD.encode(&digest).to_ascii_lowercase())
}
