//! `dcrsync apply`: plan, confirm, carry out, prove.

use std::io;
use std::path::PathBuf;

use clap::ValueEnum;

use super::error::CliError;
use super::exit::Exit;
use super::interrupt;
use super::options::{DocumentArgs, VendorArgs, quoted};
use super::progress::Waiting;
use super::report::{Recorder, ReportArgs};
use super::result::Applied;
use super::saved;
use super::screen::Screen;
use super::session::{Look, Purpose, Session, today};
use super::show::{self, Form};
use super::{carry, confirm, embedded, result};
use crate::engine::EngineError;
use crate::kinds::konnect::app;
use crate::plan::SavedPlan;

/// Makes both vendors agree with the document, and proves it.
///
/// Shows the plan and asks. Then applies it in parallel, reads what was written again, and tells by
/// name what still differs. Applications of `verify` are proven to log in and to be answered.
///
/// With PLAN, does just what `dcrsync plan --out PLAN` showed; if the document or one of the objects
/// was changed in the meantime, nothing is written.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ApplyArgs {
    /// A plan saved by `dcrsync plan --out`; its files and variables are taken unless others are given.
    #[arg(value_name = "PLAN", conflicts_with = "targets")]
    plan: Option<PathBuf>,
    #[command(flatten)]
    document: DocumentArgs,
    #[command(flatten)]
    vendors: VendorArgs,
    #[command(flatten)]
    report: ReportArgs,
    /// Applies without asking.
    #[arg(long)]
    auto_approve: bool,
    /// Lets exactly this plan delete more than `guard` allows; the refusal tells the digest.
    ///
    /// For this run only. If the plan has become another one, nothing is written. What is protected
    /// stays protected.
    #[arg(long, value_name = "HASH")]
    allow_deletes: Option<String>,
    /// Proves no application, and no rotated secret of a provider, after the apply.
    #[arg(long)]
    no_verify: bool,
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
Ctrl-C begins no new step and waits for those that run; a second one ends at once.

Examples:
  dcrsync apply --sandbox
  dcrsync apply plan.json --auto-approve
  dcrsync apply --allow-deletes 9c0ffee1d2a7
  dcrsync apply --target konnect.app.mobile-backend";

pub(super) async fn run(args: ApplyArgs, screen: Screen) -> Result<Exit, CliError> {
    if !args.auto_approve {
        confirm::possible()?;
    }
    let recorder = Recorder::start("apply", &args.report)?;
    recorder.end(Box::pin(meet(&args, &recorder, screen)).await)
}

async fn meet(args: &ApplyArgs, recorder: &Recorder, screen: Screen) -> Result<Exit, CliError> {
    let saved = args.plan.as_deref().map(saved::read).transpose()?;
    let document = match &saved {
        Some(plan) => saved::document(plan, &args.document),
        None => args.document.clone(),
    };
    let purpose = Purpose::Write(command(args));
    let session = Session::open(&document, &args.vendors, &purpose, recorder, screen).await?;
    let ended = work(args, saved, &session, screen).await;
    let closed = session.close().await;
    let exit = ended?;
    closed?;
    Ok(exit)
}

/// As it was typed, but for the values of variables, which are nobody else's business.
fn command(args: &ApplyArgs) -> String {
    let files = args.plan.iter().map(|plan| format!(" {}", quoted(plan)));
    let document = args.document.files.iter();
    let document = document.map(|file| format!(" -f {}", quoted(file)));
    let all: String = files.chain(document).collect();
    format!("dcrsync apply{all}")
}

