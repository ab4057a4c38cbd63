//! `dcrsync history`: what the daemon noted of runs, differences and alerts.

use anstyle::AnsiColor;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::error::CliError;
use super::exit::Exit;
use super::options::{self, DocumentArgs, Output};
use super::screen::Screen;
use super::session;
use crate::base::{Count, printable};
use crate::daemon::history::{History, Query};
use crate::engine::state_folder;
use crate::status::{Difference, Happening, HistoryEntry, RunStatus};

/// Tells what the daemon saw and did: runs, differences with who made them, alerts.
///
/// Reads what `dcrsync watch` keeps in `.dcrsync/history.sqlite` beside the document, also while that runs.
/// The newest comes last.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct HistoryArgs {
    #[command(flatten)]
    document: DocumentArgs,
    /// Not older than this.
    #[arg(long, value_name = "TIME", value_parser = options::length)]
    since: Option<SignedDuration>,
    /// No more than the newest so many.
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: usize,
    /// The form of the result.
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: Output,
}

const EXAMPLES: &str = "\
Examples:
  dcrsync history
  dcrsync history --since 7d --limit 1000
  dcrsync history --output json | jq '.entries[] | select(.kind == \"appeared\") | .difference.actor'";

pub(super) fn run(args: &HistoryArgs, screen: Screen) -> Result<Exit, CliError> {
    let (loaded, _) = session::load(&args.document)?;
    let path = state_folder(&loaded.sources).join(History::FILE);
    let since = args
        .since
        .and_then(|since| Timestamp::now().checked_sub(since).ok());
    let query = Query {
        // of a document that cannot be read at present, everything that its folder has
        document: loaded
            .checked
            .map(|checked| checked.settings.name.value.clone()),
        since,
        limit: Some(args.limit),
    };
    let entries = History::look(&path, &query)?;
    if entries.is_none() {
        screen.tell(&format!(
            "There is no history yet: `dcrsync watch` begins it in `{}`.\n",
            path.display()
        ));
    }
    let mut entries = entries.unwrap_or_default();
    entries.reverse();
    match args.output {
        Output::Text => {
            let lines: Vec<String> = entries.iter().map(line).collect();
            screen.print(&lines.concat())?;
        }
        Output::Json => screen.print_json(&json!({ "format": 1, "entries": entries }))?,
    }
    Ok(Exit::Fine)
}

fn line(entry: &HistoryEntry) -> String {
    let bold = AnsiColor::Cyan.on_default();
    let at = entry.at.strftime("%F %TZ");
    let (word, told) = match &entry.what {
        Happening::Run { run } => ("run", ran(run)),
        Happening::Appeared { difference } => ("appeared", appeared(difference)),
        Happening::Settled { difference, by_us } => {
            let by = if *by_us {
                "mended by dcrsync"
            } else {
                "gone by itself"
            };
            ("settled", format!("{}: {by}", difference.address))
        }
        Happening::Alerted {
            receiver,
            message,
            delivered,
            ..
        } => {
            let word = if *delivered { "alerted" } else { "lost" };
            (word, format!("{receiver}: {message}"))
        }
    };
    let document = printable(&entry.document);
    format!(
        "{at}  {document}  {bold}{word:8}{bold:#}  {}\n",
        printable(&told)
    )
}

fn ran(run: &RunStatus) -> String {
    let requests = Count::of(
        usize::try_from(run.requests).unwrap_or(usize::MAX),
        "request",
    );
    format!(
        "{} ({}, {requests}, {:.1} s): {}",
        run.outcome.as_str(),
        run.trigger.as_str(),
        run.seconds,
        run.message
    )
}

fn appeared(difference: &Difference) -> String {
    let fields: Vec<String> = difference
        .fields
        .iter()
        .map(|field| {
            if field.sensitive {
                format!("{} differs (not shown)", field.name)
            } else {
                format!("{} {} → {}", field.name, field.live, field.wanted)
            }
        })
        .collect();
    let actor = difference.actor.as_ref();
    let who = actor.map_or_else(String::new, |actor| {
        format!(", by {} ({})", actor.name, actor.login)
    });
    let fields = if fields.is_empty() {
        String::new()
    } else {
        format!(": {}", fields.join(", "))
    };
    format!(
        "{} {} {}{fields}{who}",
        difference.severity,
        difference.action.verb(),
        difference.address
    )
}
