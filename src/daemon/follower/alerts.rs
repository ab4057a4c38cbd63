use jiff::SignedDuration;

use super::Follower;
use crate::base::Urgency;
use crate::daemon::drift_alert;
use crate::status::{AlertKind, AlertStatus, RunOutcome, RunStatus, SecretStatus};

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
            alerts.push(drift_alert(&self.status.name, difference, kind));
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
