//! What the commands that only look are given, and the session that they have.

use super::error::CliError;
use super::exit::Exit;
use super::options::{DocumentArgs, Output, VendorArgs};
use super::report::{Recorder, ReportArgs};
use super::screen::Screen;
use super::session::{Purpose, Session};

/// The options of a command that looks at both vendors and tells what it saw.
#[derive(Debug, clap::Args)]
pub(super) struct LookingArgs {
    #[command(flatten)]
    document: DocumentArgs,
    /// Uses the embedded sandbox instead of the vendors; its state is kept in `.dcrsync/sandbox.json`.
    #[arg(long)]
    sandbox: bool,
    #[command(flatten)]
    report: ReportArgs,
    /// The form of the result.
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub(super) output: Output,
}

impl LookingArgs {
    /// Looks in a session of its own and, once that is closed, tells of what was seen.
    pub(super) async fn run<T>(
        &self,
        command: &'static str,
        screen: Screen,
        look: impl AsyncFnOnce(&Session) -> Result<T, CliError>,
        tell: impl FnOnce(&T) -> Result<Exit, CliError>,
    ) -> Result<Exit, CliError> {
        let recorder = Recorder::start(command, &self.report)?;
        let looked = Box::pin(self.meet(&recorder, screen, look)).await;
        recorder.end(looked.and_then(|seen| tell(&seen)))
    }

    async fn meet<T>(
        &self,
        recorder: &Recorder,
        screen: Screen,
        look: impl AsyncFnOnce(&Session) -> Result<T, CliError>,
    ) -> Result<T, CliError> {
        let vendors = VendorArgs {
            sandbox: self.sandbox,
            ..VendorArgs::default()
        };
        let purpose = Purpose::Look;
        let session = Session::open(&self.document, &vendors, &purpose, recorder, screen).await?;
        let looked = look(&session).await;
        let closed = session.close().await;
        let seen = looked?;
        closed?;
        Ok(seen)
    }
}
