use std::ffi::OsStr;
use std::path::Path;

use super::Environment;
use super::process::run;

/// Who else may read a secret that stands in a file in clear; each is worth a warning.
pub(super) fn exposures(file: &Path, environment: &Environment) -> Vec<&'static str> {
    let mut found = Vec::new();
    if is_for_everybody(file) {
        found.push("every user of this machine can read it; run `chmod 600` on it");
    }
    if is_tracked(file, environment) {
        found.push(
            "it is in clear in a git repository; move the secret into a SOPS file, and replace it",
        );
    }
    found
}

#[cfg(unix)]
fn is_for_everybody(file: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;

    // a pipe or a terminal is nobody's to read later
    std::fs::metadata(file).is_ok_and(|file| file.is_file() && file.mode() & 0o004 != 0)
}

#[cfg(not(unix))]
fn is_for_everybody(_: &Path) -> bool {
    false
}

/// Asks `git`, where the file is in a repository at all; no answer is no warning.
fn is_tracked(file: &Path, environment: &Environment) -> bool {
    let Ok(real) = std::fs::canonicalize(file) else {
        return false;
    };
    let Some((folder, name)) = real.parent().zip(real.file_name().and_then(OsStr::to_str)) else {
        return false;
    };
    let in_repository = folder.ancestors().any(|above| above.join(".git").exists());
    let folder = folder.to_string_lossy();
    let arguments = ["-C", &folder, "ls-files", "--error-unmatch", "--", name];
    in_repository && run(OsStr::new("git"), &arguments, None, &[], environment, false).is_ok()
}
