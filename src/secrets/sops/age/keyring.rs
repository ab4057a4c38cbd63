use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use zeroize::Zeroizing;

use super::command::output;
use super::identity::{Identity, parse_file, parse_lines, parse_ssh};
use super::wrap::{Closed, unwrap};
use crate::secrets::Environment;
use crate::secrets::sops::cipher::DataKey;
use crate::secrets::sops::meta::Meta;
use crate::secrets::sops::{SopsError, Tried};

/// All age identities within reach; read when they are first needed.
pub struct Keyring {
    environment: Environment,
    key_files: Vec<PathBuf>,
    found: OnceLock<Found>,
}

/// What the places that never change hold.
#[derive(Default)]
struct Found {
    identities: Vec<Identity>,
    tried: Vec<Tried>,
}

/// The variables whose commands print identities, the second in SSH form.
const COMMANDS: [(&str, bool); 2] = [
    ("SOPS_AGE_SSH_PRIVATE_KEY_CMD", true),
    ("SOPS_AGE_KEY_CMD", false),
];

impl Keyring {
    /// Looks where sops looks, and in the files besides.
    pub fn new(environment: Environment, key_files: Vec<PathBuf>) -> Self {
        Self {
            environment,
            key_files,
            found: OnceLock::new(),
        }
    }

    /// The environment that identities are looked for in.
    pub(in crate::secrets) fn environment(&self) -> &Environment {
        &self.environment
    }

    /// Opens the data key of a file; each recipient's copy is tried with each identity.
    pub(in crate::secrets::sops) fn unwrap(&self, meta: &Meta) -> Result<DataKey, SopsError> {
        if meta.groups > 1 {
            return Err(SopsError::Unsupported {
                what: "a data key that is split among key groups".to_owned(),
                hint: "give the file a single group of age recipients with `sops updatekeys`",
            });
        }
        if meta.age.is_empty() {
            return Err(match meta.others.as_slice() {
                [] => SopsError::NoRecipients,
                others => SopsError::Unsupported {
                    what: format!("a key of `{}`", others.join("`, `")),
                    hint: "add an age recipient with `sops rotate --in-place --add-age …`",
                },
            });
        }
        let found = self.found.get_or_init(|| self.look());
        let mut tried = found.tried.clone();
        for entry in &meta.age {
            match unwrap(&entry.enc, &found.identities) {
                Ok(key) => return Ok(key),
                Err(Closed::NoFit) => {}
                Err(Closed::Damaged) => tried.push(Tried {
                    place: format!("the key of `{}`", entry.recipient),
                    why: "it is damaged".to_owned(),
                }),
            }
        }
        for (name, ssh) in COMMANDS {
            let Some(line) = self.environment.get(name).and_then(|line| line.to_str()) else {
                tried.push(not_set(name));
                continue;
            };
            for entry in &meta.age {
                match self.run(line, ssh, &entry.recipient) {
                    Ok(identities) => match unwrap(&entry.enc, &identities) {
                        Ok(key) => return Ok(key),
                        Err(Closed::NoFit | Closed::Damaged) => tried.push(Tried {
                            place: format!("`{name}`"),
                            why: format!("no identity fits `{}`", entry.recipient),
                        }),
                    },
                    Err(why) => tried.push(Tried {
                        place: format!("`{name}`"),
                        why,
                    }),
                }
            }
        }
        Err(SopsError::NoKey {
            recipients: meta
                .age
                .iter()
                .map(|entry| entry.recipient.clone())
                .collect(),
            tried,
        })
    }

    fn run(&self, line: &str, ssh: bool, recipient: &str) -> Result<Vec<Identity>, String> {
        let text = output(line, recipient, &self.environment)?;
        if ssh {
            parse_ssh(&text).map(|identity| vec![identity])
        } else {
            parse_file(&text)
        }
    }

