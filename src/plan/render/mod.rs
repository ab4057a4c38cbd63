//! The plan for readers: text for a terminal, JSON for scripts, Markdown and annotations for a review.
//!
//! Pure: a [`View`] goes in, a text comes out. Nothing here looks at a terminal or an environment;
//! whether to colour is the caller's to say. Names and values come from people and vendors, so each
//! form escapes them in its own way, and a secret is never more than the word for it.

mod change;
mod github;
mod json;
mod markdown;
mod paint;
mod shape;
mod summary;
mod text;
mod value;

use super::Plan;
use crate::base::SourceMap;

pub use github::{Notice, annotation, github};
pub use json::{json, json_schema};
pub use markdown::{MAX_MARKDOWN, markdown};
pub use shape::{DocumentJson, RefusalJson};
pub use text::text;

/// A plan and what its readers are told about it.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The document's files, to tell which line caused a change.
    pub sources: &'a SourceMap,
    /// The document's `name`.
    pub document: &'a str,
    /// The document's digest.
    pub digest: &'a str,
    /// When the vendors were read, RFC 3339.
    pub observed_at: &'a str,
    /// How long applying will take about, where that is known.
    pub seconds: Option<u64>,
}

#[cfg(test)]
mod tests;
