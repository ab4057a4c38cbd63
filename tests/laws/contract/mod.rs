//! What our clients send is valid by the vendors' own contracts.
//!
//! Every world of these laws hears the requests of its run, and when it ends each of ours is judged:
//! the operation exists, its parameters are known and valid, the content type is one that it takes,
//! and the body agrees with its schema. [`story`] sees to it that each operation that we can send was
//! sent at least once.
//!
//! The contracts are the vendors' and not ours to publish. They are read from `DCRSYNC_CONTRACTS`,
//! else from beside the repository; without them nothing is judged, and a line says so. What the
//! portal's developers use has no contract there, so [`book`] has a small one of our own for it.

mod body;
mod book;
mod doubts;
mod hearing;
mod operation;
mod operations;
mod schema;
mod story;
mod tests;

pub(crate) use hearing::Hearing;