    fn look(&self) -> Found {
        let mut found = Found::default();
        let environment = &self.environment;
        for file in &self.key_files {
            found.add(&shown(file), read(file).and_then(|text| either(&text)));
        }
        let name = "SOPS_AGE_SSH_PRIVATE_KEY_FILE";
        match environment.path(name) {
            Some(file) => {
                let place = format!("`{name}`, {}", shown(&file));
                found.add(&place, read(&file).and_then(|text| ssh(&text)));
            }
            None => found.tried.push(not_set(name)),
        }
        if let Some(home) = environment.path("HOME") {
            for name in ["id_ed25519", "id_rsa"] {
                let file = home.join(".ssh").join(name);
                found.add(&shown(&file), read(&file).and_then(|text| ssh(&text)));
            }
        }
        let name = "SOPS_AGE_KEY";
        match environment.get(name) {
            Some(value) => {
                let text = value.to_str().ok_or_else(|| "is not UTF-8".to_owned());
                found.add(&format!("`{name}`"), text.and_then(variable));
            }
            None => found.tried.push(not_set(name)),
        }
        let name = "SOPS_AGE_KEY_FILE";
        match environment.path(name) {
            Some(file) => {
                let place = format!("`{name}`, {}", shown(&file));
                found.add(&place, read(&file).and_then(|text| parse_file(&text)));
            }
            None => found.tried.push(not_set(name)),
        }
        if let Some(file) = keys_txt(environment) {
            found.add(
                &shown(&file),
                read(&file).and_then(|text| parse_file(&text)),
            );
        }
        found
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring")
            .field("key_files", &self.key_files)
            .finish_non_exhaustive()
    }
}

impl Found {
    fn add(&mut self, place: &str, identities: Result<Vec<Identity>, String>) {
        let why = match identities {
            Ok(identities) => {
                self.identities.extend(identities);
                "no identity in it fits".to_owned()
            }
            Err(why) => why,
        };
        self.tried.push(Tried {
            place: place.to_owned(),
            why,
        });
    }
}

fn not_set(name: &str) -> Tried {
    Tried {
        place: format!("`{name}`"),
        why: "not set".to_owned(),
    }
}

fn shown(file: &Path) -> String {
    format!("`{}`", file.display())
}

fn read(file: &Path) -> Result<Zeroizing<String>, String> {
    match fs::read_to_string(file) {
        Ok(text) => Ok(Zeroizing::new(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Err("not there".to_owned()),
        Err(error) => Err(format!("cannot be read: {}", error.kind())),
    }
}

fn ssh(text: &str) -> Result<Vec<Identity>, String> {
    parse_ssh(text).map(|identity| vec![identity])
}

/// A file that the document names may be of either form.
fn either(text: &str) -> Result<Vec<Identity>, String> {
    if text.starts_with("-----BEGIN OPENSSH") || text.starts_with("-----BEGIN RSA") {
        ssh(text)
    } else {
        parse_file(text)
    }
}

/// The variable may hold several identities on one line, a file may not.
fn variable(text: &str) -> Result<Vec<Identity>, String> {
    parse_lines(text.lines().flat_map(|line| {
        let line = line.trim();
        let comment = line.starts_with('#');
        line.split(move |character: char| !comment && character.is_whitespace())
    }))
}

/// Where sops keeps identities by default, by platform.
fn keys_txt(environment: &Environment) -> Option<PathBuf> {
    let folder = if let Some(folder) = environment.path("XDG_CONFIG_HOME") {
        // a relative one is refused by sops, and by the XDG specification
        Some(folder).filter(|folder| folder.is_absolute())
    } else if cfg!(windows) {
        environment.path("AppData")
    } else if cfg!(target_os = "macos") {
        let home = environment.path("HOME");
        home.map(|home| home.join("Library/Application Support"))
    } else {
        environment.path("HOME").map(|home| home.join(".config"))
    };
    folder.map(|folder| folder.join("sops/age/keys.txt"))
}
