//! Nothing is made twice: whatever was made in a round is there at its end, and under one name.

use dcrsync::sandbox::Change;

use super::Round;
use crate::stage::Stage;

/// Collections in which new things take the place of old ones: a secret that was lost is renewed.
const RENEWED: [&str; 2] = ["secrets", "credentials"];

/// Clients that Konnect forgot: it registers them itself, and where Okta's answer is lost there is one
/// that nobody but an administrator may remove.
pub(super) fn forgotten(round: &Round<'_>, stage: &Stage) -> usize {
    let entries = stage.since(round.since);
    let lost = entries
        .iter()
        .filter(|entry| entry.fault.is_some() && entry.path.starts_with("/oauth2/v1/clients"));
    lost.count()
}

pub(super) fn wrong(round: &Round<'_>, stage: &Stage) -> Vec<String> {
    let mut forgotten = forgotten(round, stage);
    let made: Vec<Change> = stage
        .sandbox
        .audit()
        .into_iter()
        .filter(|change| change.n > round.since && change.action == "create")
        .filter(|change| !RENEWED.contains(&change.kind.as_str()))
        .collect();
    let mut wrong = Vec::new();
    for change in made {
        let Some(id) = &change.id else { continue };
        let there = round.after.things.iter().any(|thing| {
            thing.id == *id || thing.json["credentials"]["oauthClient"]["client_id"] == *id.as_str()
        });
        if there || round.excused.contains(id) {
            continue;
        }
        if change.kind == "clients" && forgotten > 0 {
            forgotten -= 1;
            continue;
        }
        wrong.push(format!(
            "a thing of {} named {:?} was made and is not there any more",
            change.kind, change.name
        ));
    }
    wrong
}
