//! dcrsync makes Okta and Kong Konnect agree with one YAML document, so that developers can register
//! applications by Dynamic Client Registration (DCR).
//!
//! ```text
//!   document ──► config ──► kinds ──► desired ─┐
//!   (YAML)       tree       declare            ├─► plan ──► apply ──► prove ──► verify
//!   Okta ─────► vendor ──► kinds ──► live ─────┘   pure     writers   observe   token and
//!   Konnect     readers    list                    data               again     gateway
//! ```
//!
//! # Floors
//!
//! Imports go down only; `tests/floors.rs` keeps it so.
//!
//! | floor | module | what it is |
//! |---|---|---|
//! | 5 | [`cli`] | one file per command, arguments, output, exit codes |
//! | 4 | [`web`] | the status page, its API and metrics; shows what the daemon publishes, asks no vendor |
//! | 4 | [`daemon`] | what runs for months: triggers, drift, alerts, history, leadership |
//! | 3 | [`status`] | what the daemon publishes; pure |
//! | 3 | [`engine`] | the shell: load, observe, plan, apply, prove, verify |
//! | 2 | [`kinds`] | a folder per kind: how it is written, listed and changed; the registry |
//! | 2 | [`secrets`] | SOPS in and out, fingerprints; holds plaintext shortest |
//! | 1 | [`vendor`] | HTTP to the vendors: logging in, budgets, retry, pages, errors; knows no kind |
//! | 1 | [`config`] | YAML text → spanned tree → settings; pure |
//! | 1 | [`plan`] | difference, graph, guard, plan, seal; pure, knows no vendor and no kind by name |
//! | 0 | [`base`] | addresses, values, secrets, spans, diagnostics |
//! | side | [`sandbox`] | both vendors emulated; imports nothing but `base`, so that it cannot share a mistake |
//!
//! # Invariants
//!
//! - Planning cannot write: it holds readers, and only [`engine::Engine::apply`] makes writers.
//! - `plan` and `config` never read a clock, a file or the environment; time comes in as an argument.
//! - A plan is data. What is printed, saved, sealed and executed is the same value.
//! - No kind compares or prints by itself; the rules of its fields do it ([`plan::FieldRule`]).
//! - A secret in the document is a reference by type; a plaintext lives in [`base::Secret`], which has
//!   no `Display` and no `Serialize`. Plans hold fingerprints.
//! - A create is never repeated blindly: after a doubtful answer the object is looked for and adopted.
//! - Issued credentials are encrypted and on disk before any further request is sent.
//! - Nothing depends on a state file: ownership is in Konnect's labels, identity in natural keys.
#![cfg_attr(test, allow(clippy::unwrap_used, missing_docs))]

pub mod base;
pub mod cli;
pub mod config;
pub mod daemon;
pub mod engine;
pub mod kinds;
pub mod plan;
pub mod sandbox;
pub mod secrets;
pub mod status;
pub mod vendor;
pub mod web;
