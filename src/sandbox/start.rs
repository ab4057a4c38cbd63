use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::audit::Audit;
use super::fault::Faults;
use super::journal::Journal;
use super::konnect::KonnectState;
use super::okta::OktaState;
use super::saver::Saver;
use super::seed::plant;
use super::server::{Server, listen};
use super::shared::Common;
use super::state_file::{Kept, StateFile};
use super::tls::{CaFile, Tls};
use super::world::World;
use super::{
    Change, Entry, Fault, Hand, Named, Options, Origins, SandboxError, Snapshot, Vendor, konnect,
    origins,
};

/// Four running servers. Dropped without [`shutdown`](Self::shutdown) they end too, but what
/// happened in the last moment is not saved.
pub struct Sandbox {
    /// Where the servers are.
    pub origins: Origins,
    /// An admin's token of the emulated Okta: throw-away, good for nothing else.
    pub okta_token: String,
    /// An admin's token of the emulated Konnect: throw-away as well.
    pub konnect_token: String,
    /// The certificate to trust, where the servers speak https.
    pub ca: Option<PathBuf>,
    world: Arc<World>,
    servers: Vec<Server>,
    stop: watch::Sender<bool>,
    saving: Option<Saving>,
    /// Held for the folder that it may have for itself, which ends with the sandbox.
    _ca_file: Option<CaFile>,
}

/// Tokens are not shown, throw-away as they are: what is no secret here may be one elsewhere.
impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("origins", &self.origins)
            .finish_non_exhaustive()
    }
}

struct Saving {
    saver: Arc<Saver>,
    task: JoinHandle<()>,
}

/// Starts the four servers; all listen when this returns.
pub async fn start(options: Options) -> Result<Sandbox, SandboxError> {
    let file = options.state.clone().map(StateFile::open).transpose()?;
    let kept = file.as_ref().map(StateFile::read).transpose()?.flatten();
    let last = kept.as_ref().map(|kept| kept.origins.clone());
    let [okta, konnect, portal, gateway] = Vendor::ALL.map(|vendor| {
        let last = last.as_ref().and_then(|origins| origins.port(vendor));
        listen(vendor, options.address(vendor), last)
    });
    let listeners = [
        (Vendor::Okta, okta.await?),
        (Vendor::Konnect, konnect.await?),
        (Vendor::Portal, portal.await?),
        (Vendor::Gateway, gateway.await?),
    ];
    let addresses = addresses_of(&listeners)?;
    let scheme = if options.tls.is_some() {
        "https"
    } else {
        "http"
    };
    let origins = Origins::of_addresses(scheme, addresses);

    let common = Arc::new(Common::default());
    // nobody else holds it yet
    let _ = common.origins.set(origins.clone());
    let _ = common.names.set(options.tls.clone().unwrap_or_default());
    let tls = options
        .tls
        .as_ref()
        .map(|names| Tls::new(names, &addresses.map(|address| address.ip())))
        .transpose()?;
    let ca_file = match &tls {
        None => None,
        Some(tls) => {
            let _ = common.ca.set(tls.ca.clone());
            Some(CaFile::write(&tls.ca, options.state.as_ref())?)
        }
    };
    let acceptor = tls.map(|tls| tls.acceptor);
    let fresh = kept.is_none();
    let world = Arc::new(world(&common, &options, kept, file.as_ref())?);
    world.remember(&options.named);
    if fresh {
        world.make(&options.named);
    }

    let (stop, stopped) = watch::channel(false);
    let saving = match file {
        None => None,
        Some(file) => {
            common.dirty.store(true, Ordering::Release);
            let saver = Arc::new(Saver::new(Arc::clone(&world), file));
            // said here and not only in a log: a state that cannot be kept is no state
            saver.save()?;
            let task = tokio::spawn(Arc::clone(&saver).run(stopped.clone()));
            Some(Saving { saver, task })
        }
    };
    let mut servers = Vec::new();
    for (vendor, listener) in listeners {
        let (acceptor, stopped) = (acceptor.clone(), stopped.clone());
        servers.push(Server::start(&world, vendor, listener, acceptor, stopped));
        // Konnect registers clients at Okta, which therefore has to be there first
        if fresh && vendor == Vendor::Okta {
            plant(&world, &options.seed).await?;
        }
    }
    Ok(Sandbox {
        origins,
        okta_token: world.okta.read(|state| state.admin_token().to_owned()),
        konnect_token: konnect::ADMIN_TOKEN.to_owned(),
        ca: ca_file.as_ref().map(|file| file.path.clone()),
        world,
        servers,
        stop,
        saving,
        _ca_file: ca_file,
    })
}

