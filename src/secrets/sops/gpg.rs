//! `OpenPGP` keys, which stay with the installed `gpg` and its agent.

use std::ffi::{OsStr, OsString};

use zeroize::Zeroizing;

use crate::secrets::Environment;
use crate::secrets::process::run;

/// Opens an armored message.
pub(super) fn decrypt(enc: &str, environment: &Environment) -> Result<Zeroizing<Vec<u8>>, String> {
    let arguments = ["--batch", "--quiet", "--decrypt"];
    run(
        &program(environment),
        &arguments,
        None,
        enc.as_bytes(),
        environment,
        true,
    )
}

/// Makes an armored message for one key; whoever names its fingerprint has decided to trust it.
pub(super) fn encrypt(
    plain: &[u8],
    fingerprint: &str,
    environment: &Environment,
) -> Result<String, String> {
    let arguments = [
        "--batch",
        "--quiet",
        "--no-encrypt-to",
        "--trust-model",
        "always",
        "--armor",
        "--recipient",
        fingerprint,
        "--encrypt",
    ];
    let enc = run(
        &program(environment),
        &arguments,
        None,
        plain,
        environment,
        true,
    )?;
    String::from_utf8(enc.to_vec()).map_err(|_| "printed no text".to_owned())
}

/// What the program is called, for an error.
pub(super) fn name(environment: &Environment) -> String {
    program(environment).to_string_lossy().into_owned()
}

fn program(environment: &Environment) -> OsString {
    environment
        .get("SOPS_GPG_EXEC")
        .unwrap_or(OsStr::new("gpg"))
        .to_owned()
}
