//! What is seen: pure functions from a [`Status`] and a time to HTML.
//!
//! Texts are escaped by the macro when it is compiled. Nothing relies on colour alone: each state has a
//! word and a sign, and the picture is told once more as a table.

mod budgets;
mod difference;
mod document;
mod health;
mod history;
mod home;
mod layout;
mod picture;
mod secrets;
mod table;
mod value;
mod when;

use jiff::Timestamp;

use crate::status::Status;

pub(super) use document::document;
pub(super) use home::home;
pub(super) use layout::nothing_here;

/// What a page is made of.
pub(super) struct Look<'a> {
    pub(super) status: &'a Status,
    /// The name of this status among others.
    pub(super) version: &'a str,
    pub(super) now: Timestamp,
}

/// The path of a document's page.
pub(super) fn address_of(document: &str) -> String {
    let mut path = String::from("/documents/");
    for byte in document.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            path.push(char::from(byte));
        } else {
            path.push('%');
            path.push_str(&data_encoding::HEXUPPER.encode(&[byte]));
        }
    }
    path
}
