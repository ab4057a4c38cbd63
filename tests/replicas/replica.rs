//! A replica is this test program once more: a process that writes whenever its fence lets it.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use dcrsync::daemon::leader::{self, Options, Place, Role, Times};
use rustix::process::{Pid, Signal, kill_process};
use tokio::signal::unix::{SignalKind, signal};

use super::cluster::{Cluster, NAMESPACE, block_on};
use super::journal::{Journal, Pen};
use super::line::Line;
use super::{LEASE, PATIENCE, RENEW_DEADLINE, RETRY};

const NAME: &str = "DCRSYNC_TEST_REPLICA";
const JOURNAL: &str = "DCRSYNC_TEST_JOURNAL";
const ROLE: &str = "DCRSYNC_TEST_ROLE";

pub(super) struct Replica {
    child: Child,
    role: PathBuf,
}

impl Replica {
    pub(super) fn start(name: &str, cluster: &Cluster, line: &Line, journal: &Journal) -> Self {
        let role = cluster.folder().join(format!("{name}.role"));
        let program = std::env::current_exe().expect("this program");
        let child = Command::new(program)
            .args(["--exact", "replica_process", "--nocapture"])
            .env("KUBECONFIG", cluster.kubeconfig(name, line.port))
            .env(NAME, name)
            .env(JOURNAL, journal.path())
            .env(ROLE, &role)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .expect("it starts");
        Self { child, role }
    }

    pub(super) fn wait_until_it_follows(&self, holder: &str) {
        let began = Instant::now();
        loop {
            let role = std::fs::read_to_string(&self.role).unwrap_or_default();
            if role == holder {
                return;
            }
            assert!(
                began.elapsed() < PATIENCE,
                "it never follows `{holder}` but `{role}`"
            );
            sleep(Duration::from_millis(50));
        }
    }

    pub(super) fn pause(&self) {
        self.signal(Signal::STOP);
    }

    pub(super) fn go_on(&self) {
        self.signal(Signal::CONT);
    }

    pub(super) fn kill(mut self) {
        self.signal(Signal::KILL);
        self.child.wait().expect("it ends");
    }

    pub(super) fn stop(mut self) {
        self.signal(Signal::TERM);
        let ended = self.child.wait().expect("it ends");
        assert!(ended.success(), "{ended}");
    }

    fn signal(&self, signal: Signal) {
        let id = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        kill_process(id.expect("the id of a process"), signal).expect("it is there");
    }
}

impl Drop for Replica {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The process itself.
pub(super) fn main() {
    let variable = |name| std::env::var(name).ok();
    let (Some(name), Some(journal), Some(role)) =
        (variable(NAME), variable(JOURNAL), variable(ROLE))
    else {
        return;
    };
    block_on(run(&name, Path::new(&journal), Path::new(&role)));
}

async fn run(name: &str, journal: &Path, told: &Path) {
    let mut pen = Pen::new(journal, name);
    let mut stop = signal(SignalKind::terminate()).expect("signals");
    let leadership = leader::choose(Options {
        place: Place::Lease(Some(NAMESPACE.to_owned())),
        okta_origin: "https://acme.okta.com".to_owned(),
        konnect_origin: "https://us.api.konghq.com".to_owned(),
        instance: name.to_owned(),
        times: Times::new(LEASE, RENEW_DEADLINE, RETRY).expect("times that fit"),
    });
    let mut leadership = leadership.await.expect("a cluster");
    loop {
        tokio::select! {
            _ = stop.recv() => break,
            () = tokio::time::sleep(Duration::from_millis(20)) => {}
        }
        if (leadership.fence)() {
            pen.write();
        }
        let role = match &*leadership.role.borrow() {
            Role::Leads => "itself".to_owned(),
            Role::Follows { holder } => holder.clone().unwrap_or_default(),
        };
        std::fs::write(told, role).expect("it is written");
        if leadership.trouble.has_changed().unwrap_or(false) {
            let trouble = leadership.trouble.borrow_and_update();
            let source = trouble.as_ref().and_then(|error| error.source());
            eprintln!("{name}: {trouble:?} {:?}", source.map(ToString::to_string));
        }
    }
    leadership.stop().await;
}
