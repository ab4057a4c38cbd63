use std::fmt;

use jiff::Timestamp;
use prometheus_client::encoding::DescriptorEncoder;
use prometheus_client::metrics::MetricType;

use super::family::Family;
use super::{alerts, documents, secrets, vendors};
use crate::status::Status;

/// Writes all metrics.
pub(super) fn all(
    encoder: &mut DescriptorEncoder<'_>,
    status: &Status,
    now: Timestamp,
) -> fmt::Result {
    process(encoder, status)?;
    documents::documents(encoder, status)?;
    vendors::vendors(encoder, status)?;
    alerts::alerts(encoder, status)?;
    secrets::secrets(encoder, status, now)
}

fn process(encoder: &mut DescriptorEncoder<'_>, status: &Status) -> fmt::Result {
    let labels = [("version", status.version.as_str())];
    encoder
        .encode_descriptor(
            "dcrsync_build",
            "The program that runs",
            None,
            MetricType::Info,
        )?
        .encode_info(&labels)?;
    Family::gauge(
        encoder,
        "dcrsync_start_time_seconds",
        "When the process began",
    )?
    .set(&[], instant(status.started))
}

/// 1 for what is so.
pub(super) fn flag(is_so: bool) -> f64 {
    if is_so { 1.0 } else { 0.0 }
}

/// Seconds since 1970.
pub(super) fn instant(at: Timestamp) -> f64 {
    at.as_duration().as_secs_f64()
}

/// Above 2^53 the last digit is lost, which no limit reaches.
#[allow(clippy::cast_precision_loss, reason = "see above")]
pub(super) fn number(number: u64) -> f64 {
    number as f64
}
