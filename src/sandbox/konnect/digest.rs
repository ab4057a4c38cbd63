use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use argon2::{Argon2, Block};
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::Digest as _;
use uuid::Uuid;

/// What is kept of a secret that only has to be recognised: tokens, keys and passwords of a real
/// document may be sent here, and the state is saved to a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
        // one after another in the same 19 MiB: else allocators keep as much for each thread
        static DESK: Mutex<Desk> = Mutex::new(Desk {
            memory: Vec::new(),
            known: BTreeMap::new(),
        });
        let question = (Self::of_token(password).0, salt);
        let mut desk = DESK.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = desk.known.get(&question) {
            return known.clone();
        }
        let argon2 = Argon2::default();
        desk.memory
            .resize(argon2.params().block_count(), Block::default());
        let mut out = [0; 32];
        argon2
            .hash_password_into_with_memory(
                password.as_bytes(),
                salt.as_bytes(),
                &mut out,
                desk.memory.as_mut_slice(),
            )
            .expect("salt, output and memory have lengths that Argon2 allows");
        let digest = Self(HEXLOWER.encode(&out));
        if desk.known.len() == KNOWN {
            desk.known.pop_first();
        }
        desk.known.insert(question, digest.clone());
        digest
    }
}

/// How many answers are remembered.
const KNOWN: usize = 256;

/// Where passwords are hashed, and what came of it: those of a sandbox are throw-away and log in often.
struct Desk {
    memory: Vec<Block>,
    known: BTreeMap<(String, Uuid), Digest>,
}
