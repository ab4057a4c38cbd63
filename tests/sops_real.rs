//! What dcrsync keeps, read by the real `sops`; it runs where `DCRSYNC_SOPS_BIN` names that program.

#![allow(clippy::unwrap_used)] // a test may

use std::path::Path;
use std::process::Command;
use std::{env, fs};

#[test]
fn the_real_sops_reads_the_credentials_that_were_kept() {
    let Some(sops) = env::var_os("DCRSYNC_SOPS_BIN") else {
        eprintln!("!!! SKIPPED: real sops: DCRSYNC_SOPS_BIN is not set");
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
    let decrypt = || {
        let run = Command::new(&sops)
            .args(["decrypt", "--output-type", "json"])
            .arg(&kept)
            .env("SOPS_AGE_KEY_FILE", folder.path().join("throw-away.agekey"))
            .output()
            .unwrap();
        assert!(run.status.success(), "sops does not open the file");
        serde_json::from_slice::<serde_json::Value>(&run.stdout).unwrap()
    };
    let first = decrypt();
    let client = &first["clients"]["mobile-backend"];
    let id = client["client_id"].as_str().unwrap();
    assert!(told.contains(&format!("`client_id` is `{id}`")), "{told}");
    assert!(client["client_secret"].as_str().unwrap().len() >= 14);
    // a second run rewrites nothing
    let before = fs::read(&kept).unwrap();
    apply("No changes");
    assert_eq!(fs::read(&kept).unwrap(), before);
}
