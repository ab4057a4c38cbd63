//! Finds and reads the files of the document.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::string::FromUtf8Error;

use crate::config::{Input, MAX_BYTES};

/// The name that is looked for when no file is given.
pub const DEFAULT: &str = "dcrsync.yaml";

/// Says why the document's files cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// No file was given and none was found.
    #[error("there is no `{DEFAULT}` here or above, up to the repository's root")]
    NotFound,
    /// A file or folder that was given is not there.
    #[error("there is no `{}`", .0.display())]
    Missing(PathBuf),
    /// A folder without files of a document.
    #[error("there is no `*.yaml` and no `*.yml` in `{}`", .0.display())]
    EmptyFolder(PathBuf),
    /// Nothing is in the file.
    #[error("`{}` is empty", .0.display())]
    EmptyFile(PathBuf),
    /// More than anybody writes by hand.
    #[error("`{}` is too large: {bytes} bytes, where {MAX_BYTES} are read", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size.
        bytes: u64,
    },
    /// A device, a socket or something else that has no end.
    #[error("`{}` is neither a file nor a folder", .0.display())]
    NoFile(PathBuf),
    /// Bytes that are no text.
    #[error("`{}:{line}:{column}` is not UTF-8: the byte there belongs to no character", path.display())]
    NotUtf8 {
        /// The file.
        path: PathBuf,
        /// The line of the first wrong byte, from 1.
        line: usize,
        /// The characters before it in that line, and one.
        column: usize,
    },
    /// The operating system does not let us.
    #[error("cannot read `{}`", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
}

impl InputError {
    /// The way out, where there is one.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NotFound => Some("give a file with `-f`, or make one with `dcrsync init`"),
            Self::Missing(_) => Some("check the path; `dcrsync init` makes a first document"),
            Self::EmptyFolder(_) => Some("files of SOPS (`*.sops.yaml`) do not count"),
            Self::EmptyFile(_) => Some("`dcrsync init` shows how a document begins"),
            Self::TooLarge { .. } => Some("divide it into several files and give their folder"),
            Self::NotUtf8 { .. } => Some("save it as UTF-8"),
            Self::NoFile(_) | Self::Read { .. } => None,
        }
    }
}

/// Reads the files that were given, or the nearest `dcrsync.yaml` from `here` upwards.
pub fn read(given: &[PathBuf], here: &Path) -> Result<Vec<Input>, InputError> {
    let mut paths: Vec<PathBuf> = Vec::new();
    if given.is_empty() {
        paths.push(nearest(here)?);
    }
    let mut seen = HashSet::new();
    for path in given {
        for file in files(path, here)? {
            // the same file twice, by whatever name, would declare everything twice
            let place = here.join(&file);
            if seen.insert(fs::canonicalize(&place).unwrap_or(place)) {
                paths.push(file);
            }
        }
    }
    paths.iter().map(|path| file(path, here)).collect()
}

/// The nearest file, as a path from `here`.
fn nearest(here: &Path) -> Result<PathBuf, InputError> {
    let root = here
        .ancestors()
        .position(|folder| folder.join(".git").exists());
    // outside of a repository there is no saying whose file is above
    let folders = root.map_or(1, |root| root + 1);
    here.ancestors()
        .take(folders)
        .enumerate()
        .find(|(_, folder)| folder.join(DEFAULT).is_file())
        .map(|(up, _)| {
            let mut path: PathBuf = std::iter::repeat_n("..", up).collect();
            path.push(DEFAULT);
            path
        })
        .ok_or(InputError::NotFound)
}

/// The file itself, or those in a folder.
fn files(path: &Path, here: &Path) -> Result<Vec<PathBuf>, InputError> {
    let place = here.join(path);
    let unreadable = |source| InputError::Read {
        path: path.to_owned(),
        source,
    };
    let about = match fs::metadata(&place) {
        Ok(about) => about,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(InputError::Missing(path.to_owned()));
        }
        Err(source) => return Err(unreadable(source)),
    };
    if !about.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(&place).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = entry.file_name();
        if is_document(&name) && entry.path().is_file() {
            found.push(path.join(name));
        }
    }
    if found.is_empty() {
        return Err(InputError::EmptyFolder(path.to_owned()));
    }
    found.sort();
    Ok(found)
}

fn is_document(name: &OsStr) -> bool {
    let Some(name) = name.to_str() else {
        return false;
    };
    let stem = name
        .strip_suffix(".yaml")
        .or_else(|| name.strip_suffix(".yml"));
    // the names that SOPS's own rules go by, in this very spelling
    stem.is_some_and(|stem| stem.strip_suffix(".sops").is_none() && !name.starts_with('.'))
}

fn file(path: &Path, here: &Path) -> Result<Input, InputError> {
    let place = here.join(path);
    let unreadable = |source| InputError::Read {
        path: path.to_owned(),
        source,
    };
    let about = fs::metadata(&place).map_err(unreadable)?;
    if !about.is_file() {
        return Err(InputError::NoFile(path.to_owned()));
    }
    if about.len() > MAX_BYTES as u64 {
        return Err(InputError::TooLarge {
            path: path.to_owned(),
            bytes: about.len(),
        });
    }
    let bytes = fs::read(&place).map_err(unreadable)?;
    let text = String::from_utf8(bytes).map_err(|error| not_utf8(path, &error))?;
    if text.trim().is_empty() {
        return Err(InputError::EmptyFile(path.to_owned()));
    }
    Ok(Input {
        name: path.display().to_string(),
        text,
    })
}

fn not_utf8(path: &Path, error: &FromUtf8Error) -> InputError {
    let good = error.utf8_error().valid_up_to();
    let good = error.as_bytes().get(..good).unwrap_or_default();
    let good = String::from_utf8_lossy(good);
    let last = good.rsplit('\n').next().unwrap_or_default();
    InputError::NotUtf8 {
        path: path.to_owned(),
        line: good.matches('\n').count() + 1,
        column: last.chars().count() + 1,
    }
}
