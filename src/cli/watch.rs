//! `dcrsync watch`: follows documents and both vendors, for months.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::ValueEnum;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio_rustls::rustls::ServerConfig;

use super::error::CliError;
use super::exit::Exit;
use super::options::DocumentArgs;
use super::screen::Screen;
use super::{embedded, page_tls};
use crate::config::{KonnectSettings, Mode, PageAccess, Settings};
use crate::daemon::alerts::receivers;
use crate::daemon::events::OwnRequests;
use crate::daemon::leader::{self, Leadership, Place};
use crate::daemon::service::Service;
use crate::daemon::triggers::signals::Signals;
use crate::daemon::{Adapt, Board, Follower, Ledger, Read, Shared, Source, Watch};
use crate::engine::{Addresses, Checked, Engine, state_folder};
use crate::sandbox::Sandbox;
use crate::secrets::Environment;
use crate::status::Status;
use crate::vendor::{self, Clock, Observer, Realtime};
use crate::web::{self, Access, Ask, Door, Page};

/// Follows documents and both vendors, tells what changed and who did it, and mends it where allowed.
///
/// Without `mode: apply` in the document, or `--mode apply`, nothing is ever written to a vendor. The page
/// is at `watch.listen`, `127.0.0.1:8711` where the document says nothing else. SIGHUP looks at
/// everything now, SIGUSR1 turns the kill switch, SIGTERM ends in order.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct WatchArgs {
    /// A document, as a file or a folder; several are followed side by side.
    #[arg(value_name = "DOCUMENT", conflicts_with = "files")]
    documents: Vec<PathBuf>,
    #[command(flatten)]
    document: DocumentArgs,
    /// Another mode than the documents'.
    #[arg(long, value_name = "MODE")]
    mode: Option<ModeArg>,
    /// Another address for the page than the document's.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Opens no page.
    #[arg(long, conflicts_with = "listen")]
    no_page: bool,
    /// The folder for what must survive a restart; `.dcrsync` beside the first document where it is not given.
    #[arg(long, value_name = "FOLDER", env = "DCRSYNC_STATE")]
    state: Option<PathBuf>,
    /// Shares the work with other replicas by Leases in this namespace of Kubernetes.
    #[arg(long, value_name = "NAMESPACE", env = "DCRSYNC_LEASE")]
    lease: Option<String>,
    /// Uses the embedded sandbox instead of the vendors; for one document.
    #[arg(long)]
    sandbox: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ModeArg {
    /// Tells, and never writes.
    Detect,
    /// Brings both vendors back to the document.
    Apply,
}

const EXAMPLES: &str = "\
Examples:
  dcrsync watch --sandbox
  dcrsync watch -f dcrsync.yaml --mode apply
  dcrsync watch payments.yaml orders/ --state /var/lib/dcrsync
  dcrsync watch /etc/dcrsync/dcrsync.yaml --lease dcrsync";

pub(super) async fn run(args: WatchArgs, screen: Screen) -> Result<Exit, CliError> {
    let mut signals = Signals::listen()
        .map_err(|source| CliError::new(source).about("cannot listen for signals"))?;
    let sources = sources(&args)?;
    let mut read = Vec::new();
    for source in sources {
        let document = source.read().map_err(CliError::sentence)?;
        read.push((source, document));
    }
    names_differ(&read)?;
    let (sandbox, environment, addresses) = Box::pin(sandboxed(&args, &mut read, screen)).await?;
    let ended = Box::pin(serve(
        &args,
        read,
        environment,
        addresses,
        &mut signals,
        screen,
    ))
    .await;
    if let Some(sandbox) = sandbox {
        sandbox.shutdown().await?;
    }
    ended.map(|()| Exit::Fine)
}

/// Each positional argument is a document; `-f` is one of several files.
fn sources(args: &WatchArgs) -> Result<Vec<Source>, CliError> {
    let here = std::env::current_dir()
        .map_err(|source| CliError::new(source).hint("does the current folder still exist?"))?;
    let vars = args.document.vars(std::env::vars_os())?;
    let source = |files: Vec<PathBuf>| Source {
        files,
        vars: vars.clone(),
        here: here.clone(),
    };
    if args.documents.is_empty() {
        return Ok(vec![source(args.document.files.clone())]);
    }
    Ok(args
        .documents
        .iter()
        .map(|path| source(vec![path.clone()]))
        .collect())
}

