use std::fmt::Write as _;

use jiff::SignedDuration;

use super::Follower;
use crate::base::{Count, Urgency};
use crate::status::{
    AlertKind, AlertStatus, Difference, FieldDifference, RunOutcome, RunStatus, SecretStatus,
};

/// A look that fails once may be a passing trouble of the network; the second time somebody is told.
const FAILURES: u32 = 2;

/// A secret that ends sooner is told.
const ENDS_SOON: SignedDuration = SignedDuration::from_hours(24 * 7);

impl Follower {
    /// Has told what lasts, as it stands; `run` is the one that ended, none in the middle of one.
    pub(super) fn settle(&mut self, run: Option<&RunStatus>) {
        let mut alerts: Vec<AlertStatus> = Vec::new();
        let differences = self.status.differences.iter();
        for difference in differences.filter(|difference| difference.moved.is_drift()) {
            let kind = if self.memory.is_fight(&difference.address) {
                AlertKind::Fight
            } else {
                AlertKind::Drift
            };
            alerts.push(self.drift(difference, kind));
        }
        alerts.extend(
            self.status
                .secrets
                .iter()
                .filter_map(|secret| self.secret(secret)),
        );
        if let Some(trouble) = self.trouble(run) {
            alerts.push(trouble);
        }
        let name = &self.status.name;
        self.shared.teller.settle(name, alerts, self.now());
    }

    fn drift(&self, difference: &Difference, kind: AlertKind) -> AlertStatus {
        AlertStatus {
            document: self.status.name.clone(),
            key: format!("drift/{}", difference.address),
            kind,
            severity: difference.severity,
            summary: summary(difference, kind),
            detail: detail(difference, kind),
            difference: Some(difference.clone()),
            since: difference.since,
        }
    }

    fn secret(&self, secret: &SecretStatus) -> Option<AlertStatus> {
        let what = format!("{} of {}", secret.field, secret.owner);
        let now = self.now();
        let (severity, summary) = match (secret.in_step, secret.expires) {
            (Some(false), _) => (
                Urgency::Critical,
                format!("the vendor has another {what} than {}", secret.source),
            ),
            (_, Some(end)) if end <= now => (Urgency::Critical, format!("{what} has expired")),
            (_, Some(end)) if end.duration_since(now) < ENDS_SOON => (
                Urgency::Warning,
                format!("{what} ends on {}", end.strftime("%F")),
            ),
            (_, _) => return None,
        };
        Some(AlertStatus {
            document: self.status.name.clone(),
            key: format!("secret/{}/{}", secret.owner, secret.field),
            kind: AlertKind::Secret,
            severity,
            summary,
            detail: "`dcrsync secrets status` lists all; `dcrsync rotate` makes a new one"
                .to_owned(),
            difference: None,
            since: now,
        })
    }

    /// What went wrong, for as long as it does.
    fn trouble(&self, run: Option<&RunStatus>) -> Option<AlertStatus> {
        let (kind, severity, what) = match (&self.broken, run.map(|run| run.outcome)) {
            (Some(_), _) => (
                AlertKind::Document,
                Urgency::Warning,
                "the document cannot be used; the last good one stays in force",
            ),
            (None, Some(RunOutcome::Unreachable)) if self.failures != 1 => (
                AlertKind::Unreachable,
                Urgency::Warning,
                "a vendor could not be reached, or would not let us in",
            ),
            (None, Some(RunOutcome::Refused)) => (
                AlertKind::Refused,
                Urgency::Warning,
                "a check or a guard refuses to go on",
            ),
            (None, Some(RunOutcome::Partial)) => (
                AlertKind::Apply,
                Urgency::Critical,
                "only a part could be applied",
            ),
            (None, Some(RunOutcome::Failed)) if self.failures == 0 || self.failures >= FAILURES => {
                (AlertKind::Apply, Urgency::Warning, "the run failed")
            }
            (None, None) => {
                // in the middle of a run nothing new is known; what lasted, lasts
                let last = self.status.last_run.as_ref()?;
                return self.trouble(Some(last));
            }
            (None, Some(_)) => return None,
        };
        let detail = self.status.trouble.clone().unwrap_or_default();
        Some(AlertStatus {
            document: self.status.name.clone(),
            key: kind.as_str().to_owned(),
            kind,
            severity,
            summary: format!("{what}: {}", detail.lines().next().unwrap_or_default()),
            detail,
            difference: None,
            since: run.map_or_else(|| self.now(), |run| run.started),
        })
    }
}

/// `okta.claim.default/client_id: value was changed by Eve`.
fn summary(difference: &Difference, kind: AlertKind) -> String {
    use crate::plan::Action;
    let address = &difference.address;
    let fields: Vec<&str> = difference
        .fields
        .iter()
        .map(|field| field.name.as_str())
        .collect();
    let what = match difference.action {
        Action::Create => "is gone".to_owned(),
        Action::Delete => "is there although nobody declares it".to_owned(),
        Action::Adopt if fields.is_empty() => "lost its owner's mark".to_owned(),
        Action::Adopt | Action::Update | Action::Replace => match fields.as_slice() {
            [one] => format!("`{one}` was changed"),
            more => format!("{} were changed", Count::of(more.len(), "field")),
        },
    };
    let who = difference
        .actor
        .as_ref()
        .map_or_else(String::new, |actor| format!(" by {}", actor.name));
    let fight = if kind == AlertKind::Fight {
        "; it came back after each repair, so another tool manages it, too, and it is left alone"
    } else {
        ""
    };
    format!("{address} {what}{who}{fight}")
}

fn detail(difference: &Difference, kind: AlertKind) -> String {
    let mut lines: Vec<String> = difference.fields.iter().map(field).collect();
    if let Some(actor) = &difference.actor {
        let mut line = format!("by {} ({}) at {}", actor.name, actor.login, actor.at);
        if let Some(ip) = &actor.ip {
            // writing to a string cannot fail
            let _ = write!(line, " from {ip}");
        }
        if let Some(agent) = &actor.user_agent {
            let _ = write!(line, " with {agent}");
        }
        let _ = write!(line, ": {}", actor.event);
        lines.push(line);
    } else if difference.address.vendor() == "konnect" {
        lines.push("by whom is not known: Konnect has no log that could be read".to_owned());
    }
    if let Some(place) = &difference.place {
        lines.push(format!("the document has it at {place}"));
    }
    if difference.times > 1 {
        lines.push(format!("seen {} times", difference.times));
    }
    lines.push(if kind == AlertKind::Fight {
        "find the other tool, or accept the difference with `ignore` or in the document".to_owned()
    } else {
        "`dcrsync plan` shows it, `dcrsync apply` mends it; or change the document, or accept it with `ignore`".to_owned()
    });
    lines.join("\n")
}

fn field(field: &FieldDifference) -> String {
    if field.sensitive {
        return format!("{}: differs (not shown)", field.name);
    }
    format!(
        "{}: {} in the document, {} live",
        field.name, field.wanted, field.live
    )
}
