//! Decides who has to be told of what: the alerts that last now against those that lasted before.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, params};
use serde_json::Value;

use super::message::{Change, Message, Turn, gist};
use super::outbox::{has, put};
use super::receiver::Receiver;
use crate::base::scrub_for_all;
use crate::status::AlertStatus;

/// What a receiver was told last about an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) at: Timestamp,
    pub(super) gist: String,
    /// Whether it was not told since that it is gone.
    pub(super) lasts: bool,
    pub(super) number: u32,
}

/// What a receiver has to be told about an alert that lasts; pure.
pub(super) fn turn(
    alert: &AlertStatus,
    told: Option<&Told>,
    receiver: &Receiver,
    now: Timestamp,
) -> Option<Turn> {
    if alert.severity < receiver.severity {
        // one that became less grave is not told any more, but that it is gone will be
        return None;
    }
    let Some(told) = told else {
        return Some(Turn::Fired);
    };
    let same = told.gist == gist(alert);
    let again = receiver
        .repeat
        .is_some_and(|repeat| has_passed(repeat, told.at, now));
    match (told.lasts, same) {
        (true, false) => Some(Turn::Changed),
        (true, true) => again.then_some(Turn::Repeated),
        // it came back: the same is no news until it would have been told again anyway
        (false, true) if receiver.repeat.is_some() && !again => None,
        (false, _) => Some(Turn::Fired),
    }
}

/// Tells whether so much time has passed since; without a sum, which could leave what a time can be.
fn has_passed(time: Duration, since: Timestamp, now: Timestamp) -> bool {
    now.duration_since(since) >= SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX)
}

/// Settles all alerts of a document; in a transaction.
pub(super) fn settle(
    connection: &Connection,
    document: &str,
    alerts: Vec<AlertStatus>,
    receivers: &[Receiver],
    now: Timestamp,
) -> rusqlite::Result<Vec<Change>> {
    let mut before = firing(connection, document)?;
    let mut told = all_told(connection, document)?;
    let mut changes = Vec::new();
    let alerts: BTreeMap<String, AlertStatus> = alerts
        .into_iter()
        .map(|alert| (alert.key.clone(), alert))
        .collect();
    for (key, alert) in alerts {
        let old = before.remove(&key);
        let alert = fit(alert, document, old.as_ref());
        if old.as_ref() != Some(&alert) {
            keep(connection, document, &alert)?;
        }
        let mut repeated = false;
        for receiver in receivers {
            let known = told.remove(&(key.clone(), receiver.name.clone()));
            let Some(turn) = turn(&alert, known.as_ref(), receiver, now) else {
                continue;
            };
            // whoever was away is not told the same twice when it is back
            if turn == Turn::Repeated && has(connection, document, &receiver.name, &key)? {
                continue;
            }
            repeated |= turn == Turn::Repeated;
            let number = known.map_or(0, |told| told.number) + 1;
            let message = Message::new(alert.clone(), turn, number, now);
            put(connection, document, &receiver.name, &message)?;
            let told = Told {
                at: now,
                gist: gist(&alert),
                lasts: true,
                number,
            };
            note(connection, document, &key, &receiver.name, &told)?;
        }
        let turn = match old {
            None => Some(Turn::Fired),
            Some(old) if gist(&old) != gist(&alert) => Some(Turn::Changed),
            Some(_) => repeated.then_some(Turn::Repeated),
        };
        changes.extend(turn.map(|turn| Change { alert, turn }));
    }
    for (key, alert) in before {
        // nobody said yet who is to be told: then it is kept until somebody can be
        let unknown = told.iter().any(|((about, name), told)| {
            *about == key && told.lasts && receivers.iter().all(|it| it.name != *name)
        });
        if unknown {
            continue;
        }
        for receiver in receivers {
            if let Some(told) = told.get(&(key.clone(), receiver.name.clone())) {
                resolve(connection, document, receiver, told, &alert, now)?;
            }
        }
        connection.execute(
            "DELETE FROM firing WHERE document = ?1 AND key = ?2",
            params![document, key],
        )?;
        changes.push(Change {
            alert,
            turn: Turn::Resolved,
        });
    }
    forget(connection, document, receivers, now)?;
    Ok(changes)
}

