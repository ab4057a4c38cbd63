//! `dcrsync verify`: the way of an application, proven from its credentials to the gateway.

use super::error::CliError;
use super::exit::Exit;
use super::looking::LookingArgs;
use super::options::Output;
use super::progress::Waiting;
use super::screen::Screen;
use super::session::Session;
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
    looking: LookingArgs,
}

const EXAMPLES: &str = "\
Examples:
  dcrsync verify
  dcrsync verify mobile-backend --sandbox
  dcrsync verify --output json | jq '.verdicts[].steps[] | select(.passed | not)'";

pub(super) async fn run(args: VerifyArgs, screen: Screen) -> Result<Exit, CliError> {
    let VerifyArgs { app, looking } = &args;
    let look = async |session: &Session| {
        let verdicts = prove(app.as_deref(), session, screen).await?;
        session
            .recorder
            .note(|told| told.verdicts.clone_from(&verdicts));
        Ok(verdicts)
    };
    let tell = |verdicts: &Vec<Verdict>| {
        match looking.output {
            Output::Text => screen.print(&verdicts::text(verdicts))?,
            Output::Json => screen.print_json(&verdicts::json(verdicts))?,
        }
        Ok(if verdicts.iter().all(Verdict::passed) {
            Exit::Fine
        } else {
            Exit::Error
        })
    };
    looking.run("verify", screen, look, tell).await
}

async fn prove(
    app: Option<&str>,
    session: &Session,
    screen: Screen,
) -> Result<Vec<Verdict>, CliError> {
    let look = session.look(&[]).await?;
    let waiting = Waiting::start(screen, "asking for tokens and calling the gateway");
    let verdicts = session.engine.verify(&look.planned, app).await?;
    drop(waiting);
    if !verdicts.is_empty() {
        return Ok(verdicts);
    }
    let Some(app) = app else {
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
