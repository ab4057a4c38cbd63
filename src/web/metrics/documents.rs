use std::collections::BTreeMap;
use std::fmt;

use prometheus_client::encoding::DescriptorEncoder;

use super::families::{flag, instant};
use super::family::Family;
use crate::status::{DocumentStatus, Health, Status};

/// How each document is, what differs, and how its runs went.
pub(super) fn documents(encoder: &mut DescriptorEncoder<'_>, status: &Status) -> fmt::Result {
    health(encoder, status)?;
    objects(encoder, status)?;
    runs(encoder, status)
}

fn health(encoder: &mut DescriptorEncoder<'_>, status: &Status) -> fmt::Result {
    let mut family = Family::gauge(
        encoder,
        "dcrsync_document_health",
        "How a document is: 1 for the health that it has",
    )?;
    for document in &status.documents {
        for health in Health::ALL {
            let labels = [
                ("document", document.name.as_str()),
                ("health", health.as_str()),
            ];
            family.set(&labels, flag(document.health == health))?;
        }
    }
    let mut family = Family::gauge(
        encoder,
        "dcrsync_leader",
        "Whether this replica works on a document",
    )?;
    for document in &status.documents {
        family.set(&[("document", &document.name)], flag(document.leads))?;
    }
    let mut family = Family::gauge(
        encoder,
        "dcrsync_writes_held",
        "Whether a freeze, the kill switch or a back-off keeps a document from being applied",
    )?;
    for document in &status.documents {
        family.set(
            &[("document", &document.name)],
            flag(document.hold.is_some()),
        )?;
    }
    Ok(())
}

fn objects(encoder: &mut DescriptorEncoder<'_>, status: &Status) -> fmt::Result {
    let mut family = Family::gauge(
        encoder,
        "dcrsync_drift_objects",
        "Objects that are not as the document says, because a vendor's side was changed",
    )?;
    for document in &status.documents {
        for (kind, count) in differing(document, true) {
            family.set(&[("document", &document.name), ("kind", kind)], count)?;
        }
    }
    let mut family = Family::gauge(
        encoder,
        "dcrsync_pending_objects",
        "Objects that are not as the document says, because the document was changed",
    )?;
    for document in &status.documents {
        for (kind, count) in differing(document, false) {
            family.set(&[("document", &document.name), ("kind", kind)], count)?;
        }
    }
    Ok(())
}

/// How many objects of each kind differ; kinds without a difference are there with 0, so that an alert ends.
fn differing(document: &DocumentStatus, by_drift: bool) -> BTreeMap<&str, f64> {
    let declared = document.objects.iter().map(|object| object.address.kind());
    let mut counts: BTreeMap<&str, f64> = declared.map(|kind| (kind, 0.0)).collect();
    for difference in &document.differences {
        let count = counts.entry(difference.address.kind()).or_default();
        if difference.moved.is_drift() == by_drift {
            *count += 1.0;
        }
    }
    counts
}

fn runs(encoder: &mut DescriptorEncoder<'_>, status: &Status) -> fmt::Result {
    let mut family = Family::gauge(
        encoder,
        "dcrsync_last_success_timestamp_seconds",
        "When everything was last read without an error",
    )?;
    for document in &status.documents {
        if let Some(at) = document.last_success {
            family.set(&[("document", &document.name)], instant(at))?;
        }
    }
    let mut family = Family::gauge(
        encoder,
        "dcrsync_last_in_sync_timestamp_seconds",
        "When both vendors were last as the document says",
    )?;
    for document in &status.documents {
        if let Some(at) = document.last_in_sync {
            family.set(&[("document", &document.name)], instant(at))?;
        }
    }
    let mut family = Family::counter(encoder, "dcrsync_runs", "Runs that ended")?;
    for document in &status.documents {
        for way in &document.runs.outcomes {
            let labels = [
                ("document", document.name.as_str()),
                ("outcome", way.outcome.as_str()),
            ];
            family.add(&labels, way.count)?;
        }
    }
    let mut family = Family::histogram(
        encoder,
        "dcrsync_run_duration_seconds",
        "How long runs took",
    )?;
    for document in &status.documents {
        let buckets = document.runs.buckets.iter();
        let buckets: Vec<(f64, u64)> = buckets
            .map(|bucket| (bucket.up_to.unwrap_or(f64::INFINITY), bucket.count))
            .collect();
        family.lengths(
            &[("document", &document.name)],
            document.runs.seconds,
            &buckets,
        )?;
    }
    Ok(())
}
