//! Who may ask: under which name, with which secret, from which page.
//!
//! Each is a layer over the routes and answers by itself what it refuses, in one line of text that
//! repeats nothing of the request.

mod host;
mod login;
mod origin;

pub(super) use host::host;
pub(super) use login::login;
pub(super) use origin::origin;
