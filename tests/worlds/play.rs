//! Plays one case on a stage and holds it to the laws.

use std::time::Duration;

use dcrsync::engine::{ApplyReport, EngineError, Outcome, Planned, Silent, Stop};
use dcrsync::plan::{Refusal, RefusalKind, Step};

use crate::case::{Case, RoundCase};
use crate::drift::at;
use crate::laws::{Round, uses, works};
use crate::picture::{Picture, Thing};
use crate::plant::plant;
use crate::stage::{Manner, Stage, TODAY};
use crate::vocabulary::{Draft, document};

/// Undisturbed runs after which the world must have come to rest, refused ones aside.
const RUNS: usize = 2;

/// Plays a case from the beginning; tells what law was broken.
pub(crate) async fn play(stage: &mut Stage, case: &Case) -> Result<(), String> {
    stage.clear();
    plant(stage, &case.planted).await;
    let mut draft = Draft::default();
    let mut before = None;
    for (number, round) in case.rounds.iter().enumerate() {
        draft.slots.extend(round.mentions.iter().cloned());
        (draft.prune, draft.rename) = (round.prune, round.rename);
        stage.document = document(&draft, before.as_ref());
        before = Some(stage.document.clone());
        let played = self::round(stage, round).await;
        played.map_err(|wrong| {
            format!(
                "round {}: {wrong}\nthe document: {}",
                number + 1,
                stage.document
            )
        })?;
    }
    Ok(())
}

/// What happens beside the document in one round.
struct Course<'a> {
    stage: &'a Stage,
    manner: Manner,
    /// Ids of what a person deleted because two had one name.
    excused: Vec<String>,
    since: u64,
}

/// Runs without faults until there is nothing to do.
pub(crate) async fn rest(stage: &Stage, manner: Manner) -> Result<(), String> {
    let before = stage.picture().await;
    let mut course = Course {
        stage,
        manner,
        excused: Vec::new(),
        since: stage.last(),
    };
    course.come_to_rest(&before).await
}

async fn round(stage: &Stage, case: &RoundCase) -> Result<(), String> {
    for drift in &case.drifts {
        drift.happen(stage).await;
    }
    let before = stage.picture().await;
    let mut course = Course {
        stage,
        manner: Manner {
            max_deletes: if case.careful { 1 } else { 100 },
            ..Manner::default()
        },
        excused: Vec::new(),
        since: stage.last(),
    };
    for run in &case.runs {
        let last = stage.last();
        let cost = run.happen(stage, course.manner).await;
        course.within_reason(last, &before, cost)?;
    }
    course.come_to_rest(&before).await?;
    let after = stage.picture().await;
    let held = Round::new(
        &stage.document,
        &before,
        &after,
        course.since,
        &course.excused,
    );
    let mut wrong = held.wrong(stage);
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    wrong.extend(works(stage, &http).await);
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n"))
    }
}