fn names_differ(read: &[(Source, Read)]) -> Result<(), CliError> {
    let mut seen: HashSet<&str> = HashSet::new();
    for (_, read) in read {
        let name = read.checked.settings.name.as_str();
        if !seen.insert(name) {
            let error = format!("two documents are called `{name}`");
            return Err(CliError::sentence(error)
                .hint("`name` marks what a document owns, so each needs its own"));
        }
    }
    Ok(())
}

async fn sandboxed(
    args: &WatchArgs,
    read: &mut [(Source, Read)],
    screen: Screen,
) -> Result<(Option<Sandbox>, Environment, Option<Addresses>), CliError> {
    let mut environment = Environment::from_process();
    if !args.sandbox {
        return Ok((None, environment, None));
    }
    let [(_, only)] = read else {
        return Err(CliError::sentence("`--sandbox` takes one document"));
    };
    let started =
        embedded::start(&mut only.checked, &only.sources, &mut environment, screen).await?;
    let addresses = embedded::addresses(&started)?;
    Ok((Some(started), environment, Some(addresses)))
}

async fn serve(
    args: &WatchArgs,
    read: Vec<(Source, Read)>,
    environment: Environment,
    addresses: Option<Addresses>,
    signals: &mut Signals,
    screen: Screen,
) -> Result<(), CliError> {
    let clock: Arc<dyn Clock> = Arc::new(Realtime::default());
    let now = jiff::Timestamp::now();
    let instance = leader::instance();
    let board = Board::new(&instance, now);
    let state = args
        .state
        .clone()
        .or_else(|| read.first().map(|(_, read)| state_folder(&read.sources)))
        .unwrap_or_default();
    let keep = read
        .iter()
        .map(|(_, read)| read.checked.settings.watch.keep_history.duration());
    let keep = keep.max().unwrap_or(Duration::from_hours(24 * 90));
    let ledger = Ledger::open(&state, keep, Arc::clone(&clock)).map_err(|error| {
        CliError::new(error).hint(format!(
            "give another folder with `--state`; `{}` was tried",
            state.display()
        ))
    })?;
    let own = OwnRequests::default();
    let adapt = addresses.as_ref().map(|addresses| {
        let okta = addresses.okta.clone();
        Arc::new(move |checked: &mut Checked| embedded::adapt(checked, &okta)) as Adapt
    });
    let base = Shared {
        environment,
        addresses,
        http: vendor::Options {
            observer: Some(observer(&board, &own)),
            clock: Arc::clone(&clock),
            ..vendor::Options::default()
        },
        board: board.clone(),
        teller: Arc::new(ledger.clerk()),
        mode: args.mode.map(|mode| match mode {
            ModeArg::Detect => Mode::Detect,
            ModeArg::Apply => Mode::Apply,
        }),
        adapt,
    };
    let mut watch = Watch::new(ledger.desk().clone());
    let mut elections: HashMap<(String, String), Leadership> = HashMap::new();
    let mut opening = None;
    for (source, read) in read {
        let pair = pair(&read.checked.settings, base.addresses.as_ref());
        if !elections.contains_key(&pair) {
            let (okta_origin, konnect_origin) = pair.clone();
            let place = if let Some(namespace) = &args.lease {
                Place::Lease(Some(namespace.clone()))
            } else {
                let name = leader::lease_name(&okta_origin, &konnect_origin);
                Place::File(state.join(format!("{name}.lock")))
            };
            let options = leader::Options {
                place,
                okta_origin,
                konnect_origin,
                instance: instance.clone(),
                times: leader::Times::default(),
            };
            let elected = leader::choose(options).await.map_err(|error| {
                let hint = error.hint().to_owned();
                CliError::new(error).hint(hint)
            })?;
            elections.insert(pair.clone(), elected);
        }
        let Some(elected) = elections.get(&pair) else {
            continue;
        };
        let shared = Shared {
            http: vendor::Options {
                fence: Some(watch.fence(&read, Arc::clone(&elected.fence))),
                ..base.http.clone()
            },
            ..base.clone()
        };
        let follower = Follower::open(source, read, shared).map_err(CliError::sentence)?;
        if let Some(in_force) = follower.in_force() {
            let told = receivers(&in_force.settings().alerts, in_force.engine());
            let told = told.map_err(|error| {
                let hint = error.hint();
                CliError::new(error).hint(hint)
            })?;
            let name = in_force.name();
            ledger.desk().receivers(name, told).map_err(CliError::new)?;
            if opening.is_none() {
                opening = Some(opened(args, in_force.engine())?);
            }
        }
        watch
            .add(follower, elected.role.clone(), Arc::clone(&clock), &own)
            .map_err(CliError::new)?;
    }
    let (end, ended) = watch::channel(false);
    let page = match opening {
        Some(opening) if !args.no_page => {
            Some(open_page(opening, &watch, board.subscribe(), ended.clone(), screen).await?)
        }
        Some(_) | None => None,
    };
    let desk = ledger.desk().clone();
    let delivering = tokio::spawn({
        let mut ended = ended.clone();
        async move {
            desk.deliver(async move {
                // an error means that nobody can say it any more
                let _ = ended.wait_for(|end| *end).await;
            })
            .await;
        }
    });
    let telling = tokio::spawn(ledger.clone().tell(board.clone()));
    let mut service = Service::new(|name| std::env::var_os(name));
    service.ready();
    watch.run(signals, &mut service).await;
    service.stopping();
    end.send_replace(true);
    telling.abort();
    for (_, elected) in elections {
        elected.stop().await;
    }
    let _ = tokio::time::timeout(Duration::from_secs(1), delivering).await;
    if let Some(page) = page {
        let _ = tokio::time::timeout(Duration::from_secs(1), page).await;
    }
    Ok(())
}

