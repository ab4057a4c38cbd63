//! What the commands that meet the vendors have in common: load, open, observe and plan.

use std::time::Duration;

use super::error::{CliError, ErrorKind};
use super::options::{DocumentArgs, VendorArgs};
use super::progress::Waiting;
use super::report::Recorder;
use super::screen::Screen;
use super::{embedded, findings};
use crate::base::{Address, Secret, SourceMap, Suggestion};
use crate::config::Vars;
use crate::engine::{self, Engine, Loaded, Options, Planned, RunLock, RunLockError};
use crate::kinds::infos;
use crate::plan::forecast::Forecast;
use crate::plan::render::View;
use crate::sandbox::Sandbox;
use crate::secrets::Environment;
use crate::vendor;

/// What the vendors are met for.
#[derive(Debug, Clone)]
pub(super) enum Purpose {
    /// To look.
    Look,
    /// To write, by this command; no second run of the document may do so meanwhile.
    Write(String),
}

/// A document that is in order, and the way to both vendors.
pub(super) struct Session {
    pub(super) sources: SourceMap,
    pub(super) engine: Engine,
    pub(super) screen: Screen,
    sandbox: Option<Sandbox>,
    /// Is told what happens.
    pub(super) recorder: Recorder,
    /// Held to the end.
    _lock: Option<RunLock>,
}

/// A plan with the time at which the vendors were read.
pub(super) struct Look {
    pub(super) planned: Planned,
    pub(super) observed_at: String,
    pub(super) forecast: Forecast,
}

/// Reads the files and checks them, without telling anything yet.
pub(super) fn load(document: &DocumentArgs) -> Result<(Loaded, Vars), CliError> {
    let here = std::env::current_dir()
        .map_err(|source| CliError::new(source).hint("does the current folder still exist?"))?;
    let vars = document.vars(std::env::vars_os())?;
    let inputs = engine::input::read(&document.files, &here)?;
    Ok((engine::load(inputs, &vars), vars))
}

/// The day in UTC, for `ignore` entries that end.
pub(super) fn today() -> String {
    jiff::Timestamp::now().strftime("%F").to_string()
}

impl Session {
    /// Loads the document, tells what is wrong with it, and prepares the clients.
    pub(super) async fn open(
        document: &DocumentArgs,
        vendors: &VendorArgs,
        purpose: &Purpose,
        recorder: &Recorder,
        screen: Screen,
    ) -> Result<Self, CliError> {
        let (loaded, _) = load(document)?;
        let Loaded {
            sources,
            report,
            checked,
        } = loaded;
        findings::settle(&report, &sources, screen, "nothing was asked of a vendor")?;
        // without a finding there is a document; if not, that is said rather than assumed
        let mut checked =
            checked.ok_or_else(|| CliError::sentence("the document cannot be used"))?;
        let name = &checked.settings.name;
        let lock = match purpose {
            Purpose::Look => None,
            Purpose::Write(command) => lock(name, &sources, command, screen)?,
        };
        let mut environment = Environment::from_process();
        let (mut sandbox, mut addresses) = (None, None);
        if vendors.sandbox {
            let started = embedded::start(&mut checked, &sources, &mut environment, screen);
            // most runs need none of it, and it is large
            let started = Box::pin(started).await?;
            addresses = Some(embedded::addresses(&started)?);
            sandbox = Some(started);
        }
        let options = Options {
            environment,
            addresses,
            take_over: vendors.take_over,
            fingerprint: crate::secrets::fingerprint,
            http: vendor::Options {
                observer: recorder.observer(),
                ..vendor::Options::default()
            },
        };
        let engine = Engine::open(checked, &sources, options)?;
        let session = Self {
            sources,
            engine,
            screen,
            sandbox,
            recorder: recorder.clone(),
            _lock: lock,
        };
        recorder.document(&session);
        Ok(session)
    }

    /// Reads both vendors and plans; gives up where a check across both finds an error.
    pub(super) async fn look(&self, targets: &[Address]) -> Result<Look, CliError> {
        let observed_at = jiff::Timestamp::now().strftime("%FT%TZ").to_string();
        let waiting = Waiting::start(self.screen, "reading Okta and Konnect");
        let planned = self.engine.plan(&today()).await;
        drop(waiting);
        let mut planned = planned?;
        findings::settle(
            &planned.report,
            &self.sources,
            self.screen,
            "there is no plan",
        )?;
        if !targets.is_empty() {
            limit(&mut planned, targets)?;
        }
        Ok(Look {
            forecast: self.forecast(&planned),
            planned,
            observed_at,
        })
    }

    /// How long applying takes, proofs included.
    pub(super) fn forecast(&self, planned: &Planned) -> Forecast {
        let verifies = !self.engine.checked().settings.verify.is_empty();
        self.engine.forecast(planned, usize::from(verifies))
    }

    /// The plan for those who show it.
    pub(super) fn view<'a>(&'a self, look: &'a Look) -> View<'a> {
        let checked = self.engine.checked();
        View {
            plan: &look.planned.plan,
            sources: &self.sources,
            document: &checked.settings.name,
            digest: &checked.document.digest,
            observed_at: &look.observed_at,
            seconds: Some((look.forecast.total() + Duration::from_millis(500)).as_secs()),
        }
    }

    /// Has the sandbox, if there is one, take a token that a person would have made in Okta.
    pub(super) fn make_known(&self, token: &Secret) {
        if let Some(sandbox) = &self.sandbox {
            sandbox.accept_okta_token(token.expose());
        }
    }

    /// Ends the sandbox, if there is one, and keeps its state.
    pub(super) async fn close(self) -> Result<(), CliError> {
        match self.sandbox {
            Some(sandbox) => Ok(sandbox.shutdown().await?),
            None => Ok(()),
        }
    }
}

/// Keeps a second run of the document away.
fn lock(
    document: &str,
    sources: &SourceMap,
    command: &str,
    screen: Screen,
) -> Result<Option<RunLock>, CliError> {
    match RunLock::take(document, sources, command) {
        Ok(lock) => Ok(Some(lock)),
        Err(RunLockError::Held(held)) => {
            let hint = held.pid().map_or_else(
                || "wait for its end".to_owned(),
                |pid| {
                    format!(
                        "wait for its end, or stop it with `kill {pid}`: it ends what runs and reports the rest"
                    )
                },
            );
            Err(CliError::new(held).kind(ErrorKind::Refused).hint(hint))
        }
        // as with a document that is mounted read-only: the run is not worse than without locks
        Err(RunLockError::File { path, source }) => {
            screen.tell(&format!(
                "No lock keeps a second run away: `{}` cannot be locked ({source}).\n",
                path.display()
            ));
            Ok(None)
        }
    }
}

/// Keeps of a plan what is named; a name that means nothing would look like "no changes".
fn limit(planned: &mut Planned, targets: &[Address]) -> Result<(), CliError> {
    for target in targets {
        let known = planned.declared.get(target).is_some() || planned.plan.step(target).is_some();
        if !known {
            let declared = planned.declared.iter();
            let names = declared.map(|desired| desired.address.as_str());
            let near = Suggestion::find(target.as_str(), names);
            let error = format!("`--target {target}` is no object of the document");
            return Err(CliError::sentence(error).hints(near.map(|near| near.to_string())));
        }
    }
    planned.plan.target(targets, &infos());
    Ok(())
}
