//! `dcrsync plan`: what would be changed, and why.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::error::CliError;
use super::exit::Exit;
use super::options::{DocumentArgs, VendorArgs};
use super::report::{Recorder, ReportArgs};
use super::saved;
use super::screen::Screen;
use super::session::{Look, Purpose, Session};
use super::show::{self, Form};

/// Compares the document with both vendors and shows what would be changed; writes nothing.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct PlanArgs {
    #[command(flatten)]
    document: DocumentArgs,
    #[command(flatten)]
    vendors: VendorArgs,
    #[command(flatten)]
    report: ReportArgs,
    /// The form of the plan.
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: Output,
    /// Saves the plan, sealed: `dcrsync apply FILE` then does just this, or refuses.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Exits with 2 if there is anything to change.
    #[arg(long)]
    detailed_exitcode: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Output {
    /// For a person.
    Text,
    /// For a script; `schema/plan.schema.json` describes it.
    Json,
    /// For a comment on a pull request.
    Markdown,
    /// For a workflow of GitHub: annotations, and Markdown for `$GITHUB_STEP_SUMMARY`.
    Github,
}

const EXAMPLES: &str = "\
Examples:
  dcrsync plan --sandbox
  dcrsync plan --out plan.json && dcrsync apply plan.json
  dcrsync plan --output markdown > comment.md
  dcrsync plan --detailed-exitcode --quiet || [ $? -eq 2 ]";

pub(super) async fn run(args: PlanArgs, screen: Screen) -> Result<Exit, CliError> {
    let recorder = Recorder::start("plan", &args.report)?;
    recorder.end(Box::pin(meet(&args, &recorder, screen)).await)
}

async fn meet(args: &PlanArgs, recorder: &Recorder, screen: Screen) -> Result<Exit, CliError> {
    let session = Session::open(
        &args.document,
        &args.vendors,
        &Purpose::Look,
        recorder,
        screen,
    )
    .await?;
    let told = tell(args, &session, recorder, screen).await;
    let closed = session.close().await;
    let exit = told?;
    closed?;
    Ok(exit)
}

async fn tell(
    args: &PlanArgs,
    session: &Session,
    recorder: &Recorder,
    screen: Screen,
) -> Result<Exit, CliError> {
    let look = session.look(&args.vendors.targets).await?;
    recorder.plan(&look.planned.plan);
    let form = match args.output {
        Output::Text => Form::Text,
        Output::Json => Form::Json,
        Output::Markdown => Form::Markdown,
        Output::Github => Form::Github,
    };
    show::plan(&session.view(&look), form, screen)?;
    if let Some(path) = &args.out {
        save(args, session, &look, path, screen)?;
    }
    let plan = &look.planned.plan;
    Ok(if !plan.refusals.is_empty() {
        let given = format!("{}{}", args.document.given(), args.vendors.given());
        show::way_out(plan, &given, screen);
        Exit::Refused
    } else if args.detailed_exitcode && !plan.is_empty() {
        Exit::Changes
    } else {
        Exit::Fine
    })
}

fn save(
    args: &PlanArgs,
    session: &Session,
    look: &Look,
    path: &Path,
    screen: Screen,
) -> Result<(), CliError> {
    let shown = path.display();
    if !look.planned.plan.refusals.is_empty() {
        screen.say(&format!(
            "The plan was not saved to `{shown}`: it cannot be applied.\n"
        ));
        return Ok(());
    }
    let sandbox = if args.vendors.sandbox {
        " --sandbox"
    } else {
        ""
    };
    saved::write(path, &saved::seal(&session.view(look), &args.document))?;
    screen.tell(&format!(
        "Saved to `{shown}`. To do just this: `dcrsync apply {shown}{sandbox}`\n"
    ));
    Ok(())
}
