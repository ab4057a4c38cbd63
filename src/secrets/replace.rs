use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use rand::RngCore;

use super::SecretError;

/// How often an edit starts anew because somebody else wrote in between.
const ATTEMPTS: usize = 5;
/// One byte more than any SOPS file may have, so that the excess is seen.
const LIMIT: u64 = 4 * 1024 * 1024 + 1;

/// Reads a file, but not without end.
pub(super) fn read(file: &Path) -> Result<Vec<u8>, SecretError> {
    let mut bytes = Vec::new();
    File::open(file)
        .and_then(|opened| opened.take(LIMIT).read_to_end(&mut bytes))
        .map_err(|source| SecretError::Read {
            file: file.to_owned(),
            source,
        })?;
    Ok(bytes)
}

/// Replaces a file by what the edit makes of its content, all at once or not at all.
///
/// The edit gets `None` when there is no file and returns `None` to leave things as they are. It
/// may run several times: whenever somebody else wrote in between, it starts from their content.
/// Mode and symbolic link stay; a new file is for its owner alone.
pub(super) fn replace(
    file: &Path,
    mut edit: impl FnMut(Option<&[u8]>) -> Result<Option<String>, SecretError>,
) -> Result<(), SecretError> {
    let failed = |source| SecretError::Write {
        file: file.to_owned(),
        source,
    };
    for _ in 0..ATTEMPTS {
        let Some(real) = resolve(file).map_err(failed)? else {
            let Some(text) = edit(None)? else {
                return Ok(());
            };
            let folder = folder_of(file);
            fs::create_dir_all(folder).map_err(failed)?;
            let scratch = Scratch::write(file, text.as_bytes(), None).map_err(failed)?;
            // a link, unlike a rename, does not overwrite a file that came up meanwhile
            match fs::hard_link(&scratch.path, file) {
                Ok(()) => {
                    drop(scratch);
                    // it is written: what lies about beside it does no harm
                    let _ = tidy(file);
                    return sync(folder).map_err(failed);
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
                Err(_) if !file.exists() => {
                    // some file systems know no links
                    scratch.rename(file).map_err(failed)?;
                    return sync(folder).map_err(failed);
                }
                Err(_) => continue,
            }
        };
        let (lock, alone) = lock(&real).map_err(failed)?;
        if alone {
            sweep(&real);
        }
        let before = read(&real)?;
        let Some(text) = edit(Some(&before))? else {
            return Ok(());
        };
        let scratch = Scratch::write(&real, text.as_bytes(), Some(&lock)).map_err(failed)?;
        if read(&real)? != before {
            continue;
        }
        scratch.rename(&real).map_err(failed)?;
        return sync(folder_of(&real)).map_err(failed);
    }
    Err(SecretError::Busy {
        file: file.to_owned(),
    })
}

/// Locks a file against other runs of this program, and tells whether that keeps them away.
fn lock(file: &Path) -> io::Result<(File, bool)> {
    loop {
        let opened = File::open(file)?;
        match opened.lock() {
            Ok(()) => {}
            // not every file system knows locks; the comparison of contents finds most races
            Err(error) if error.kind() == ErrorKind::Unsupported => return Ok((opened, false)),
            Err(error) => return Err(error),
        }
        // whoever had the lock put another file there: this one is nobody's any more
        if same_file(&opened, file)? {
            return Ok((opened, true));
        }
    }
}

/// Removes what killed runs left beside a file that nobody else is at.
fn tidy(file: &Path) -> io::Result<()> {
    if let (_held, true) = lock(file)? {
        sweep(file);
    }
    Ok(())
}

/// Removes what killed runs left beside a file, whose lock is held.
fn sweep(file: &Path) {
    let Ok(entries) = fs::read_dir(folder_of(file)) else {
        return;
    };
    let mark = Scratch::mark(file);
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(&mark) && name.ends_with(Scratch::END) {
            // it does no harm where it stays
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Proves that a file could be replaced or made, and leaves no trace.
pub(super) fn probe(file: &Path) -> Result<(), SecretError> {
    let failed = |source| SecretError::Write {
        file: file.to_owned(),
        source,
    };
    let real = resolve(file).map_err(failed)?;
    if let Some(real) = &real {
        // a rename would get around a read-only mode, and its owner's wish
        OpenOptions::new().append(true).open(real).map_err(failed)?;
        tidy(real).map_err(failed)?;
    }
    let real = real.as_deref().unwrap_or(file);
    let folder = real
        .ancestors()
        .skip(1)
        .map(|folder| {
            if folder.as_os_str().is_empty() {
                Path::new(".")
            } else {
                folder
            }
        })
        .find(|folder| folder.exists())
        .unwrap_or_else(|| folder_of(real));
    let name = real.file_name().unwrap_or_default();
    Scratch::write(&folder.join(name), b"", None).map_err(failed)?;
    Ok(())
}

/// Follows links; `None` when nothing is there.
fn resolve(file: &Path) -> io::Result<Option<PathBuf>> {
    match fs::canonicalize(file) {
        Ok(real) => Ok(Some(real)),
        Err(error) if error.kind() == ErrorKind::NotFound && !file.is_symlink() => Ok(None),
        Err(error) => Err(error),
    }
}

fn folder_of(file: &Path) -> &Path {
    file.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or_else(|| Path::new("."))
}

/// A file beside the one to be replaced, removed unless it takes its place.
struct Scratch {
    path: PathBuf,
}

impl Scratch {
    const END: &str = ".tmp";

    /// How the name of each scratch file of a file begins.
    fn mark(file: &Path) -> String {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        format!(".{name}.dcrsync-")
    }

    fn write(beside: &Path, bytes: &[u8], like: Option<&File>) -> io::Result<Self> {
        let chance = rand::rng().next_u64();
        let name = format!("{}{chance:016x}{}", Self::mark(beside), Self::END);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let path = folder_of(beside).join(name);
        let mut file = options.open(&path)?;
        let scratch = Self { path };
        file.write_all(bytes)?;
        if let Some(like) = like {
            take_after(&file, like)?;
        }
        file.sync_all()?;
        Ok(scratch)
    }

    fn rename(&self, file: &Path) -> io::Result<()> {
        fs::rename(&self.path, file)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // it is not there any more once it was renamed
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(unix)]
fn take_after(file: &File, like: &File) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};

    let (own, wanted) = (file.metadata()?, like.metadata()?);
    if (own.uid(), own.gid()) != (wanted.uid(), wanted.gid()) {
        // only root may give files away; for others the new file is theirs, as with any editor
        let _ = fchown(file, Some(wanted.uid()), Some(wanted.gid()));
    }
    file.set_permissions(wanted.permissions())
}

#[cfg(not(unix))]
fn take_after(file: &File, like: &File) -> io::Result<()> {
    file.set_permissions(like.metadata()?.permissions())
}

/// Tells whether the locked file is still the one behind the path.
#[cfg(unix)]
fn same_file(locked: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;

    let (locked, now) = (locked.metadata()?, fs::metadata(path)?);
    Ok((locked.dev(), locked.ino()) == (now.dev(), now.ino()))
}

#[cfg(not(unix))]
fn same_file(_: &File, _: &Path) -> io::Result<bool> {
    Ok(true)
}

/// Makes the new name survive a power cut.
#[cfg(unix)]
fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync(_: &Path) -> io::Result<()> {
    Ok(())
}
