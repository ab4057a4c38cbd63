use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use age::secrecy::SecretString;
use age::{Callbacks, Decryptor, armor::ArmoredReader, scrypt, ssh};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::identity::{Identity, Source, parse_lines, text};
use crate::base::Secret;
use crate::secrets::Environment;

/// The cost of a passphrase doubles with each step; age itself writes 18.
const MAX_WORK_FACTOR: u8 = 20;
const NO_TERMINAL: &str = "is protected by a passphrase, and there is no terminal to ask for it; run `dcrsync` at a terminal, or name an identity without one";
const WRONG: &str = "the passphrase is wrong";

/// Identities behind a passphrase, which is asked for once and only when it is needed.
pub(super) struct Locked {
    kind: Kind,
    opened: OnceLock<Result<Vec<Identity>, String>>,
    asked: Arc<Mutex<Asked>>,
}

enum Kind {
    /// It is asked for only if the key is that of a recipient.
    Ssh {
        key: Mutex<Option<ssh::Identity>>,
        /// As in the line of a recipient.
        public: String,
    },
    /// An age file whose content is a key file.
    File(Zeroizing<Vec<u8>>),
}

/// What became of the question.
#[derive(Default)]
enum Asked {
    #[default]
    Not,
    Nobody,
    Answered(Secret),
}

impl Locked {
    /// `None` when the file does not tell whose key it is.
    pub(super) fn ssh(key: ssh::Identity, file: &[u8]) -> Option<Self> {
        Some(Self::new(Kind::Ssh {
            key: Mutex::new(Some(key)),
            public: public_part(file)?,
        }))
    }

    pub(super) fn file(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self::new(Kind::File(bytes))
    }

    fn new(kind: Kind) -> Self {
        Self {
            kind,
            opened: OnceLock::new(),
            asked: Arc::default(),
        }
    }

    /// Tells whether it may be an identity of one of the recipients, so that asking makes sense.
    pub(super) fn may_fit<'r>(&self, mut recipients: impl Iterator<Item = &'r str>) -> bool {
        match &self.kind {
            Kind::File(_) => true,
            Kind::Ssh { public, .. } => recipients
                .any(|recipient| recipient.split_whitespace().nth(1) == Some(public.as_str())),
        }
    }

    /// The identities; the question names the place.
    pub(super) fn identities(
        &self,
        place: &str,
        environment: &Environment,
    ) -> Result<&[Identity], String> {
        let opened = self.opened.get_or_init(|| {
            let question = Question {
                place: place.to_owned(),
                environment: environment.clone(),
                asked: Arc::clone(&self.asked),
            };
            match &self.kind {
                Kind::Ssh { key, .. } => {
                    let key = key.lock().unwrap_or_else(PoisonError::into_inner).take();
                    let key = key.ok_or("was opened before")?;
                    Ok(vec![Box::new(key.with_callbacks(question))])
                }
                Kind::File(bytes) => file(bytes, &question),
            }
        });
        opened.as_deref().map_err(Clone::clone)
    }

    /// Why no identity served, after all of them were tried.
    pub(super) fn why(&self) -> &'static str {
        match *self.asked.lock().unwrap_or_else(PoisonError::into_inner) {
            Asked::Nobody => NO_TERMINAL,
            // an SSH key that fits is asked for, and then opens or has the wrong passphrase
            Asked::Answered(_) if matches!(self.kind, Kind::Ssh { .. }) => WRONG,
            Asked::Not | Asked::Answered(_) => "no identity in it fits",
        }
    }
}

/// The public key, which an OpenSSH private key file holds in clear before everything secret:
/// cipher, key derivation, its options, the number of keys (PROTOCOL.key of OpenSSH).
fn public_part(file: &[u8]) -> Option<String> {
    let body: String = text(file)
        .ok()?
        .lines()
        .filter(|line| !line.starts_with('-'))
        .collect();
    let bytes = Zeroizing::new(STANDARD.decode(body.trim()).ok()?);
    let mut rest = bytes.strip_prefix(b"openssh-key-v1\0")?;
    for _ in 0..3 {
        (_, rest) = string(rest)?;
    }
    let (public, _) = string(rest.get(4..)?)?;
    Some(STANDARD.encode(public))
}

/// A string of the SSH protocol, and what follows it.
fn string(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    rest.split_at_checked(u32::from_be_bytes(*length) as usize)
}

fn file(bytes: &[u8], question: &Question) -> Result<Vec<Identity>, String> {
    let broken = |_| "is no age file".to_owned();
    let decryptor = Decryptor::new_buffered(ArmoredReader::new(bytes)).map_err(broken)?;
    if !decryptor.is_scrypt() {
        return Err("is an age file, but not one with a passphrase".to_owned());
    }
    let passphrase = question.request_passphrase("").ok_or(NO_TERMINAL)?;
    let mut key = scrypt::Identity::new(passphrase);
    key.set_max_work_factor(MAX_WORK_FACTOR);
    let reader = decryptor
        .decrypt(std::iter::once(&key as &dyn age::Identity))
        .map_err(|_| WRONG.to_owned())?;
    let mut plain = Zeroizing::new(Vec::with_capacity(64 * 1024));
    std::io::Read::read_to_end(&mut std::io::Read::take(reader, 1024 * 1024), &mut plain)
        .map_err(|_| "is a damaged age file".to_owned())?;
    let Source { identities, .. } = parse_lines(text(&plain)?.split('\n'))?;
    Ok(identities)
}

/// Asks for one passphrase, once.
#[derive(Clone)]
struct Question {
    place: String,
    environment: Environment,
    asked: Arc<Mutex<Asked>>,
}

impl Callbacks for Question {
    fn display_message(&self, _: &str) {}

    fn confirm(&self, _: &str, _: &str, _: Option<&str>) -> Option<bool> {
        None
    }

    fn request_public_string(&self, _: &str) -> Option<String> {
        None
    }

    fn request_passphrase(&self, _: &str) -> Option<SecretString> {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*asked, Asked::Not) {
            let answer = self
                .environment
                .ask(&format!("Passphrase of {}: ", self.place));
            *asked = answer.map_or(Asked::Nobody, Asked::Answered);
        }
        match &*asked {
            Asked::Answered(secret) => Some(SecretString::from(secret.expose().to_owned())),
            Asked::Not | Asked::Nobody => None,
        }
    }
}
