use std::fmt;

use jiff::Timestamp;
use prometheus_client::encoding::DescriptorEncoder;

use super::families::{flag, instant};
use super::family::Family;
use crate::status::Status;

/// How old each secret is, and when it ends.
pub(super) fn secrets(
    encoder: &mut DescriptorEncoder<'_>,
    status: &Status,
    now: Timestamp,
) -> fmt::Result {
    let each = || {
        status.documents.iter().flat_map(|document| {
            document.secrets.iter().map(|secret| {
                let labels = [
                    ("document", document.name.as_str()),
                    ("owner", secret.owner.as_str()),
                    ("field", secret.field.as_str()),
                ];
                (labels, secret)
            })
        })
    };
    let mut family = Family::gauge(
        encoder,
        "dcrsync_secret_age_seconds",
        "How long a secret is in use",
    )?;
    for (labels, secret) in each() {
        if let Some(since) = secret.since {
            family.set(&labels, now.duration_since(since).as_secs_f64())?;
        }
    }
    let mut family = Family::gauge(
        encoder,
        "dcrsync_secret_expiry_timestamp_seconds",
        "When a secret stops working",
    )?;
    for (labels, secret) in each() {
        if let Some(end) = secret.expires {
            family.set(&labels, instant(end))?;
        }
    }
    let mut family = Family::gauge(
        encoder,
        "dcrsync_secret_in_step",
        "Whether Konnect has the same secret as the document",
    )?;
    for (labels, secret) in each() {
        if let Some(is_in_step) = secret.in_step {
            family.set(&labels, flag(is_in_step))?;
        }
    }
    Ok(())
}
