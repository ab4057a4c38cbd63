//! Takes messages from the outbox to their receivers: each receiver's in order, all receivers at once.

use std::collections::BTreeSet;
use std::error::Error;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use jiff::Timestamp;

use super::back_off;
use super::desk::Inner;
use super::format::headline;
use super::message::Message;
use super::outbox::{Head, Line};
use super::receiver::Receiver;
use super::send::Reply;
use crate::daemon::store::StoreError;
use crate::status::{Happening, HistoryEntry};

/// How long what is under way may take to end when it is asked to stop.
const GRACE: Duration = Duration::from_secs(5);
/// How long is waited when the state cannot be used; nothing is lost meanwhile.
const PAUSE: Duration = Duration::from_secs(10);

type UnderWay = FuturesUnordered<BoxFuture<'static, Line>>;

pub(super) async fn deliver(inner: &Arc<Inner>, stop: impl Future<Output = ()>) {
    let mut stop = pin!(stop);
    let mut under_way = UnderWay::new();
    let mut busy = BTreeSet::new();
    loop {
        let wait = launch(inner, &mut under_way, &mut busy).await;
        tokio::select! {
            biased;
            () = &mut stop => break,
            Some(line) = under_way.next(), if !under_way.is_empty() => {
                busy.remove(&line);
            }
            () = inner.wake.notified() => {}
            () = inner.clock.sleep(wait.unwrap_or_default()), if wait.is_some() => {}
        }
    }
    let rest = async { while under_way.next().await.is_some() {} };
    tokio::select! {
        () = rest => {}
        // what has no answer yet is sent again, under the same id
        () = inner.clock.sleep(GRACE) => {}
    }
}

/// Begins with the first message of each receiver that is due, and tells when the next one will be.
async fn launch(
    inner: &Arc<Inner>,
    under_way: &mut UnderWay,
    busy: &mut BTreeSet<Line>,
) -> Option<Duration> {
    let heads = match blocking(inner, |inner| inner.outbox.heads()).await {
        Ok(heads) => heads,
        Err(error) => {
            tracing::error!(
                error = &error as &dyn Error,
                "alerts wait: the outbox cannot be read"
            );
            return Some(PAUSE);
        }
    };
    let now = inner.now();
    let mut next: Option<Duration> = None;
    for head in heads {
        if busy.contains(&head.line) {
            continue;
        }
        let Some(receiver) = receiver(inner, &head.line) else {
            continue;
        };
        let left =
            Duration::from_millis(u64::try_from(head.due.saturating_sub(now)).unwrap_or_default());
        // more than any wait may be: the clock was set back, and tells nothing of how long it was
        if !left.is_zero() && left <= back_off::LONGEST_ASKED {
            next = Some(next.map_or(left, |next| next.min(left)));
            continue;
        }
        busy.insert(head.line.clone());
        let inner = Arc::clone(inner);
        under_way.push(Box::pin(attempt(inner, head, receiver)));
    }
    next
}

fn receiver(inner: &Inner, line: &Line) -> Option<Receiver> {
    let receivers = inner.of(&line.document)?;
    receivers
        .iter()
        .find(|receiver| receiver.name == line.receiver)
        .cloned()
}

/// Tries a message once and notes what came of it.
async fn attempt(inner: Arc<Inner>, head: Head, receiver: Receiver) -> Line {
    let line = head.line.clone();
    let message: Message = match serde_json::from_str(&head.message) {
        Ok(message) => message,
        Err(error) => {
            tracing::error!(%error, key = head.key, "a message that cannot be read is dropped");
            let id = head.id;
            note(&inner, move |inner| inner.outbox.remove(id)).await;
            return line;
        }
    };
    let reply = inner.courier.send(&receiver.target, &message).await;
    match reply {
        Reply::Arrived => {
            tracing::debug!(
                document = line.document,
                receiver = line.receiver,
                id = message.id,
                "an alert was delivered"
            );
            // before it leaves the outbox: whoever sees that nothing waits, sees that it arrived
            inner.counts.delivered.fetch_add(1, Ordering::Relaxed);
            let id = head.id;
            note(&inner, move |inner| inner.outbox.remove(id)).await;
            record(&inner, &line, &message, headline(&message), true).await;
        }
        Reply::Refused { why, tries } => {
            inner.counts.failed.fetch_add(1, Ordering::Relaxed);
            if head.refusals + 1 < tries {
                again(&inner, &head, &why, None, true).await;
            } else {
                inner.counts.refused.fetch_add(1, Ordering::Relaxed);
                give_up(&inner, &head, &message, &why).await;
            }
        }
        Reply::Later { why, after } => {
            inner.counts.failed.fetch_add(1, Ordering::Relaxed);
            again(&inner, &head, &why, after, false).await;
        }
    }
    inner.changed();
    line
}

async fn again(inner: &Arc<Inner>, head: &Head, why: &str, after: Option<Duration>, refused: bool) {
    let wait = back_off::wait(head.failures.saturating_add(1), after, fastrand::f64());
    tracing::warn!(
        document = head.line.document,
        receiver = head.line.receiver,
        failures = head.failures + 1,
        seconds = wait.as_secs_f64(),
        "an alert was not delivered and is tried again: {why}"
    );
    let (id, now) = (head.id, inner.now());
    note(inner, move |inner| {
        inner.outbox.failed(id, refused, now, wait)
    })
    .await;
}

async fn give_up(inner: &Arc<Inner>, head: &Head, message: &Message, why: &str) {
    tracing::error!(
        document = head.line.document,
        receiver = head.line.receiver,
        key = head.key,
        "an alert is given up: {why}"
    );
    let id = head.id;
    note(inner, move |inner| inner.outbox.remove(id)).await;
    let text = format!("{} (given up: {why})", headline(message));
    record(inner, &head.line, message, text, false).await;
}

/// Notes in the state, however long that takes: without it the message would be sent again at once.
async fn note(
    inner: &Arc<Inner>,
    work: impl Fn(&Inner) -> Result<(), StoreError> + Send + Sync + 'static,
) {
    let work = Arc::new(work);
    loop {
        let once = Arc::clone(&work);
        match blocking(inner, move |inner| once(inner)).await {
            Ok(()) => return,
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn Error,
                    "what became of an alert cannot be noted; it is tried again"
                );
                inner.clock.sleep(PAUSE).await;
            }
        }
    }
}

async fn record(inner: &Arc<Inner>, line: &Line, message: &Message, text: String, delivered: bool) {
    let Some(history) = inner.history.clone() else {
        return;
    };
    let entry = HistoryEntry {
        at: Timestamp::from_second(inner.clock.unix()).unwrap_or(message.at),
        document: line.document.clone(),
        what: Happening::Alerted {
            key: message.alert.key.clone(),
            receiver: line.receiver.clone(),
            message: text,
            delivered,
        },
    };
    let recorded = blocking(inner, move |_| history.record(&entry)).await;
    if let Err(error) = recorded {
        tracing::warn!(error = &error as &dyn Error, "the history misses an alert");
    }
}

/// Does what waits for the disk where it holds nobody else up.
async fn blocking<T: Send + 'static>(
    inner: &Arc<Inner>,
    work: impl FnOnce(&Inner) -> T + Send + 'static,
) -> T {
    let inner = Arc::clone(inner);
    match tokio::task::spawn_blocking(move || work(&inner)).await {
        Ok(done) => done,
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        // the runtime ends, and this with it
        Err(_) => std::future::pending().await,
    }
}
