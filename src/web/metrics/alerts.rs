use std::fmt;

use prometheus_client::encoding::DescriptorEncoder;

use super::families::number;
use super::family::Family;
use crate::base::Urgency;
use crate::status::Status;

/// What lasts, and what became of the messages.
pub(super) fn alerts(encoder: &mut DescriptorEncoder<'_>, status: &Status) -> fmt::Result {
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
