//! Nothing is made twice: whatever was made in a round is there at its end, and under one name.

use dcrsync::sandbox::Change;

use super::Round;
use crate::stage::Stage;

/// Collections in which new things take the place of old ones: a secret that was lost is renewed.
const RENEWED: [&str; 2] = ["secrets", "credentials"];

pub(super) fn wrong(round: &Round<'_>, stage: &Stage) -> Vec<String> {
    // Konnect registers clients itself; where its answer from Okta is lost it forgets one, and
    // nobody but an administrator may remove that
    let lost = |entry: &&dcrsync::sandbox::Entry| {
        entry.fault.is_some() && entry.path.starts_with("/oauth2/v1/clients")
    };
    let entries = stage.since(round.since);
    let mut forgotten = entries.iter().filter(lost).count();
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
