//! The messages of sops' key service in the wire format of Protocol Buffers
//! (<https://protobuf.dev/programming-guides/encoding/>), as far as two calls need it.

use zeroize::Zeroizing;

use crate::secrets::sops::keys::Holder;

/// The numbers of the kinds of keys that are no services of the table.
const PGP: u32 = 2;
const AGE: u32 = 6;

/// `EncryptRequest` and `DecryptRequest` have the same form: a key, and the bytes it is about.
pub(super) fn request(holder: &Holder, bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    let (number, key) = match holder {
        Holder::Age(recipient) => (AGE, field(1, recipient.as_bytes())),
        Holder::Pgp(fingerprint) => (PGP, field(1, fingerprint.as_bytes())),
        Holder::Service(key) => {
            let mut fields = Vec::new();
            for (_, number, value) in key.fields() {
                fields.extend(field(number, value.as_bytes()));
            }
            for (name, value) in &key.context {
                let entry = [field(1, name.as_bytes()), field(2, value.as_bytes())].concat();
                if let Some(number) = key.service.context {
                    fields.extend(field(number, &entry));
                }
            }
            (key.service.number, fields)
        }
    };
    Zeroizing::new([field(1, &field(number, &key)), field(2, bytes)].concat())
}

/// The bytes of the first field, which is all that an answer has.
pub(super) fn answer(message: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut rest = message;
    while !rest.is_empty() {
        let tag = varint(&mut rest)?;
        if tag & 7 != 2 {
            return None;
        }
        let length = usize::try_from(varint(&mut rest)?).ok()?;
        let (bytes, after) = rest.split_at_checked(length)?;
        if tag >> 3 == 1 {
            return Some(Zeroizing::new(bytes.to_vec()));
        }
        rest = after;
    }
    None
}

/// A field of the length-delimited type.
fn field(number: u32, bytes: &[u8]) -> Vec<u8> {
    let mut field = Vec::with_capacity(bytes.len() + 8);
    put_varint(u64::from(number << 3 | 2), &mut field);
    put_varint(bytes.len() as u64, &mut field);
    field.extend(bytes);
    field
}

fn put_varint(mut number: u64, into: &mut Vec<u8>) {
    while number >= 0x80 {
        into.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    into.push((number & 0x7f) as u8);
}

fn varint(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (byte, after) = rest.split_first()?;
        *rest = after;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests;
