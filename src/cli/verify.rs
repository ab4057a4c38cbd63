//! `dcrsync verify`: the way of an application, proven from its credentials to the gateway.

use clap::ValueEnum;

use super::error::CliError;
use super::exit::Exit;
use super::options::{DocumentArgs, VendorArgs};
use super::progress::Waiting;
use super::report::{Recorder, ReportArgs};
use super::screen::Screen;
use super::session::{Purpose, Session};
use super::verdicts;
use crate::base::Suggestion;
use crate::engine::Verdict;
use crate::kinds::konnect::app;

/// Proves that applications can log in and call their APIs.
///
/// Takes the kept credentials, asks for a token as a machine does, reads its scopes and claims and calls
/// the gateway. Each step has its own verdict and, where it fails, the likely cause.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct VerifyArgs {
    /// The application; without it, all of `verify` and all with credentials.
    #[arg(value_name = "APP")]
    app: Option<String>,
    #[command(flatten)]
    document: DocumentArgs,
    /// Uses the embedded sandbox instead of the vendors; its state is kept in `.dcrsync/sandbox.json`.
    #[arg(long)]
    sandbox: bool,
    #[command(flatten)]
    report: ReportArgs,
    /// The form of the result.
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: Output,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Output {
    /// For a person.
    Text,
    /// For a script.
    Json,
}

const EXAMPLES: &str = "\
Examples:
  dcrsync verify
  dcrsync verify mobile-backend --sandbox
  dcrsync verify --output json | jq '.verdicts[].steps[] | select(.passed | not)'";

pub(super) async fn run(args: VerifyArgs, screen: Screen) -> Result<Exit, CliError> {
    let recorder = Recorder::start("verify", &args.report)?;
    recorder.end(meet(&args, &recorder, screen).await)
}

async fn meet(args: &VerifyArgs, recorder: &Recorder, screen: Screen) -> Result<Exit, CliError> {
    let vendors = VendorArgs {
        sandbox: args.sandbox,
        ..VendorArgs::default()
    };
    let session = Session::open(&args.document, &vendors, &Purpose::Look, recorder, screen).await?;
    let verdicts = prove(args, &session, screen).await;
    let closed = session.close().await;
    let verdicts = verdicts?;
    closed?;
    recorder.note(|told| told.verdicts.clone_from(&verdicts));
    match args.output {
        Output::Text => screen.print(&verdicts::text(&verdicts))?,
        Output::Json => screen.print_json(&verdicts::json(&verdicts))?,
    }
    Ok(if verdicts.iter().all(Verdict::passed) {
        Exit::Fine
    } else {
        Exit::Error
    })
}

async fn prove(
    args: &VerifyArgs,
    session: &Session,
    screen: Screen,
) -> Result<Vec<Verdict>, CliError> {
    let look = session.look(&[]).await?;
    let waiting = Waiting::start(screen, "asking for tokens and calling the gateway");
    let verdicts = session
        .engine
        .verify(&look.planned, args.app.as_deref())
        .await?;
    drop(waiting);
    if !verdicts.is_empty() {
        return Ok(verdicts);
    }
    let Some(app) = &args.app else {
        return Err(CliError::sentence("the document has nothing to verify")
            .hint("add `credentials: { sops: PATH, in: FILE }` to an app, and `verify: { API: { app: APP, url: URL } }`"));
    };
    let declared = look.planned.declared.of(app::NAME);
    let names = declared.map(|desired| desired.address.key());
    let near = Suggestion::find(app, names).map(|near| near.to_string());
    Err(CliError::sentence(format!(
        "there is no app `{app}` with credentials in the document"
    ))
    .hints(near))
}