impl Course<'_> {
    /// Runs without faults until there is nothing to do.
    async fn come_to_rest(&mut self, before: &Picture) -> Result<(), String> {
        let mut runs = 0;
        // each refusal is settled by a person, and there are few reasons for one
        for _ in 0..RUNS + 4 {
            let last = self.stage.last();
            let engine = self.stage.engine(self.manner);
            let planned = engine.plan(TODAY).await.map_err(|error| told(&error))?;
            if planned.report.has_errors() {
                let found: Vec<&str> = planned
                    .report
                    .iter()
                    .map(|it| it.message.as_str())
                    .collect();
                return Err(format!("the checks refuse: {found:?}"));
            }
            let applied = engine.apply(&planned, &Silent, &Stop::default()).await;
            if !planned.plan.refusals.is_empty() {
                if !matches!(applied, Err(EngineError::Refused(_))) {
                    return Err(format!("a refused plan was applied: {applied:?}"));
                }
                self.nothing_written(last)?;
                self.settle(&planned).await?;
                continue;
            }
            if planned.plan.is_empty() {
                return self.nothing_written(last);
            }
            runs += 1;
            if runs > RUNS {
                return Err(format!(
                    "after {RUNS} runs there is still to do: {}",
                    steps(&planned.plan.steps)
                ));
            }
            let done = applied.map_err(|error| told(&error))?;
            let rest = engine
                .prove(&planned, &done, TODAY)
                .await
                .map_err(|error| told(&error))?;
            if done.complete() && !rest.is_empty() {
                return Err(format!("done, and yet left over: {}", steps(&rest.steps)));
            }
            let cost = planned
                .plan
                .cost
                .iter()
                .map(|cost| cost.requests as usize)
                .sum();
            self.within_reason(last, before, cost)?;
            if !done.complete() && runs == RUNS {
                return Err(format!("undisturbed, and yet not done: {}", undone(&done)));
            }
        }
        Err("refused again and again".to_owned())
    }

    fn nothing_written(&self, last: u64) -> Result<(), String> {
        let entries = self.stage.since(last);
        let writes: Vec<_> = entries
            .iter()
            .filter(|entry| entry.method != "GET")
            .collect();
        if writes.is_empty() {
            Ok(())
        } else {
            Err(format!("nothing was to be written: {writes:#?}"))
        }
    }

    /// Does what a person would after reading the refusals.
    async fn settle(&mut self, planned: &Planned) -> Result<(), String> {
        let had = self.manner;
        for refusal in &planned.plan.refusals {
            match refusal.kind {
                RefusalKind::ForeignOwner if !had.take_over => self.manner.take_over = true,
                RefusalKind::TooManyDeletes if had.max_deletes == 1 => {
                    self.manner.max_deletes = 100;
                }
                RefusalKind::Ambiguous if self.raced() => self.delete_twins().await,
                RefusalKind::InUse => self.clear_users(planned, refusal).await?,
                RefusalKind::ForeignOwner
                | RefusalKind::TooManyDeletes
                | RefusalKind::Ambiguous
                | RefusalKind::Protected
                | RefusalKind::System => return Err(format!("refused: {refusal}")),
            }
        }
        Ok(())
    }

    /// Deletes by hand what keeps an object from being deleted, and what keeps that.
    async fn clear_users(&mut self, planned: &Planned, refusal: &Refusal) -> Result<(), String> {
        let live = refusal.address.as_ref();
        let live = live.and_then(|address| planned.world.get(address));
        let live = live.ok_or_else(|| format!("what is in use? {refusal}"))?;
        let picture = self.stage.picture().await;
        let mut users: Vec<&Thing> = Vec::new();
        let mut ids = vec![live.id.as_str()];
        while let Some(id) = ids.pop() {
            for user in picture.things.iter().filter(|thing| uses(thing, id)) {
                ids.push(&user.id);
                users.push(user);
            }
        }
        if users.is_empty() {
            return Err(format!("nothing uses it: {refusal}"));
        }
        for user in users.iter().rev() {
            let path = at(user, &picture).ok_or_else(|| format!("cannot go: {}", user.key))?;
            // one of them may have taken the other along
            let _ = (self.stage.konnect)
                .send("user", reqwest::Method::DELETE, &path, None)
                .await;
            self.excused.push(user.id.clone());
        }
        Ok(())
    }

    /// Whether somebody else made the same thing in the same moment.
    fn raced(&self) -> bool {
        let entries = self.stage.since(self.since);
        entries
            .iter()
            .any(|entry| entry.fault.as_deref() == Some("duplicate"))
    }

    async fn delete_twins(&mut self) {
        let picture = self.stage.picture().await;
        for (index, thing) in picture.things.iter().enumerate() {
            let twin = |other: &&Thing| other.kind == thing.kind && other.key == thing.key;
            let first = picture.things.iter().position(|other| twin(&other));
            if thing.kind == "okta.scope" && first.is_some_and(|first| first < index) {
                let path = at(thing, &picture).unwrap();
                let gone = self
                    .stage
                    .okta
                    .send("twin", reqwest::Method::DELETE, &path, None);
                gone.await.unwrap();
                self.excused.push(thing.id.clone());
            }
        }
    }

    /// Holds a run to the stated number of requests: at most four looks at everything (plan, plan once
    /// more where something goes, lists read again before something is made, proof), what the plan says
    /// that it costs, a dozen for each renewed secret, and for each fault that struck two more looks and
    /// a dozen requests.
    fn within_reason(&self, last: u64, before: &Picture, cost: usize) -> Result<(), String> {
        let entries = self.stage.since(last);
        // Konnect's own requests to Okta are not ours
        let ours = entries
            .iter()
            .filter(|entry| !entry.path.starts_with("/oauth2/v1/clients"));
        let requests = ours.count();
        let strikes = entries.iter().filter(|entry| entry.fault.is_some()).count();
        // servers and portals that the run makes are looked at, too
        let pages = before.pages + 12;
        let bound = 4 * pages + cost + RENEWALS * 12 + strikes * (2 * pages + 12);
        if requests <= bound {
            Ok(())
        } else {
            Err(format!(
                "{requests} requests are more than the {bound} that were stated"
            ))
        }
    }
}

/// Applications whose secrets may have to be renewed in one run.
const RENEWALS: usize = 2;

fn steps(steps: &[Step]) -> String {
    let fields = |step: &Step| {
        let fields = step.fields.iter();
        let texts =
            fields.map(|field| format!("{} {:?} -> {:?}", field.name, field.old, field.new));
        texts.collect::<Vec<_>>().join(", ")
    };
    let texts = steps
        .iter()
        .map(|step| format!("{} {} ({})", step.action, step.address, fields(step)));
    texts.collect::<Vec<_>>().join("; ")
}

fn undone(done: &ApplyReport) -> String {
    let failed = done
        .outcomes
        .iter()
        .filter_map(|(address, action, outcome)| match outcome {
            Outcome::Failed(error) => Some(format!("{action} {address}: {}", told(error.as_ref()))),
            Outcome::Done | Outcome::Blocked(_) | Outcome::Skipped => None,
        });
    failed.collect::<Vec<_>>().join("; ")
}

fn told(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text = format!("{text}: {cause}");
        next = cause.source();
    }
    text
}

/// A case may take this long, so that one that waits for ever is told.
pub(crate) const LONGEST: Duration = Duration::from_mins(1);
