use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use jiff::Timestamp;

use super::message::{Message, Turn};
use super::receiver::{Receiver, Target};
use super::send::{Courier, Reply};
use super::{DeskError, DeskOptions};
use crate::base::Urgency;
use crate::status::{AlertKind, AlertStatus};
use crate::vendor::Clock;

/// What came of a test message to one receiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// The receiver, `slack #1`.
    pub receiver: String,
    /// Its kind, `slack`.
    pub kind: &'static str,
    /// Why it did not arrive; nothing when it did.
    pub failure: Option<String>,
    /// How long the answer took.
    pub took: Duration,
}

impl Trial {
    /// Tells whether the message arrived.
    pub fn passed(&self) -> bool {
        self.failure.is_none()
    }
}

/// Sends one test message to each receiver, once, without a state.
pub async fn try_out(
    document: &str,
    receivers: &[Receiver],
    options: &DeskOptions,
    clock: Arc<dyn Clock>,
) -> Result<Vec<Trial>, DeskError> {
    let courier = Courier::new(&options.courier(), Arc::clone(&clock))?;
    for receiver in receivers {
        courier.learn(&receiver.target);
    }
    Ok(all(&courier, document, receivers, clock.as_ref()).await)
}

/// Sends one test message to each receiver, all at once.
pub(super) async fn all(
    courier: &Courier,
    document: &str,
    receivers: &[Receiver],
    clock: &dyn Clock,
) -> Vec<Trial> {
    let trials = receivers
        .iter()
        .map(|receiver| one(courier, document, receiver, clock));
    join_all(trials).await
}

async fn one(courier: &Courier, document: &str, receiver: &Receiver, clock: &dyn Clock) -> Trial {
    let begun = clock.now();
    let now = Timestamp::from_second(clock.unix()).unwrap_or_default();
    let alert = alert(document, receiver, now);
    let message = Message::new(alert.clone(), Turn::Fired, 1, now);
    let mut reply = courier.send(&receiver.target, &message).await;
    if let (Reply::Arrived, Target::PagerDuty { .. }) = (&reply, &receiver.target) {
        // nobody is to be woken by an incident that nothing ends
        let over = Message::new(alert, Turn::Resolved, 2, now);
        reply = courier.send(&receiver.target, &over).await;
    }
    Trial {
        receiver: receiver.name.clone(),
        kind: receiver.target.kind(),
        failure: match reply {
            Reply::Arrived => None,
            Reply::Refused { why, .. } | Reply::Later { why, .. } => Some(why),
        },
        took: clock.now().saturating_sub(begun),
    }
}

fn alert(document: &str, receiver: &Receiver, now: Timestamp) -> AlertStatus {
    AlertStatus {
        document: document.to_owned(),
        // another one each time, or a receiver would take the second for a repetition
        key: format!("test/{}", uuid::Uuid::new_v4().simple()),
        kind: AlertKind::Test,
        severity: Urgency::Info,
        summary: format!("a test message to `{}`", receiver.name),
        detail: String::new(),
        difference: None,
        since: now,
    }
}
