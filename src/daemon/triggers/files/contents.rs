use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::Followed;
use crate::config::Input;
use crate::engine::input::{self, InputError};

/// What the documents held at one moment.
pub struct Contents {
    /// The texts, or why there are none.
    pub documents: Result<Vec<Input>, InputError>,
}

/// Names only: somebody may have written a secret into a document, who is told so later.
impl fmt::Debug for Contents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.documents {
            Ok(inputs) => f
                .debug_list()
                .entries(inputs.iter().map(|input| &input.name))
                .finish(),
            Err(error) => write!(f, "{error}"),
        }
    }
}

type Digest = [u8; 32];

/// What is compared of a reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct State {
    /// The documents by name; none when they could not be read.
    documents: BTreeMap<String, Digest>,
    trouble: Option<Trouble>,
    others: BTreeMap<PathBuf, Other>,
}

/// Why the documents could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Trouble {
    text: String,
    /// Whether something is empty or not there, as it is for a moment while it is written.
    lacks: bool,
}

/// A file besides the documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Other {
    Content(Digest),
    Empty,
    Missing,
    /// A folder, a device, or more than is read.
    NoFile(u64),
    Unreadable(io::ErrorKind),
}

/// Larger ones are compared by their size alone.
const LARGEST: u64 = 64 * 1024 * 1024;

/// One reading of everything.
pub(super) struct Reading {
    pub(super) contents: Contents,
    pub(super) state: State,
    /// Where the documents that were read really are.
    pub(super) real: HashSet<PathBuf>,
    /// The documents that were read, by name.
    pub(super) names: Vec<PathBuf>,
}

impl Reading {
    /// Reads everything; blocks.
    pub(super) fn of(followed: &Followed) -> Self {
        let here = &followed.here;
        let documents = input::read(&followed.documents, here);
        let (digests, trouble) = match &documents {
            Ok(inputs) => {
                let each = inputs.iter();
                let digests = each.map(|input| (input.name.clone(), digest(input.text.as_bytes())));
                (digests.collect(), None)
            }
            Err(error) => (BTreeMap::new(), Some(Trouble::of(error))),
        };
        let names: Vec<PathBuf> = documents
            .iter()
            .flatten()
            .map(|input| PathBuf::from(&input.name))
            .collect();
        let others: BTreeMap<PathBuf, Other> = followed
            .others
            .iter()
            .map(|path| (path.clone(), Other::read(&here.join(path))))
            .collect();
        let real = names
            .iter()
            .chain(&followed.documents)
            .chain(&followed.others)
            .filter_map(|path| fs::canonicalize(here.join(path)).ok())
            .collect();
        Self {
            contents: Contents { documents },
            state: State {
                documents: digests,
                trouble,
                others,
            },
            real,
            names,
        }
    }
}

impl Trouble {
    fn of(error: &InputError) -> Self {
        let lacks = match error {
            InputError::NotFound
            | InputError::Missing(_)
            | InputError::EmptyFolder(_)
            | InputError::EmptyFile(_) => true,
            // it was there a moment ago, when the folder was listed
            InputError::Read { source, .. } => source.kind() == io::ErrorKind::NotFound,
            InputError::TooLarge { .. } | InputError::NoFile(_) | InputError::NotUtf8 { .. } => {
                false
            }
        };
        let text = match error {
            InputError::Read { source, .. } => format!("{error}: {}", source.kind()),
            InputError::NotFound
            | InputError::Missing(_)
            | InputError::EmptyFolder(_)
            | InputError::EmptyFile(_)
            | InputError::TooLarge { .. }
            | InputError::NoFile(_)
            | InputError::NotUtf8 { .. } => error.to_string(),
        };
        Self { text, lacks }
    }
}

impl Other {
    fn read(path: &Path) -> Self {
        let read = || {
            let about = fs::metadata(path)?;
            // a pipe would keep us waiting
            if !about.is_file() || about.len() > LARGEST {
                return Ok(Self::NoFile(about.len()));
            }
            let bytes = zeroize::Zeroizing::new(fs::read(path)?);
            Ok(if bytes.is_empty() {
                Self::Empty
            } else {
                Self::Content(digest(&bytes))
            })
        };
        read().unwrap_or_else(|error: io::Error| {
            if error.kind() == io::ErrorKind::NotFound {
                Self::Missing
            } else {
                Self::Unreadable(error.kind())
            }
        })
    }

    fn lacks(self) -> bool {
        match self {
            Self::Empty | Self::Missing => true,
            Self::Content(_) | Self::NoFile(_) | Self::Unreadable(_) => false,
        }
    }
}

impl State {
    /// Tells whether something is empty or gone that was not so when it was told last.
    pub(super) fn lacks(&self, told: Option<&Self>) -> bool {
        if let Some(trouble) = self.trouble.as_ref().filter(|trouble| trouble.lacks) {
            return told.and_then(|told| told.trouble.as_ref()) != Some(trouble);
        }
        let Some(told) = told else {
            return false;
        };
        let gone = self.trouble.is_none()
            && (told.documents.keys()).any(|name| !self.documents.contains_key(name));
        gone || self.others.iter().any(|(path, other)| {
            other.lacks() && told.others.get(path).is_some_and(|told| !told.lacks())
        })
    }

    /// Takes over the other files as they are in `now`, where they are new.
    pub(super) fn learn(&mut self, now: &Self) {
        let all = now.others.iter().map(|(path, other)| {
            let told = self.others.get(path).copied();
            (path.clone(), told.unwrap_or(*other))
        });
        self.others = all.collect();
    }
}

fn digest(bytes: &[u8]) -> Digest {
    Sha256::digest(bytes).into()
}