/// Tells a receiver that an alert is gone, if it knows of it.
fn resolve(
    connection: &Connection,
    document: &str,
    receiver: &Receiver,
    told: &Told,
    alert: &AlertStatus,
    now: Timestamp,
) -> rusqlite::Result<()> {
    if !told.lasts {
        return Ok(());
    }
    let message = Message::new(alert.clone(), Turn::Resolved, told.number + 1, now);
    put(connection, document, &receiver.name, &message)?;
    let told = Told {
        lasts: false,
        number: told.number + 1,
        ..told.clone()
    };
    note(connection, document, &alert.key, &receiver.name, &told)
}

/// Makes an alert fit to be kept and told: of this document, since it was seen first, without secrets.
fn fit(alert: AlertStatus, document: &str, old: Option<&AlertStatus>) -> AlertStatus {
    let clean = |text: String| scrub_for_all(&text).unwrap_or_else(|| "(not shown)".to_owned());
    let mut difference = alert.difference;
    if let Some(difference) = &mut difference {
        for field in difference.fields.iter_mut().filter(|field| field.sensitive) {
            // whoever made the difference has done so already; what leaves the machine is looked at twice
            field.wanted = Value::Null;
            field.live = Value::Null;
        }
    }
    AlertStatus {
        document: document.to_owned(),
        summary: clean(alert.summary),
        detail: clean(alert.detail),
        difference,
        since: old.map_or(alert.since, |old| old.since.min(alert.since)),
        ..alert
    }
}

/// The alerts of a document that last, by key.
pub(super) fn firing(
    connection: &Connection,
    document: &str,
) -> rusqlite::Result<BTreeMap<String, AlertStatus>> {
    let mut statement = connection.prepare("SELECT key, alert FROM firing WHERE document = ?1")?;
    let rows = statement.query_map([document], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
    })?;
    let mut firing = BTreeMap::new();
    for row in rows {
        let (key, text) = row?;
        match serde_json::from_str(&text) {
            Ok(alert) => {
                firing.insert(key, alert);
            }
            // of a later version; as if it were new, which is better than none at all
            Err(error) => tracing::warn!(%error, key, "an alert that is kept cannot be read"),
        }
    }
    Ok(firing)
}

type ByReceiver = BTreeMap<(String, String), Told>;

fn all_told(connection: &Connection, document: &str) -> rusqlite::Result<ByReceiver> {
    let mut statement = connection
        .prepare("SELECT key, receiver, at, gist, lasts, number FROM told WHERE document = ?1")?;
    let rows = statement.query_map([document], |row| {
        let told = Told {
            at: Timestamp::from_millisecond(row.get(2)?).unwrap_or_default(),
            gist: row.get(3)?,
            lasts: row.get(4)?,
            number: row.get(5)?,
        };
        Ok(((row.get(0)?, row.get(1)?), told))
    })?;
    rows.collect()
}

fn keep(connection: &Connection, document: &str, alert: &AlertStatus) -> rusqlite::Result<()> {
    let text = serde_json::to_string(alert)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
    connection
        .prepare(
            "INSERT INTO firing (document, key, alert) VALUES (?1, ?2, ?3)
             ON CONFLICT (document, key) DO UPDATE SET alert = excluded.alert",
        )?
        .execute(params![document, alert.key, text])
        .map(|_| ())
}

fn note(
    connection: &Connection,
    document: &str,
    key: &str,
    receiver: &str,
    told: &Told,
) -> rusqlite::Result<()> {
    connection
        .prepare(
            "INSERT INTO told (document, key, receiver, at, gist, lasts, number)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (document, key, receiver) DO UPDATE SET
                 at = excluded.at, gist = excluded.gist, lasts = excluded.lasts,
                 number = excluded.number",
        )?
        .execute(params![
            document,
            key,
            receiver,
            told.at.as_millisecond(),
            told.gist,
            told.lasts,
            told.number
        ])
        .map(|_| ())
}

/// Forgets what was told of alerts that are gone, once it would be told again if it came back.
fn forget(
    connection: &Connection,
    document: &str,
    receivers: &[Receiver],
    now: Timestamp,
) -> rusqlite::Result<()> {
    for receiver in receivers {
        let repeat = receiver.repeat.unwrap_or_default();
        let repeat = i64::try_from(repeat.as_millis()).unwrap_or(i64::MAX);
        let oldest = now.as_millisecond().saturating_sub(repeat);
        connection
            .prepare(
                "DELETE FROM told WHERE document = ?1 AND receiver = ?2 AND lasts = 0 AND at <= ?3",
            )?
            .execute(params![document, receiver.name, oldest])?;
    }
    Ok(())
}
