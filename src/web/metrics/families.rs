use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use prometheus_client::encoding::DescriptorEncoder;
use prometheus_client::metrics::MetricType;

use super::family::Family;
use crate::base::Urgency;
use crate::status::{DocumentStatus, Health, Status};

/// Writes all metrics.
pub(super) fn all(
    encoder: &mut DescriptorEncoder<'_>,
    status: &Status,
    now: Timestamp,
) -> fmt::Result {
    process(encoder, status)?;
    health(encoder, status)?;
    objects(encoder, status)?;
    runs(encoder, status)?;
    vendors(encoder, status)?;
    alerts(encoder, status)?;
    secrets(encoder, status, now)
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

fn vendors(encoder: &mut DescriptorEncoder<'_>, status: &Status) -> fmt::Result {
    let mut family = Family::counter(
        encoder,
        "dcrsync_requests",
        "Requests that were sent to vendors",
    )?;
    for request in &status.requests {
        let code = request
            .status
            .map_or("none".to_owned(), |it| it.to_string());
        let labels = [
            ("vendor", request.vendor.as_str()),
            ("bucket", request.bucket.as_str()),
            ("status", code.as_str()),
        ];
        family.add(&labels, request.count)?;
    }
    let mut family = Family::gauge(
        encoder,
        "dcrsync_budget_limit",
        "Requests that a vendor allows in a window",
    )?;
    for budget in &status.budgets {
        if let Some(limit) = budget.limit {
            family.set(&budget_labels(budget), number(limit))?;
        }
    }
    let mut family = Family::gauge(
        encoder,
        "dcrsync_budget_left",
        "Requests that may still be sent in this window",
    )?;
    for budget in &status.budgets {
        if let Some(left) = budget.left {
            family.set(&budget_labels(budget), number(left))?;
        }
    }
    Ok(())
}

fn budget_labels(budget: &crate::status::BudgetStatus) -> [(&'static str, &str); 3] {
    [
        ("vendor", &budget.vendor),
        ("origin", &budget.origin),
        ("bucket", &budget.bucket),
    ]
}

fn alerts(encoder: &mut DescriptorEncoder<'_>, status: &Status) -> fmt::Result {
    let alerting = &status.alerting;
    let mut family = Family::gauge(
        encoder,
        "dcrsync_alerts_firing",
        "Alerts that last at present",
    )?;
    for document in &status.documents {
        for severity in Urgency::ALL {
            let firing = alerting.firing.iter();
            let count = firing
                .filter(|it| it.document == document.name && it.severity == severity)
                .fold(0.0, |count, _| count + 1.0);
            let labels = [
                ("document", document.name.as_str()),
                ("severity", severity.as_str()),
            ];
            family.set(&labels, count)?;
        }
    }
    Family::gauge(
        encoder,
        "dcrsync_alerts_waiting",
        "Messages that are still to be delivered",
    )?
    .set(&[], number(alerting.waiting))?;
    for (name, help, count) in [
        (
            "dcrsync_alerts_delivered",
            "Messages that were delivered",
            alerting.delivered,
        ),
        (
            "dcrsync_alerts_failed",
            "Tries to deliver a message that failed",
            alerting.failed,
        ),
        (
            "dcrsync_alerts_refused",
            "Messages that a receiver refused",
            alerting.refused,
        ),
    ] {
        Family::counter(encoder, name, help)?.add(&[], count)?;
    }
    Ok(())
}

fn secrets(encoder: &mut DescriptorEncoder<'_>, status: &Status, now: Timestamp) -> fmt::Result {
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

fn flag(is_so: bool) -> f64 {
    if is_so { 1.0 } else { 0.0 }
}

/// Seconds since 1970.
fn instant(at: Timestamp) -> f64 {
    at.as_duration().as_secs_f64()
}

/// Above 2^53 the last digit is lost, which no limit reaches.
#[allow(clippy::cast_precision_loss, reason = "see above")]
fn number(number: u64) -> f64 {
    number as f64
}
