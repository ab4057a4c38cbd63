use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use rand::Rng as _;
use rand::distr::Alphanumeric;

/// The last characters name the cell that an org lives in; all ids of one org share them.
const CELL: &str = "5d7";
/// Ids have this many characters, whatever the kind.
const LENGTH: usize = 20;

/// Makes an id of 20 letters and digits, such as `aus1a2b3c4d5e6f7g5d7`.
pub(crate) fn id(prefix: &str) -> String {
    let random = LENGTH - prefix.len() - CELL.len();
    let middle: String = rand::rng()
        .sample_iter(Alphanumeric)
        .take(random)
        .map(char::from)
        .collect();
    format!("{prefix}{middle}{CELL}")
}

/// Makes a text nobody can guess from this many random bytes, as key ids, secrets and token ids have it.
pub(crate) fn random_text(bytes: usize) -> String {
    let mut raw = vec![0_u8; bytes];
    rand::rng().fill(raw.as_mut_slice());
    URL_SAFE_NO_PAD.encode(raw)
}

/// Prints a time as Okta does: UTC, whole seconds, and milliseconds that are always zero.
pub(crate) fn stamp(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string()
}
