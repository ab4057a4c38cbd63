use std::sync::Arc;

use anstyle::AnsiColor;
use serde_json::json;

use crate::base::printable;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::options::{DocumentArgs, Output, VendorArgs};
use crate::cli::progress::Waiting;
use crate::cli::report::{Recorder, ReportArgs};
use crate::cli::screen::Screen;
use crate::cli::session::{Purpose, Session};
use crate::daemon::alerts::{DeskOptions, Trial, ca_files, receivers, try_out};
use crate::vendor::Realtime;

/// Sends a test message to everybody whom the document's `alerts` name.
///
/// Each is tried once, all at once, whatever severity it wants to hear of; neither Okta nor Konnect is
/// asked. An incident at `PagerDuty` is opened and closed at once. Exits with 1 if one did not arrive.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct TestArgs {
    #[command(flatten)]
    document: DocumentArgs,
    /// The form of the result.
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: Output,
}

pub(super) const EXAMPLES: &str = "\
Examples:
  dcrsync alert test
  dcrsync alert test -f prod.yaml
  dcrsync alert test --output json | jq '.trials[] | select(.arrived | not)'";

pub(super) async fn run(args: TestArgs, screen: Screen) -> Result<Exit, CliError> {
    let trials = Box::pin(send(&args.document, screen)).await?;
    match args.output {
        Output::Text => screen.print(&text(&trials))?,
        Output::Json => screen.print_json(&json(&trials))?,
    }
    Ok(if trials.iter().all(Trial::passed) {
        Exit::Fine
    } else {
        Exit::Error
    })
}

async fn send(document: &DocumentArgs, screen: Screen) -> Result<Vec<Trial>, CliError> {
    let recorder = Recorder::start("alert test", &ReportArgs::default())?;
    let vendors = VendorArgs::default();
    let purpose = Purpose::Look;
    let session = Session::open(document, &vendors, &purpose, &recorder, screen).await?;
    let engine = &session.engine;
    let settings = &engine.checked().settings;
    let receivers = receivers(&settings.alerts, engine)?;
    if receivers.is_empty() {
        return Err(CliError::sentence("the document names nobody to be told")
            .hint("add `alerts: [{ slack: { url: { sops: slack.webhook } } }]`"));
    }
    let options = DeskOptions {
        ca_files: ca_files(engine),
        ..DeskOptions::default()
    };
    let waiting = Waiting::start(screen, "sending test messages");
    let clock = Arc::new(Realtime::default());
    let trials = try_out(&settings.name, &receivers, &options, clock).await;
    drop(waiting);
    session.close().await?;
    Ok(trials?)
}

fn text(trials: &[Trial]) -> String {
    let green = AnsiColor::Green.on_default();
    let red = AnsiColor::Red.on_default().bold();
    let width = trials.iter().map(|trial| trial.receiver.len()).max();
    let width = width.unwrap_or_default();
    let mut lines: Vec<String> = trials
        .iter()
        .map(|trial| {
            let receiver = &trial.receiver;
            match &trial.failure {
                None => format!("{green}ok    {green:#} {receiver:width$}  arrived\n"),
                Some(why) => {
                    format!("{red}failed{red:#} {receiver:width$}  {}\n", printable(why))
                }
            }
        })
        .collect();
    let passed = trials.iter().filter(|trial| trial.passed()).count();
    lines.push(format!("\nArrived: {passed} of {}.\n", trials.len()));
    lines.concat()
}

fn json(trials: &[Trial]) -> serde_json::Value {
    let all = trials.iter().map(|trial| {
        json!({
            "receiver": trial.receiver,
            "kind": trial.kind,
            "arrived": trial.passed(),
            "failure": trial.failure,
            "seconds": trial.took.as_secs_f64(),
        })
    });
    json!({
        "format": 1,
        "passed": trials.iter().all(Trial::passed),
        "trials": all.collect::<Vec<_>>(),
    })
}
