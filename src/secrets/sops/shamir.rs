//! Shamir's scheme over GF(2^8) with the polynomial of AES, as sops splits a data key among groups.
//!
//! A share is the value of each byte's polynomial at one point, and the point itself as last byte.

use rand::RngCore;
use zeroize::Zeroizing;

/// Joins shares; `None` when their lengths or points do not go together.
pub(super) fn combine(shares: &[Zeroizing<Vec<u8>>]) -> Option<Zeroizing<Vec<u8>>> {
    let length = shares.first()?.len().checked_sub(1)?;
    let mut parts = Vec::with_capacity(shares.len());
    for share in shares {
        let (point, values) = share.split_last()?;
        if values.len() != length || parts.iter().any(|(known, _)| known == point) {
            return None;
        }
        parts.push((*point, values));
    }
    let mut secret = Zeroizing::new(vec![0; length]);
    for (point, values) in &parts {
        // the Lagrange basis at zero; subtraction is addition in this field
        let weight = parts
            .iter()
            .filter(|(other, _)| other != point)
            .fold(1, |weight, (other, _)| {
                times(weight, times(*other, inverse(other ^ point)))
            });
        for (byte, value) in secret.iter_mut().zip(*values) {
            *byte ^= times(weight, *value);
        }
    }
    Some(secret)
}

/// Splits a secret into shares, any `threshold` of which suffice.
pub(super) fn split(secret: &[u8], shares: u8, threshold: u8) -> Vec<Zeroizing<Vec<u8>>> {
    let mut made: Vec<_> = (1..=shares)
        .map(|point| (point, Zeroizing::new(Vec::with_capacity(secret.len() + 1))))
        .collect();
    let mut coefficients = Zeroizing::new(vec![0; usize::from(threshold.saturating_sub(1))]);
    for byte in secret {
        rand::rng().fill_bytes(&mut coefficients);
        for (point, share) in &mut made {
            let value = coefficients
                .iter()
                .fold(0, |sum, coefficient| times(sum ^ coefficient, *point));
            share.push(value ^ byte);
        }
    }
    made.into_iter()
        .map(|(point, mut share)| {
            share.push(point);
            share
        })
        .collect()
}

/// Multiplies without tables and branches, whose timing would tell of the operands.
fn times(one: u8, other: u8) -> u8 {
    let (mut one, mut product) = (one, 0);
    for bit in 0..8 {
        product ^= one & 0u8.wrapping_sub((other >> bit) & 1);
        let carry = 0u8.wrapping_sub(one >> 7);
        one = (one << 1) ^ (carry & 0x1b);
    }
    product
}

/// The 254th power, which is the inverse.
fn inverse(number: u8) -> u8 {
    (0..253).fold(number, |power, _| times(power, number))
}

#[cfg(test)]
mod tests;
