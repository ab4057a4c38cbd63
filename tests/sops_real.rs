//! What dcrsync writes, read by the real `sops`, and the other way round.
//!
//! It runs where that program is: `DCRSYNC_SOPS_BIN` names it, or `.ci/run` has built it.

#![allow(clippy::unwrap_used, clippy::float_cmp)] // a test may

#[path = "sops/compare.rs"]
mod compare;
#[path = "sops/kms.rs"]
mod kms;
#[path = "sops/random.rs"]
mod random;
#[path = "sops/tools.rs"]
mod tools;
#[path = "sops/vault.rs"]
mod vault;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use dcrsync::base::{CredentialStore, CredentialTarget, Credentials, FileId, Secret, Span};
use dcrsync::secrets::{Environment, Secrets, SopsStore};
use serde_json::Value;

/// A fixture of the repository.
pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/sops")
        .join(name)
}

/// Variables for sops and for us alike.
pub(crate) type Variables = Vec<(&'static str, OsString)>;

/// An environment with two age identities, an empty home and the program.
pub(crate) fn variables(sops: &Path, home: &Path) -> Variables {
    let keys = ["keys/test-age-a.txt", "keys/test-age-b.txt"].map(|name| {
        let text = fs::read_to_string(fixture(name)).unwrap();
        let line = text.lines().find(|line| line.starts_with("AGE-"));
        line.unwrap().to_owned()
    });
    vec![
        ("HOME", home.into()),
        ("PATH", tools::path(&[sops.parent().unwrap()])),
        ("SOPS_AGE_KEY", keys.join("\n").into()),
    ]
}

/// What the real program makes of a file, as JSON.
pub(crate) fn decrypted(sops: &Path, file: &Path, variables: &Variables) -> Value {
    let run = Command::new(sops)
        .args(["decrypt", "--output-type", "json"])
        .arg(file)
        .env_clear()
        .envs(variables.iter().cloned())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&run.stderr).into_owned();
    let text = fs::read_to_string(file).unwrap();
    assert!(
        run.status.success(),
        "sops does not open it: {told}\n{text}"
    );
    serde_json::from_slice(&run.stdout).unwrap()
}

#[test]
fn the_real_sops_reads_the_credentials_that_were_kept() {
    let Some(sops) = tools::sops() else {
        tools::skipped("real sops", "it is not installed");
        return;
    };
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/quickstart");
    let folder = tempfile::tempdir().unwrap();
    for name in ["dcrsync.yaml", "secrets.sops.yaml", "throw-away.agekey"] {
        fs::copy(example.join(name), folder.path().join(name)).unwrap();
    }
    let apply = |expected: &str| {
        let run = Command::new(env!("CARGO_BIN_EXE_dcrsync"))
            .args(["apply", "--sandbox", "--auto-approve", "-f"])
            .arg(folder.path())
            .output()
            .unwrap();
        let out = String::from_utf8(run.stdout).unwrap();
        assert!(run.status.success(), "{out}");
        assert!(out.contains(expected), "{out}");
        out
    };
    let told = apply("Verified: 1 of 1");
    let kept = folder.path().join(".dcrsync/clients.sops.yaml");
    let key = folder.path().join("throw-away.agekey");
    let first = decrypted(&sops, &kept, &vec![("SOPS_AGE_KEY_FILE", key.into())]);
    let client = &first["clients"]["mobile-backend"];
    let id = client["client_id"].as_str().unwrap();
    assert!(told.contains(&format!("`client_id` is `{id}`")), "{told}");
    assert!(client["client_secret"].as_str().unwrap().len() >= 14);
    // a second run rewrites nothing
    let before = fs::read(&kept).unwrap();
    apply("No changes");
    assert_eq!(fs::read(&kept).unwrap(), before);
}

#[test]
fn a_new_file_follows_the_creation_rules() {
    let Some(sops) = tools::sops() else {
        tools::skipped("creation rules with the real sops", "it is not installed");
        return;
    };
    let Some(gpg) = tools::GpgHome::with(&fixture("keys/test-pgp.asc")) else {
        tools::skipped("creation rules with PGP", "gpg is not installed");
        return;
    };
    let home = tempfile::tempdir().unwrap();
    let mut variables = variables(&sops, home.path());
    variables.push(("GNUPGHOME", gpg.path().into()));
    let folder = tempfile::tempdir().unwrap();
    let recipient = "age1j63q759288eztalq4wq65en7l7zd7tduj4r75xrsdzlla8d38puss0t3zj";
    let fingerprint = "20B35DA1298E61892631B9B4B826920E1CA80C63";
    let rules = format!(
        "creation_rules:
  - path_regex: ^two\\.yaml$
    shamir_threshold: 2
    encrypted_regex: ^client
    key_groups:
      - age: [{recipient}]
      - pgp: [{fingerprint}]
  - path_regex: \\.(json|ini)$
    age: {recipient}
    pgp: {fingerprint}
    mac_only_encrypted: true
  - age: {recipient}
"
    );
    fs::write(folder.path().join(".sops.yaml"), rules).unwrap();
    let environment: Environment = variables.iter().cloned().collect();
    let secrets = Secrets::new(Vec::new(), Vec::new(), environment);
    let at = folder.path().to_owned();
    let store = SopsStore::new(Arc::new(secrets), move |_| at.clone());
    let span = Span {
        file: FileId(0),
        start: 0,
        end: 0,
    };
    let credentials = Credentials {
        client_id: "0oa1".to_owned(),
        client_secret: Secret::new("s3cr3t \"ü\"\n"),
    };
    for (file, path, marks) in [
        (
            "two.yaml",
            "client.mobile",
            vec!["key_groups:", "encrypted_regex", "BEGIN PGP"],
        ),
        (
            "one.json",
            "clients.mobile",
            vec!["\"mac_only_encrypted\": true", "BEGIN PGP"],
        ),
        ("one.ini", "mobile", vec!["[sops]", "BEGIN PGP"]),
        ("deep/er/x.yaml", "clients.mobile", vec!["BEGIN AGE"]),
    ] {
        let target = CredentialTarget {
            file: file.to_owned(),
            path: path.to_owned(),
            span,
        };
        store.prove(&target).unwrap();
        store.put(&target, &credentials).unwrap();
        assert_eq!(
            store.get(&target).unwrap().as_ref(),
            Some(&credentials),
            "{file}"
        );
        let kept = folder.path().join(file);
        let text = fs::read_to_string(&kept).unwrap();
        for mark in marks {
            assert!(text.contains(mark), "{file} has no {mark}:\n{text}");
        }
        let tree = decrypted(&sops, &kept, &variables);
        let pointer = format!("/{}", path.replace('.', "/"));
        let client = tree.pointer(&pointer).unwrap();
        assert_eq!(client["client_id"], "0oa1", "{file}");
        assert_eq!(client["client_secret"], "s3cr3t \"ü\"\n", "{file}");
    }
}
