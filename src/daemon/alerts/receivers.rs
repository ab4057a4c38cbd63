use std::collections::BTreeMap;
use std::path::PathBuf;

use super::{Receiver, ReceiverError, Target};
use crate::base::{Secret, SecretRef};
use crate::config::{Alert, Interval};
use crate::engine::{Engine, EngineError};

/// An entry of `alerts` that nobody can be told by.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// Its secret cannot be read.
    #[error("the secret of the alerts' receiver `{receiver}` cannot be read")]
    Secret {
        /// The receiver, `slack #1`.
        receiver: String,
        /// Why.
        source: Box<EngineError>,
    },
    /// Nothing can be sent there.
    #[error("the alerts' receiver `{receiver}` cannot be used")]
    Target {
        /// The receiver, `slack #1`.
        receiver: String,
        /// Why.
        source: ReceiverError,
    },
}

impl Unusable {
    /// A way out.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Secret { .. } => "correct the reference below `alerts` in the document",
            Self::Target { .. } => "correct the secret that `alerts` in the document names",
        }
    }
}

/// The receivers that a document names, each with its secrets; `slack #2` is its second Slack channel.
pub fn receivers(alerts: &[Alert], engine: &Engine) -> Result<Vec<Receiver>, Unusable> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    alerts
        .iter()
        .map(|alert| {
            let count = counts.entry(alert.kind()).or_default();
            *count += 1;
            let name = format!("{} #{count}", alert.kind());
            one(alert, name, engine)
        })
        .collect()
}

/// The CA files of the document: whoever needs them for the vendors has a proxy that receivers are behind, too.
pub fn ca_files(engine: &Engine) -> Vec<PathBuf> {
    let settings = &engine.checked().settings;
    let okta = settings.okta.as_ref().and_then(|it| it.ca_file.as_ref());
    let konnect = settings.konnect.as_ref().and_then(|it| it.ca_file.as_ref());
    okta.into_iter()
        .chain(konnect)
        .map(|file| engine.path(file))
        .collect()
}

fn one(alert: &Alert, name: String, engine: &Engine) -> Result<Receiver, Unusable> {
    let secret = |reference: &SecretRef| -> Result<Secret, Unusable> {
        let place = format!("alerts, {name}");
        engine
            .secret(reference, &place)
            .map_err(|source| Unusable::Secret {
                receiver: name.clone(),
                source: Box::new(source),
            })
    };
    let target = match alert {
        Alert::Slack(slack) => Target::Slack {
            url: secret(&slack.url)?,
        },
        Alert::Teams(teams) => Target::Teams {
            url: secret(&teams.url)?,
        },
        Alert::PagerDuty(pagerduty) => Target::PagerDuty {
            routing_key: secret(&pagerduty.routing_key)?,
            url: None,
        },
        Alert::Webhook(webhook) => Target::Webhook {
            url: webhook.url.url().clone(),
            secret: webhook.secret.as_ref().map(secret).transpose()?,
        },
        Alert::Command(command) => Target::Command {
            run: command.run.clone(),
        },
    };
    if let Err(source) = target.check() {
        return Err(Unusable::Target {
            receiver: name,
            source,
        });
    }
    Ok(Receiver {
        name,
        severity: alert.severity(),
        repeat: alert.repeat().map(Interval::duration),
        target,
    })
}