/// Counts requests, and remembers those of ours that wrote.
fn observer(board: &Board, own: &OwnRequests) -> Observer {
    let (count, own) = (board.observer(), own.clone());
    Arc::new(move |done| {
        count(done);
        own.note(done);
    })
}

/// The organisations that one budget is for.
fn pair(settings: &Settings, addresses: Option<&Addresses>) -> (String, String) {
    if let Some(addresses) = addresses {
        return (addresses.okta.to_string(), addresses.konnect.to_string());
    }
    let okta = settings.okta.as_ref().map(|okta| okta.org_url.to_string());
    let konnect = settings.konnect.as_ref().and_then(KonnectSettings::base);
    (
        okta.unwrap_or_default(),
        konnect.map(|base| base.to_string()).unwrap_or_default(),
    )
}

/// Where the page is, and who may come in.
struct Opening {
    address: SocketAddr,
    door: Door,
    tls: Option<Arc<ServerConfig>>,
}

fn opened(args: &WatchArgs, engine: &Engine) -> Result<Opening, CliError> {
    let settings = &engine.checked().settings.watch;
    let access = match &settings.access {
        None => None,
        Some(PageAccess::Token(token)) => {
            let token = engine.secret(token, "watch.access.token");
            Some(Access::Token(token?))
        }
        Some(PageAccess::Basic(basic)) => Some(Access::Basic {
            user: basic.user.clone(),
            password: engine.secret(&basic.password, "watch.access.basic.password")?,
        }),
    };
    let tls = match &settings.tls {
        None => None,
        Some(tls) => {
            let (cert, key) = (engine.path(&tls.cert_file), engine.path(&tls.key_file));
            let config = page_tls::read(&cert, &key);
            Some(config.map_err(|error| {
                CliError::new(error)
                    .hint("`watch.tls` takes a certificate and its key as PEM files")
            })?)
        }
    };
    Ok(Opening {
        address: args.listen.unwrap_or(settings.listen),
        door: Door {
            access,
            hosts: settings.hosts.clone(),
            behind_proxy: settings.behind_proxy,
        },
        tls,
    })
}

async fn open_page(
    opening: Opening,
    watch: &Watch,
    status: watch::Receiver<Arc<Status>>,
    mut ended: watch::Receiver<bool>,
    screen: Screen,
) -> Result<JoinHandle<()>, CliError> {
    let Opening { address, door, tls } = opening;
    web::check(address, &door, tls.is_some())
        .map_err(|error| CliError::new(error).about("the page is not opened"))?;
    let listener = TcpListener::bind(address).await.map_err(|source| {
        CliError::new(source)
            .about(format!("cannot listen on {address}"))
            .hint("give another address with `--listen`, or none with `--no-page`")
    })?;
    let at = listener.local_addr().map_err(CliError::new)?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    screen.tell(&format!("The page is at {scheme}://{at}\n"));
    let (ask, mut asked) = mpsc::channel(8);
    let call = watch.caller();
    tokio::spawn(async move {
        while let Some(Ask::CheckNow { document }) = asked.recv().await {
            call(&document);
        }
    });
    let page = Page { status, ask, door };
    Ok(tokio::spawn(async move {
        let stop = async move {
            // an error means that nobody can say it any more
            let _ = ended.wait_for(|end| *end).await;
        };
        if let Err(error) = web::serve(listener, tls, page, stop).await {
            tracing::error!(%error, "the page is closed");
        }
    }))
}
