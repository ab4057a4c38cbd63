//! Programs that the tests compare with, and what they need to run.

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// The real sops: what `DCRSYNC_SOPS_BIN` names, or where `.ci/run` builds it.
pub(crate) fn sops() -> Option<PathBuf> {
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")));
    std::env::var_os("DCRSYNC_SOPS_BIN")
        .map(PathBuf::from)
        .or_else(|| Some(cache?.join("dcrsync/bin/sops")))
        .filter(|program| program.is_file())
}

/// The path of this process, with folders before it.
pub(crate) fn path(folders: &[&Path]) -> OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = folders.iter().map(|folder| (*folder).to_owned());
    std::env::join_paths(folders.chain(std::env::split_paths(&path))).unwrap()
}

/// Says loudly that something was not tested; the harness would swallow what is only printed.
pub(crate) fn skipped(what: &str, why: &str) {
    let mut stream = std::io::stderr();
    writeln!(stream, "!!! SKIPPED: {what}: {why}").unwrap();
}

/// A `gpg` home with one secret key in it, whose agent ends with it.
pub(crate) struct GpgHome(TempDir);

impl GpgHome {
    /// `None` where there is no `gpg`.
    pub(crate) fn with(key: &Path) -> Option<Self> {
        let home = tempfile::tempdir().unwrap();
        let import = Command::new("gpg")
            .args(["--batch", "--quiet", "--import"])
            .arg(key)
            .env("GNUPGHOME", home.path())
            .stderr(Stdio::null())
            .status()
            .ok()?;
        assert!(import.success(), "gpg does not import the key");
        Some(Self(home))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for GpgHome {
    fn drop(&mut self) {
        // else the agent would outlive its folder; without the program there is no agent
        let _ = Command::new("gpgconf")
            .args(["--kill", "gpg-agent"])
            .env("GNUPGHOME", self.0.path())
            .status();
    }
}
