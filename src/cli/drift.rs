//! `dcrsync drift`: what was changed at the vendors, and who did it.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::time::Duration;

use anstyle::AnsiColor;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::error::CliError;
use super::exit::Exit;
use super::looking::LookingArgs;
use super::options::{self, Output};
use super::progress::Waiting;
use super::screen::Screen;
use super::session::{Look, Session};
use crate::base::{Address, Count, printable};
use crate::daemon::alerts::{Desk, DeskOptions, receivers};
use crate::daemon::drift::{self, Memory, blame, classify};
use crate::daemon::events::{Feed, concerns};
use crate::daemon::{Ledger, Teller as _, drift_alert};
use crate::engine::state_folder;
use crate::status::{AlertKind, Difference, FieldDifference, Moved};
use crate::vendor::Realtime;

/// Tells what was changed at the vendors, who did it and when; writes nothing there.
///
/// Where `dcrsync watch` keeps its state beside the document, drift is told from edits of the document by what
/// it saw last. Okta's System Log tells who; Konnect has no log that could be read.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct DriftArgs {
    #[command(flatten)]
    looking: LookingArgs,
    /// How far back Okta's System Log is read; it keeps 90 days.
    #[arg(long, value_name = "TIME", value_parser = options::length, default_value = "24h")]
    since: SignedDuration,
    /// Tells the receivers of `alerts`, too: what is new, and what is over.
    #[arg(long)]
    notify: bool,
}

const EXAMPLES: &str = "\
Exits with 2 if anything differs that was not an edit of the document.

Examples:
  dcrsync drift
  dcrsync drift --since 7d --output json | jq '.differences[].actor'
  dcrsync drift --notify --quiet";

/// So long is waited for receivers.
const PATIENCE: Duration = Duration::from_mins(1);

/// What was seen.
struct Drift {
    differences: Vec<Difference>,
    observed_at: String,
}

pub(super) async fn run(args: DriftArgs, screen: Screen) -> Result<Exit, CliError> {
    let DriftArgs {
        looking,
        since,
        notify,
    } = &args;
    let look = async |session: &Session| {
        let drift = see(session, *since, screen).await?;
        if *notify {
            tell_receivers(session, &drift, screen).await?;
        }
        Ok(drift)
    };
    let tell = |drift: &Drift| {
        match looking.output {
            Output::Text => screen.print(&text(drift))?,
            Output::Json => screen.print_json(&json!({
                "format": 1,
                "observed_at": drift.observed_at,
                "differences": drift.differences,
            }))?,
        }
        let any = drift.differences.iter().any(|it| it.moved.is_drift());
        Ok(if any { Exit::Changes } else { Exit::Fine })
    };
    looking.run("drift", screen, look, tell).await
}

async fn see(session: &Session, since: SignedDuration, screen: Screen) -> Result<Drift, CliError> {
    let look = session.look(&[]).await?;
    let now = Timestamp::now();
    let mut memory = remembered(session)?;
    let checked = session.engine.checked();
    let planned = &look.planned;
    let mut seen = classify(
        &mut memory,
        &drift::Look {
            digest: &checked.document.digest,
            plan: &planned.plan,
            declared: &planned.declared,
            world: &planned.world,
            sources: &session.sources,
            rules: &checked.settings.watch.severity,
            now,
        },
    );
    if seen.differences.is_empty() {
        return Ok(Drift {
            differences: Vec::new(),
            observed_at: look.observed_at,
        });
    }
    let waiting = Waiting::start(screen, "reading who changed what in Okta's System Log");
    let mut feed = Feed::new(now.checked_sub(since).ok());
    let events = feed.poll(session.engine.okta()).await;
    drop(waiting);
    match events {
        Ok(events) => {
            if feed.is_denied() {
                screen.tell("Who did it is not known: the login may not read Okta's System Log (`okta.logs.read`).\n");
            }
            let ids = ids(&look, &memory);
            let done: Vec<_> = events
                .iter()
                .filter(|event| event.succeeded)
                .map(|event| (concerns(event, &ids), event.actor.clone()))
                .collect();
            blame(&mut memory, &mut seen.differences, &done);
        }
        // what differs is known all the same
        Err(error) => screen.tell(&format!("Who did it is not known: {error}.\n")),
    }
    for difference in &mut seen.differences {
        // nothing was remembered, but the log knows that somebody was there
        if difference.moved == Moved::Unknown && difference.actor.is_some() {
            difference.moved = Moved::Live;
        }
    }
    Ok(Drift {
        differences: seen.differences,
        observed_at: look.observed_at,
    })
}

/// What the daemon saw last, where it keeps its state beside the document; it is left as it is.
fn remembered(session: &Session) -> Result<Memory, CliError> {
    let folder = state_folder(&session.sources);
    if !folder.join(Desk::FILE).exists() {
        return Ok(Memory::default());
    }
    let ledger = open(&folder)?;
    let text = ledger
        .clerk()
        .recall(&session.engine.checked().settings.name);
    Ok(text.map_or_else(Memory::default, |text| Memory::from_text(&text)))
}

fn open(folder: &std::path::Path) -> Result<Ledger, CliError> {
    let keep = Duration::from_hours(24 * 90);
    let ledger = Ledger::open(folder, keep, std::sync::Arc::new(Realtime::default()));
    ledger.map_err(|error| {
        CliError::new(error).hint(format!(
            "may `{}` be read and written here?",
            folder.display()
        ))
    })
}

