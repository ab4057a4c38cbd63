//! A made-up home to run the binary in.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// One scope, a variable, and both vendors.
pub(crate) const DOCUMENT: &str = "\
version: 1
name: payments
vars: { env: { default: staging } }
okta:
  org_url: https://acme.okta.com
  token: { env: OKTA_TOKEN }
  authorization_servers:
    default:
      scopes:
        orders.read: { description: 'Read orders in ${var.env}' }
konnect:
  region: us
  token: { env: KONNECT_TOKEN }
";

/// A made-up home: one folder, and an environment of nothing but what a test gives.
pub(crate) struct Test {
    pub(crate) home: TempDir,
    environment: Vec<(String, String)>,
}

/// What one run left behind.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Test {
    pub(crate) fn new() -> Self {
        Self {
            home: tempfile::tempdir().unwrap(),
            environment: Vec::new(),
        }
    }

    pub(crate) fn with(document: &str) -> Self {
        Self::new().file("dcrsync.yaml", document)
    }

    pub(crate) fn file(self, name: &str, text: &str) -> Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn command(&self, folder: &Path, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dcrsync"));
        command
            .args(args)
            .current_dir(folder)
            .env_clear()
            .env("HOME", self.home.path())
            .envs(self.environment.iter().cloned())
            .stdin(Stdio::null());
        command
    }

    #[must_use]
    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        self.run_in(self.home.path(), args)
    }

    #[must_use]
    pub(crate) fn run_in(&self, folder: &Path, args: &[&str]) -> Ran {
        let output = self.command(folder, args).output().unwrap();
        Ran {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ran {
    #[track_caller]
    pub(crate) fn code(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}\n{}", self.stdout, self.stderr);
        self
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap()
    }
}
