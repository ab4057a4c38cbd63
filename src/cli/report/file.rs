use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::super::error::CliError;

/// Proves that a report can be written there, before the run does anything.
pub(super) fn prove(path: &Path) -> Result<(), CliError> {
    let scratch = beside(path);
    let made = std::fs::File::create_new(&scratch);
    let _ = std::fs::remove_file(&scratch);
    match made {
        Ok(_) if path.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        Ok(_) => Ok(()),
        Err(error) => Err(error),
    }
    .map_err(|source| cannot(path, source))
}

/// Replaces a file as a whole: who reads meanwhile gets the old one or the new one.
pub(super) fn replace(path: &Path, text: &str) -> Result<(), CliError> {
    let scratch = beside(path);
    let write = || {
        let mut file = std::fs::File::create_new(&scratch)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&scratch, path)
    };
    write().map_err(|source| {
        let _ = std::fs::remove_file(&scratch);
        cannot(path, source)
    })
}

fn cannot(path: &Path, source: io::Error) -> CliError {
    CliError::write(format!("the report `{}`", path.display()), source)
        .hint("name a file in a folder that is there and that you may write to")
}

/// In the same folder, as only there a rename is atomic.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mark = fastrand::u64(..);
    path.with_file_name(format!(".{name}.{mark:016x}"))
}
