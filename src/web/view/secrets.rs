use jiff::{SignedDuration, Timestamp};
use maud::{Markup, html};

use super::Look;
use super::table::table;
use super::when::{age, when};
use crate::base::printable;
use crate::status::{DocumentStatus, SecretStatus};

/// An end within this time is pointed out.
const SOON: SignedDuration = SignedDuration::from_hours(24 * 14);

const HEADS: [&str; 6] = ["Owner", "Secret", "From", "Age", "Ends", "In Konnect"];

/// How old each secret is and when it ends; none is told.
pub(super) fn secrets(look: &Look<'_>, document: &DocumentStatus) -> Markup {
    html! {
        @if !document.secrets.is_empty() {
            section #secrets aria-labelledby="secrets-head" {
                h2 #secrets-head { "Secrets" }
                (table(
                    "secrets-table",
                    "Secrets",
                    &HEADS,
                    &html! { @for secret in &document.secrets { (row(look, secret)) } },
                ))
            }
        }
    }
}

fn row(look: &Look<'_>, secret: &SecretStatus) -> Markup {
    html! {
        tr {
            th scope="row" .mono { (printable(&secret.owner)) }
            td data-name="Secret" { code { (printable(&secret.field)) } }
            td data-name="From" { code { (printable(&secret.source)) } }
            td data-name="Age" {
                @match secret.since {
                    Some(since) => { span title=(since) { (age(since, look.now)) } }
                    None => { span .soft { "not known" } }
                }
            }
            td data-name="Ends" { (end(secret.expires, look.now)) }
            td data-name="In Konnect" {
                @match secret.in_step {
                    Some(true) => { span .fine { "the same" } }
                    Some(false) => { strong .bad { "another one" } }
                    None => { span .soft { "nobody can tell" } }
                }
            }
        }
    }
}

fn end(expires: Option<Timestamp>, now: Timestamp) -> Markup {
    html! {
        @match expires {
            None => { span .soft { "not known" } }
            Some(end) if end <= now => { strong .bad { "ended " (when(end, now)) } }
            Some(end) if end.duration_since(now) < SOON => { strong .warn { (when(end, now)) } }
            Some(end) => { (when(end, now)) }
        }
    }
}