/// The vendors' ids of what is declared, of what is gone, and of what is there without being declared.
fn ids(look: &Look, memory: &Memory) -> HashMap<String, Address> {
    let mut ids = memory.ids();
    let planned = &look.planned;
    let declared = planned.declared.iter().map(|desired| &desired.address);
    let steps = planned.plan.steps.iter().map(|step| &step.address);
    for address in declared.chain(steps) {
        if let Some(live) = planned.world.get(address) {
            ids.insert(live.id.clone(), address.clone());
        }
    }
    ids
}

async fn tell_receivers(session: &Session, drift: &Drift, screen: Screen) -> Result<(), CliError> {
    let settings = &session.engine.checked().settings;
    let told = receivers(&settings.alerts, &session.engine).map_err(|error| {
        let hint = error.hint();
        CliError::new(error).hint(hint)
    })?;
    if told.is_empty() {
        return Err(CliError::sentence("the document has no `alerts`")
            .hint("add one, such as `alerts: [{ slack: { url: { sops: slack.webhook } } }]`"));
    }
    let clock = std::sync::Arc::new(Realtime::default());
    let folder = state_folder(&session.sources);
    let desk = Desk::open(&folder, &DeskOptions::default(), clock).map_err(|error| {
        let hint = error.hint();
        CliError::new(error).hint(hint)
    })?;
    let name: &str = &settings.name;
    desk.receivers(name, told).map_err(CliError::new)?;
    let alerts = drift.differences.iter().filter(|it| it.moved.is_drift());
    let alerts = alerts
        .map(|it| drift_alert(name, it, AlertKind::Drift))
        .collect();
    desk.settle(name, alerts, Timestamp::now())
        .map_err(CliError::new)?;
    let waiting = Waiting::start(screen, "telling the receivers of alerts");
    let all_told = async {
        while desk.alerting().waiting > 0 {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    // what is not delivered by then stays in the outbox, for the next run
    let stop = async {
        let _ = tokio::time::timeout(PATIENCE, all_told).await;
    };
    desk.deliver(stop).await;
    drop(waiting);
    let left = desk.alerting().waiting;
    if left > 0 {
        let left = usize::try_from(left).unwrap_or(usize::MAX);
        screen.say(&format!(
            "{} not delivered yet; the next run tries again.\n",
            Count::of(left, "message")
        ));
    }
    Ok(())
}

fn text(drift: &Drift) -> String {
    let (drifted, edited): (Vec<&Difference>, Vec<&Difference>) =
        drift.differences.iter().partition(|it| it.moved.is_drift());
    let mut out = String::new();
    for difference in &drifted {
        out.push_str(&lines(difference));
        out.push('\n');
    }
    // writing to a string cannot fail
    let _ = match drifted.len() {
        0 => writeln!(out, "No drift: nothing was changed at the vendors."),
        count => writeln!(out, "Drift: {}.", Count::of(count, "object")),
    };
    let why = "because the document was changed; `dcrsync plan` shows it";
    let _ = match edited.len() {
        0 => Ok(()),
        1 => writeln!(out, "1 object differs {why}."),
        more => writeln!(out, "{more} objects differ {why}."),
    };
    out
}

fn lines(difference: &Difference) -> String {
    let bold = AnsiColor::Yellow.on_default();
    let mut lines = vec![format!(
        "{bold}{}{bold:#}  {}, {}",
        difference.address,
        difference.severity,
        moved(difference)
    )];
    if let Some(actor) = &difference.actor {
        let from = actor.ip.as_ref().map(|ip| format!(" from {ip}"));
        let with = actor
            .user_agent
            .as_ref()
            .map(|agent| format!(" with {agent}"));
        let who = format!(
            "{} ({}) on {}{}{}: {}",
            actor.name,
            actor.login,
            actor.at.strftime("%F %TZ"),
            from.unwrap_or_default(),
            with.unwrap_or_default(),
            actor.event
        );
        lines.push(format!("  by {}", printable(&who)));
    }
    lines.extend(difference.fields.iter().map(field));
    if let (Some(place), true) = (&difference.place, difference.fields.is_empty()) {
        lines.push(format!("  {place}"));
    }
    lines.join("\n") + "\n"
}

fn moved(difference: &Difference) -> &'static str {
    match (
        difference.moved,
        difference.action.makes(),
        difference.action.removes(),
    ) {
        (Moved::Both, _, _) => "changed there and in the document",
        (Moved::Unknown, _, _) => "differs; which side moved is not known",
        (Moved::Live | Moved::Document, _, _)
            if difference.action == crate::plan::Action::Create =>
        {
            "is gone"
        }
        (Moved::Live | Moved::Document, false, true) => "is there although nobody declares it",
        (Moved::Live | Moved::Document, _, _) => "was changed",
    }
}

fn field(field: &FieldDifference) -> String {
    let place = field.place.as_ref();
    let place = place.map_or_else(String::new, |place| format!(" ({place})"));
    if field.sensitive {
        return format!("  {}: differs, not shown{place}", field.name);
    }
    let (wanted, live) = (field.wanted.to_string(), field.live.to_string());
    format!(
        "  {}: {wanted} in the document{place}, {live} there",
        field.name
    )
}
