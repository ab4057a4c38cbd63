//! What the commands that meet the vendors have in common: load, open, observe and plan.

use std::path::{Path, PathBuf};

use url::Url;

use super::error::CliError;
use super::options::{DocumentArgs, VendorArgs};
use super::progress::Waiting;
use super::screen::Screen;
use super::{findings, input};
use crate::base::{Address, SourceMap, Suggestion};
use crate::config::Vars;
use crate::engine::{self, Addresses, Checked, Engine, Loaded, Needs, Options, Planned};
use crate::kinds::infos;
use crate::plan::render::View;
use crate::sandbox::{self, Named, Origins, Sandbox};
use crate::secrets::Environment;
use crate::vendor;

/// Where `--sandbox` keeps its state, beside the document.
pub(super) const SANDBOX_STATE: &str = ".dcrsync/sandbox.json";

/// A document that is in order, and the way to both vendors.
pub(super) struct Session {
    pub(super) sources: SourceMap,
    pub(super) engine: Engine,
    screen: Screen,
    sandbox: Option<Sandbox>,
}

/// A plan with the time at which the vendors were read.
pub(super) struct Look {
    pub(super) planned: Planned,
    pub(super) observed_at: String,
}

/// Reads the files and checks them, without telling anything yet.
pub(super) fn load(document: &DocumentArgs) -> Result<(Loaded, Vars), CliError> {
    let here = std::env::current_dir()
        .map_err(|source| CliError::new(source).hint("does the current folder still exist?"))?;
    let vars = document.vars(std::env::vars_os())?;
    let inputs = input::read(&document.files, &here)?;
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
        let checked = checked.ok_or_else(|| CliError::sentence("the document cannot be used"))?;
        let environment = Environment::from_process();
        let (sandbox, addresses) = if vendors.sandbox {
            let sandbox = start_sandbox(&checked, &sources, &environment, screen).await?;
            let addresses = addresses(&sandbox.origins)?;
            (Some(sandbox), Some(addresses))
        } else {
            (None, None)
        };
        let options = Options {
            environment,
            addresses,
            take_over: vendors.take_over,
            http: vendor::Options::default(),
        };
        let engine = Engine::open(checked, &sources, options)?;
        Ok(Self {
            sources,
            engine,
            screen,
            sandbox,
        })
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
            planned,
            observed_at,
        })
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
            seconds: None,
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

async fn start_sandbox(
    checked: &Checked,
    sources: &SourceMap,
    environment: &Environment,
    screen: Screen,
) -> Result<Sandbox, CliError> {
    let needs = Needs::of(checked, sources, environment)?;
    let state = state_file(sources);
    let sandbox = sandbox::start(sandbox::Options {
        state: Some(state.clone()),
        ..sandbox::Options::default()
    })
    .await?;
    for token in &needs.okta_tokens {
        sandbox.accept_okta_token(token.expose());
    }
    for token in &needs.konnect_tokens {
        sandbox.accept_konnect_token(token.expose());
    }
    let made = sandbox.seed_named(&Named {
        servers: needs.servers,
        portals: needs.portals,
        apis: needs.apis,
        developers: needs.developers,
        teams: needs.teams,
    });
    screen.tell(&format!(
        "Using the sandbox, not the vendors; its state is in `{}`.\n",
        state.display()
    ));
    for line in made {
        screen.tell(&format!("  {line}\n"));
    }
    screen.tell("\n");
    Ok(sandbox)
}

/// Beside the first file, so that it is the same from every folder below.
fn state_file(sources: &SourceMap) -> PathBuf {
    let first = sources.iter().next();
    let folder = first.and_then(|(_, source)| Path::new(&source.name).parent());
    folder.map_or_else(|| PathBuf::from(SANDBOX_STATE), |at| at.join(SANDBOX_STATE))
}

fn addresses(origins: &Origins) -> Result<Addresses, CliError> {
    let url = |origin: &str| Url::parse(origin).map_err(CliError::new);
    Ok(Addresses {
        okta: url(&origins.okta)?,
        konnect: url(&origins.konnect)?,
        portal: url(&origins.portal)?,
        gateway: url(&origins.gateway)?,
    })
}
