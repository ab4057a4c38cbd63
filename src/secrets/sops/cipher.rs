use aes_gcm::aead::consts::{U12, U16, U32};
use aes_gcm::aead::generic_array::{ArrayLength, GenericArray};
use aes_gcm::aead::{AeadInPlace, KeyInit};
use aes_gcm::aes::Aes256;
use aes_gcm::{AesGcm, Tag};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rand::RngCore;
use zeroize::Zeroizing;

/// The key that all values of one file are encrypted with.
#[derive(Clone)]
pub(super) struct DataKey(Zeroizing<[u8; 32]>);

/// A value as it came out of its envelope; the type is not authenticated.
pub(super) struct Opened {
    pub(super) kind: String,
    pub(super) bytes: Zeroizing<Vec<u8>>,
}

/// Says why an envelope does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CipherError {
    /// Key, path, IV, tag and ciphertext do not belong together.
    Auth,
    /// It is no envelope; the reason never quotes it.
    Format(&'static str),
}

/// The parts of an envelope, still in base64.
struct Envelope<'t> {
    data: &'t str,
    iv: &'t str,
    tag: &'t str,
    kind: &'t str,
}

impl<'t> Envelope<'t> {
    /// As sops has it: whatever follows the bracket does not count, and no part is empty.
    fn of(text: &'t str) -> Option<Self> {
        let line = text.lines().next()?;
        let inner = line.strip_prefix("ENC[AES256_GCM,data:")?;
        let (inner, _) = inner.rsplit_once(']')?;
        let (inner, kind) = inner.rsplit_once(",type:")?;
        let (inner, tag) = inner.rsplit_once(",tag:")?;
        let (data, iv) = inner.rsplit_once(",iv:")?;
        let whole = ![data, iv, tag, kind].contains(&"");
        whole.then_some(Self {
            data,
            iv,
            tag,
            kind,
        })
    }
}

impl DataKey {
    /// A key that nobody has yet.
    pub(super) fn random() -> Self {
        let mut key = Zeroizing::new([0; 32]);
        rand::rng().fill_bytes(key.as_mut());
        Self(key)
    }

    /// Takes the unwrapped key; sops only has this length.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut key = Zeroizing::new([0; 32]);
        (bytes.len() == key.len()).then(|| {
            key.copy_from_slice(bytes);
            Self(key)
        })
    }

    /// The plain key, to be wrapped for a recipient.
    pub(super) fn expose(&self) -> &[u8] {
        self.0.as_ref()
    }

    /// Opens an envelope; the additional data binds it to its place.
    pub(super) fn open(&self, envelope: &str, aad: &str) -> Result<Opened, CipherError> {
        let parts = Envelope::of(envelope).ok_or(CipherError::Format("it is not encrypted"))?;
        let decode = |text| {
            STANDARD
                .decode(text)
                .map_err(|_| CipherError::Format("its base64 is broken"))
        };
        let (iv, tag) = (decode(parts.iv)?, decode(parts.tag)?);
        let mut bytes = Zeroizing::new(decode(parts.data)?);
        if tag.len() != 16 {
            return Err(CipherError::Auth);
        }
        let tag = Tag::from_slice(&tag);
        match iv.len() {
            32 => self.open_with::<U32>(&iv, aad, &mut bytes, tag),
            16 => self.open_with::<U16>(&iv, aad, &mut bytes, tag),
            12 => self.open_with::<U12>(&iv, aad, &mut bytes, tag),
            _ => Err(CipherError::Format("its `iv` has an unusual length")),
        }?;
        Ok(Opened {
            kind: parts.kind.to_owned(),
            bytes,
        })
    }

    fn open_with<N: ArrayLength<u8>>(
        &self,
        iv: &[u8],
        aad: &str,
        bytes: &mut [u8],
        tag: &Tag,
    ) -> Result<(), CipherError> {
        AesGcm::<Aes256, N>::new(GenericArray::from_slice(self.expose()))
            .decrypt_in_place_detached(GenericArray::from_slice(iv), aad.as_bytes(), bytes, tag)
            .map_err(|_| CipherError::Auth)
    }

    /// Seals a value under a fresh IV of the length that sops writes.
    pub(super) fn seal(&self, plain: &[u8], kind: &str, aad: &str) -> String {
        let mut iv = [0; 32];
        rand::rng().fill_bytes(&mut iv);
        let mut bytes = Zeroizing::new(plain.to_vec());
        let tag = AesGcm::<Aes256, U32>::new(GenericArray::from_slice(self.expose()))
            .encrypt_in_place_detached(GenericArray::from_slice(&iv), aad.as_bytes(), &mut bytes)
            .expect("AES-GCM fails above 64 GiB only");
        format!(
            "ENC[AES256_GCM,data:{},iv:{},tag:{},type:{kind}]",
            STANDARD.encode(&*bytes),
            STANDARD.encode(iv),
            STANDARD.encode(tag)
        )
    }
}

/// Tells whether a list item is a comment: sops has no other place for one in a list.
pub(super) fn is_comment(text: &str) -> bool {
    Envelope::of(text).is_some_and(|envelope| envelope.kind == "comment")
}
