//! `dcrsync rotate`: a new secret, proven, before the old one is retired.

mod app;
mod given;
mod provider;
mod told;

use std::io;

use jiff::{SignedDuration, Timestamp};

use super::confirm;
use super::error::CliError;
use super::exit::Exit;
use super::options::{self, DocumentArgs, Output, VendorArgs};
use super::report::{Recorder, ReportArgs};
use super::screen::Screen;
use super::session::{Purpose, Session};
use crate::base::{Address, Secret};
use crate::engine::Rotate;
use crate::kinds::konnect::{app as app_kind, dcr_provider};
use told::Told;

/// Replaces a client secret, or the token by which Konnect registers clients, without an outage.
///
/// An application's secret: a second one is issued and written into the SOPS file, a token proves it,
/// and the old one is retired after the grace. A provider's `dcr_token`: Okta lets only a person make one,
/// so it is given here, or stands in the SOPS file already; Okta is asked what it may do, Konnect is
/// given it and asked to try it, and the old one is revoked after the grace.
///
/// Nothing is remembered but by the vendors and in the SOPS file: run the same command again after the
/// grace, or after a crash, and it goes on.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct RotateArgs {
    /// The application or the DCR provider, such as `konnect.app.mobile-backend`.
    #[arg(value_name = "ADDRESS", value_parser = options::target)]
    address: Address,
    #[command(flatten)]
    document: DocumentArgs,
    #[command(flatten)]
    report: ReportArgs,
    /// How long the old secret works besides the new one; `0s` retires it once the new one is proven.
    #[arg(long, value_name = "TIME", default_value = "24h", value_parser = grace)]
    grace: SignedDuration,
    /// Rotates anew although the last rotation is not over: its old secret is retired at once.
    #[arg(long)]
    again: bool,
    /// The environment variable that holds the new `dcr_token`.
    #[arg(long, value_name = "NAME", conflicts_with = "new_file")]
    new_env: Option<String>,
    /// The file that holds the new `dcr_token`; `-` is standard input.
    #[arg(long, value_name = "PATH")]
    new_file: Option<std::path::PathBuf>,
    /// Rotates without asking.
    #[arg(long)]
    auto_approve: bool,
    /// Uses the embedded sandbox instead of the vendors; its state is kept in `.dcrsync/sandbox.json`.
    #[arg(long)]
    sandbox: bool,
    /// The form of the result.
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: Output,
}

const EXAMPLES: &str = "\
Examples:
  dcrsync rotate konnect.app.mobile-backend                 # again a day later retires the old one
  dcrsync rotate konnect.app.mobile-backend --again --grace 0s   # it leaked: nothing old is left
  dcrsync rotate konnect.dcr_provider.okta --new-env NEW_DCR_TOKEN
  pass show okta/dcr | dcrsync rotate konnect.dcr_provider.okta --new-file - --auto-approve";

pub(super) async fn run(args: RotateArgs, screen: Screen) -> Result<Exit, CliError> {
    let is_provider = args.address.is(dcr_provider::NAME);
    if !is_provider && !args.address.is(app_kind::NAME) {
        return Err(
            CliError::sentence(format!("`{}` has no secret of its own", args.address))
                .hint("rotate a `konnect.app.NAME` or a `konnect.dcr_provider.NAME`"),
        );
    }
    if !args.auto_approve {
        confirm::possible()?;
    }
    let new = given::read(args.new_env.as_deref(), args.new_file.as_deref())?;
    if new.is_some() && !is_provider {
        return Err(CliError::sentence(
            "an application's secret is issued by the vendor, none can be given",
        )
        .hint("leave out `--new-env` and `--new-file`"));
    }
    let vendors = VendorArgs {
        sandbox: args.sandbox,
        ..VendorArgs::default()
    };
    let purpose = Purpose::Write(format!("dcrsync rotate {}", args.address));
    let recorder = Recorder::start("rotate", &args.report)?;
    let opened = Session::open(&args.document, &vendors, &purpose, &recorder, screen).await;
    let ended = match opened {
        Ok(session) => Box::pin(meet(&args, new, session, screen)).await,
        Err(error) => Err(error),
    };
    recorder.end(ended)
}

async fn meet(
    args: &RotateArgs,
    new: Option<Secret>,
    mut session: Session,
    screen: Screen,
) -> Result<Exit, CliError> {
    let is_provider = args.address.is(dcr_provider::NAME);
    if let Some(new) = &new {
        session.make_known(new);
    }
    let mut told = Told::new(args, screen);
    let ended = if is_provider {
        provider::rotate(args, new, &mut session, &mut told).await
    } else {
        app::rotate(args, &session, &mut told).await
    };
    let closed = session.close().await;
    let exit = ended?;
    closed?;
    told.finish(exit)?;
    Ok(exit)
}

impl RotateArgs {
    fn ask(&self) -> Rotate<'_> {
        Rotate {
            address: &self.address,
            grace: self.grace,
            again: self.again,
            now: Timestamp::now(),
        }
    }

    /// Asks unless that was answered beforehand.
    fn agreed(&self, screen: Screen) -> Result<bool, CliError> {
        if self.auto_approve {
            return Ok(true);
        }
        let question = "\nRotate it so?";
        let agreed = confirm::ask(question, &mut io::stdin().lock(), &mut screen.stderr())
            .map_err(|source| CliError::new(source).about("cannot ask for confirmation"))?;
        if !agreed {
            screen.say("Nothing was rotated.\n");
        }
        Ok(agreed)
    }
}

fn grace(text: &str) -> Result<SignedDuration, String> {
    let zero = text.trim_start_matches('0');
    if zero.len() < text.len() && (zero.is_empty() || ["ms", "s", "m", "h", "d"].contains(&zero)) {
        return Ok(SignedDuration::ZERO);
    }
    options::length(text)
}