async fn work(
    args: &ApplyArgs,
    saved: Option<SavedPlan>,
    session: &Session,
    screen: Screen,
) -> Result<Exit, CliError> {
    let reading = session.look(&args.vendors.targets);
    let mut look = if args.auto_approve {
        interrupt::before_writing(reading).await?
    } else {
        reading.await?
    };
    let mut whole = args.vendors.targets.is_empty();
    if let Some(saved) = saved {
        let digest = &session.engine.checked().document.digest;
        let all = look.planned.plan.steps.len();
        saved
            .check(digest, &mut look.planned.plan)
            .map_err(EngineError::Stale)?;
        // the plan may have been made for a target
        whole = look.planned.plan.steps.len() == all;
        look.forecast = session.forecast(&look.planned);
    }
    let allowed = args.allow_deletes.as_deref();
    let allowed = allowed.map_or(Ok(()), |digest| look.planned.plan.allow_deletes(digest));
    session.recorder.plan(&look.planned.plan);
    let for_script = args.output == Output::Json;
    if !for_script {
        show::plan(&session.view(&look), Form::Text, screen)?;
    } else if !args.auto_approve {
        // who is asked must see what about; standard output is the script's
        screen.say(&crate::plan::render::text(&session.view(&look), true));
    }
    allowed?;
    let plan = &look.planned.plan;
    if !plan.refusals.is_empty() {
        if for_script {
            show::plan(&session.view(&look), Form::Json, screen)?;
        }
        let file = args.plan.as_deref();
        let file = file.map_or(String::new(), |file| format!(" {}", quoted(file)));
        let given = format!("{file}{}{}", args.document.given(), args.vendors.given());
        show::way_out(plan, &given, screen);
        return Ok(Exit::Refused);
    }
    if !plan.is_empty() && !args.auto_approve && !confirmed(screen)? {
        screen.say("Nothing was applied.\n");
        return Ok(Exit::Error);
    }
    let applied = carry_out(args, session, look, whole, screen).await?;
    session.recorder.note(|told| {
        told.proof = applied.proof.told();
        told.verdicts.clone_from(&applied.verdicts);
    });
    if for_script {
        screen.print_json(&result::json(&applied, &session.view(&applied.look)))?;
    } else {
        screen.print(&result::text(&applied, "apply"))?;
        if applied.idle() && verifies(args, session) {
            let sandbox = if args.vendors.sandbox {
                " --sandbox"
            } else {
                ""
            };
            let files = args.document.given();
            screen.tell(&format!(
                "To prove the applications again: `dcrsync verify{sandbox}{files}`\n"
            ));
        }
        if !applied.idle() && args.vendors.sandbox && applied.exit() == Exit::Fine {
            screen.tell(&next(&args.document, session, &applied));
        }
    }
    Ok(applied.exit())
}

/// What to try in the sandbox after everything was applied; each line works as it stands.
fn next(document: &DocumentArgs, session: &Session, applied: &Applied) -> String {
    let files = document.given();
    let mut lines = vec![(
        format!("dcrsync plan --sandbox{files}"),
        "nothing is left to do",
    )];
    let declared = &applied.look.planned.declared;
    if declared.of(app::NAME).next().is_some() {
        lines.push((
            format!("dcrsync verify --sandbox{files}"),
            "the applications log in",
        ));
    }
    let state = quoted(&embedded::state_file(&session.sources));
    lines.push((
        format!("dcrsync sandbox --state {state}"),
        "serves both, to look at with curl",
    ));
    let lines = lines
        .iter()
        .map(|(line, why)| format!("  # {why}\n  {line}\n"));
    let lines: Vec<String> = lines.collect();
    format!(
        "\nTry next, still on this machine:\n{}or change the document, and plan again.\n",
        lines.concat()
    )
}

fn verifies(args: &ApplyArgs, session: &Session) -> bool {
    !args.no_verify && !session.engine.checked().settings.verify.is_empty()
}

fn confirmed(screen: Screen) -> Result<bool, CliError> {
    confirm::ask(
        "\nApply these changes?",
        &mut io::stdin().lock(),
        &mut screen.stderr(),
    )
    .map_err(|source| CliError::new(source).about("cannot ask for confirmation"))
}

async fn carry_out(
    args: &ApplyArgs,
    session: &Session,
    look: Look,
    whole: bool,
    screen: Screen,
) -> Result<Applied, CliError> {
    let engine = &session.engine;
    let mut applied = carry::out(session, look, whole, screen).await?;
    if applied.stopped || applied.report.done() == 0 && !applied.report.outcomes.is_empty() {
        return Ok(applied);
    }
    // a run that has nothing to do, as most of a pipeline's, asks for no tokens
    if verifies(args, session) && whole && applied.report.complete() && !applied.idle() {
        let waiting = Waiting::start(screen, "proving that the applications can log in");
        // what was just made has ids and issuers that the first plan did not know
        let fresh = engine.plan(&today()).await?;
        applied.verdicts = engine.verify(&fresh, None).await?;
        drop(waiting);
    }
    if !args.no_verify {
        carry::try_rotated(session, &mut applied).await?;
    }
    Ok(applied)
}
