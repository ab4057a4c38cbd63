use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rand::RngCore;

use super::call::Address;
use crate::secrets::Environment;
use crate::secrets::process::not_run;

/// It starts within a tenth of a second on an idle machine.
const PATIENCE: Duration = Duration::from_secs(10);

/// The key service of the installed `sops`, on a socket of ours; ended when dropped.
pub(super) struct Local {
    child: Child,
    folder: Folder,
}

/// A folder for nobody else, removed with what is in it.
struct Folder(PathBuf);

impl Local {
    /// Starts it and waits until it listens.
    pub(super) fn start(environment: &Environment) -> Result<Self, String> {
        let folder = Folder::make()?;
        let socket = folder.socket();
        let child = Command::new("sops")
            .args(["keyservice", "--network", "unix", "--address"])
            .arg(&socket)
            .env_clear()
            .envs(environment.all())
            // it must not ask the network for news
            .env("SOPS_DISABLE_VERSION_CHECK", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| not_run(&error))?;
        let mut local = Self { child, folder };
        let begun = Instant::now();
        while !listens(&socket) {
            if let Ok(Some(status)) = local.child.try_wait() {
                return Err(format!("has no key service ({status})"));
            }
            if begun.elapsed() > PATIENCE {
                return Err(format!("did not start within {} s", PATIENCE.as_secs()));
            }
            thread::sleep(Duration::from_millis(5));
        }
        Ok(local)
    }

    /// Where it listens.
    pub(super) fn address(&self) -> Address {
        Address::Unix(self.folder.socket().display().to_string())
    }
}

#[cfg(unix)]
fn listens(socket: &Path) -> bool {
    std::os::unix::net::UnixStream::connect(socket).is_ok()
}

#[cfg(not(unix))]
fn listens(_: &Path) -> bool {
    false
}

impl Drop for Local {
    fn drop(&mut self) {
        // both fail only when it has ended by itself
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Folder {
    fn make() -> Result<Self, String> {
        let name = format!("dcrsync-{:016x}", rand::rng().next_u64());
        let path = std::env::temp_dir().join(name);
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder
            .create(&path)
            .map_err(|error| format!("needs a temporary folder: {}", error.kind()))?;
        Ok(Self(path))
    }

    fn socket(&self) -> PathBuf {
        self.0.join("keys.sock")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // a folder that is left behind holds a dead socket and no secret
        let _ = fs::remove_dir_all(&self.0);
    }
}