impl Sandbox {
    /// Has Okta accept a document's token as it is.
    pub fn accept_okta_token(&self, token: &str) {
        self.world.accept_token(Vendor::Okta, token);
    }

    /// Has Konnect accept a document's token as it is.
    pub fn accept_konnect_token(&self, token: &str) {
        self.world.accept_token(Vendor::Konnect, token);
    }

    /// Makes what is only named and not there yet, and says so in a line for each thing made.
    pub fn seed_named(&self, named: &Named) -> Vec<String> {
        self.world.remember(named);
        self.world.make(named)
    }

    /// Arms faults beside those that are armed already.
    pub fn arm(&self, faults: impl IntoIterator<Item = Fault>) {
        self.world.faults().arm(faults);
    }

    /// Takes all faults away.
    pub fn disarm(&self) {
        self.world.faults().disarm();
    }

    /// Copies what both vendors have, to go back to it.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot::of(&self.world)
    }

    /// Goes back; no request may be under way.
    pub fn restore(&self, snapshot: &Snapshot) {
        snapshot.restore(&self.world);
    }

    /// The administrator of Okta.
    pub fn okta_admin(&self) -> Result<Hand, SandboxError> {
        let router = super::okta::router(self.world.okta.clone());
        Hand::new(router, &format!("SSWS {}", self.okta_token))
    }

    /// The administrator of Konnect.
    pub fn konnect_admin(&self) -> Result<Hand, SandboxError> {
        let router = konnect::router(self.world.konnect.clone());
        Hand::new(router, &format!("Bearer {}", self.konnect_token))
    }

    /// The last requests, oldest first.
    pub fn journal(&self) -> Vec<Entry> {
        self.world.journal().entries()
    }

    /// The last changes, oldest first.
    pub fn audit(&self) -> Vec<Change> {
        self.world.audit().changes()
    }

    /// Ends the servers and saves the state. Requests in flight get half a second.
    pub async fn shutdown(self) -> Result<(), SandboxError> {
        self.stop.send_replace(true);
        futures_util::future::join_all(self.servers.into_iter().map(Server::end)).await;
        if let Some(Saving { saver, task }) = self.saving {
            // the task holds the file's lock with its saver, and its last save may still run
            let _ = task.await;
            saver.save()?;
        }
        Ok(())
    }
}

/// The world as it was kept, or a fresh one.
fn world(
    common: &Arc<Common>,
    options: &Options,
    kept: Option<Kept>,
    file: Option<&StateFile>,
) -> Result<World, SandboxError> {
    let mut faults = Faults::default();
    faults.arm(options.faults.iter().cloned());
    let (okta, konnect, past) = if let (Some(kept), Some(file)) = (kept, file) {
        common
            .clock_offset
            .store(kept.clock_offset, Ordering::Relaxed);
        let new = common.origins.get().unwrap_or(&kept.origins);
        let mut okta: OktaState = moved(kept.okta, &kept.origins, new, file)?;
        let konnect: KonnectState = moved(kept.konnect, &kept.origins, new, file)?;
        // what is shown has to open, whatever became of it or however long nobody came
        let token = okta.admin_token().to_owned();
        okta.accept_token(&token, common.now());
        let past = (Journal::resume(kept.journal), Audit::resume(kept.audit));
        (okta, konnect, past)
    } else {
        let now = common.now();
        let (okta, konnect) = (OktaState::seed(now), KonnectState::seed(now));
        (okta, konnect, (Journal::default(), Audit::default()))
    };
    Ok(World::new(common, okta, konnect, past, faults, options))
}

/// One vendor's kept state, with the origins of today.
fn moved<T: DeserializeOwned>(
    mut state: Value,
    old: &Origins,
    new: &Origins,
    file: &StateFile,
) -> Result<T, SandboxError> {
    origins::rewrite(&mut state, old, new);
    serde_json::from_value(state).map_err(|source| file.malformed(source))
}

fn addresses_of(listeners: &[(Vendor, TcpListener); 4]) -> Result<[SocketAddr; 4], SandboxError> {
    let [okta, konnect, portal, gateway] = listeners;
    let address = |(vendor, listener): &(Vendor, TcpListener)| {
        listener
            .local_addr()
            .map_err(|source| SandboxError::Listen {
                vendor: *vendor,
                address: ([0, 0, 0, 0], 0).into(),
                source,
            })
    };
    Ok([
        address(okta)?,
        address(konnect)?,
        address(portal)?,
        address(gateway)?,
    ])
}
