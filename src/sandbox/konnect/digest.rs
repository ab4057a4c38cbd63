use argon2::Argon2;
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::Digest as _;
use uuid::Uuid;

/// What is kept of a secret that only has to be recognised: tokens, keys and passwords of a real
/// document may be sent here, and the state is saved to a file.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub(in crate::sandbox) struct Digest(String);

impl Digest {
    /// Of a token or key, long and random by nature: SHA-256.
    pub(in crate::sandbox) fn of_token(token: &str) -> Self {
        Self(HEXLOWER.encode(&sha2::Sha256::digest(token.as_bytes())))
    }

    /// Of a password, chosen by a person and hence guessable: Argon2id with the parameters of
    /// RFC 9106's second choice as OWASP lowers it. The salt is the developer's id, or one that a seed made.
    pub(in crate::sandbox) fn of_password(password: &str, salt: Uuid) -> Self {
        let mut out = [0; 32];
        Argon2::default()
            .hash_password_into(password.as_bytes(), salt.as_bytes(), &mut out)
            .expect("salt and output have lengths that Argon2 allows");
        Self(HEXLOWER.encode(&out))
    }
}
