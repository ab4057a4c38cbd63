use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use zeroize::Zeroizing;

use super::command::output;
use super::identity::{Identity, Source, parse_file, parse_lines, parse_ssh, text};
use super::locked::Locked;
use super::wrap::{Closed, unwrap};
use crate::secrets::Environment;
use crate::secrets::sops::Tried;

/// All age identities within reach; read when they are first needed.
pub(in crate::secrets::sops) struct Identities {
    environment: Environment,
    key_files: Vec<PathBuf>,
    found: OnceLock<Found>,
}

/// What the places that never change hold.
#[derive(Default)]
struct Found {
    identities: Vec<Identity>,
    locked: Vec<(String, Locked)>,
    tried: Vec<Tried>,
    foreign: bool,
}

/// The variables whose commands print identities, the second in SSH form.
const COMMANDS: [(&str, bool); 2] = [
    ("SOPS_AGE_SSH_PRIVATE_KEY_CMD", true),
    ("SOPS_AGE_KEY_CMD", false),
];

/// A wrapped key and its recipient.
pub(in crate::secrets::sops) type Wrapped<'m> = (&'m str, &'m str);

impl Identities {
    /// Looks where sops looks, and in the files besides.
    pub(in crate::secrets::sops) fn new(environment: Environment, key_files: Vec<PathBuf>) -> Self {
        Self {
            environment,
            key_files,
            found: OnceLock::new(),
        }
    }

    /// Unwraps any of the keys; each recipient's copy is tried with each identity.
    ///
    /// Passphrases are asked for last.
    pub(in crate::secrets::sops) fn open(
        &self,
        keys: &[Wrapped<'_>],
        tried: &mut Vec<Tried>,
    ) -> Option<Zeroizing<Vec<u8>>> {
        let found = self.found();
        for (recipient, enc) in keys {
            match unwrap(enc, &found.identities) {
                Ok(key) => return Some(key),
                Err(Closed::NoFit) => {}
                Err(Closed::Damaged) => tried.push(Tried::of(
                    format!("the key of `{recipient}`"),
                    "it is damaged",
                )),
            }
        }
        self.run(keys, tried).or_else(|| self.ask(keys, tried))
    }

    fn run(&self, keys: &[Wrapped<'_>], tried: &mut Vec<Tried>) -> Option<Zeroizing<Vec<u8>>> {
        for (name, ssh) in COMMANDS {
            let Some(line) = self.environment.get(name).and_then(|line| line.to_str()) else {
                continue;
            };
            for (recipient, enc) in keys {
                let printed = output(line, recipient, &self.environment);
                let source = printed.and_then(|text| {
                    if ssh {
                        parse_ssh(&text)
                    } else {
                        parse_file(&text)
                    }
                });
                let why = match source {
                    Ok(source) if source.locked.is_some() => {
                        "prints an identity with a passphrase, which sops does not take there"
                            .to_owned()
                    }
                    Ok(source) => match unwrap(enc, &source.identities) {
                        Ok(key) => return Some(key),
                        Err(Closed::NoFit | Closed::Damaged) => {
                            format!("no identity fits `{recipient}`")
                        }
                    },
                    Err(why) => why,
                };
                tried.push(Tried::of(format!("`{name}`"), why));
            }
        }
        None
    }

    fn ask(&self, keys: &[Wrapped<'_>], tried: &mut Vec<Tried>) -> Option<Zeroizing<Vec<u8>>> {
        for (place, locked) in &self.found().locked {
            if !locked.may_fit(keys.iter().map(|(recipient, _)| *recipient)) {
                tried.push(Tried::of(place.clone(), "no identity in it fits"));
                continue;
            }
            let why = match locked.identities(place, &self.environment) {
                Ok(identities) => {
                    for (_, enc) in keys {
                        if let Ok(key) = unwrap(enc, identities) {
                            return Some(key);
                        }
                    }
                    locked.why().to_owned()
                }
                Err(why) => why,
            };
            tried.push(Tried::of(place.clone(), why));
        }
        None
    }

    /// The places that hold identities in the open, or none, and why they did not serve.
    pub(in crate::secrets::sops) fn tried(&self) -> Vec<Tried> {
        let mut tried = self.found().tried.clone();
        for (name, _) in COMMANDS {
            if self.environment.get(name).is_none() {
                tried.push(Tried::of(format!("`{name}`"), "not set"));
            }
        }
        tried
    }

    /// Tells whether an identity was found that is not built in.
    pub(in crate::secrets::sops) fn has_foreign(&self) -> bool {
        self.found().foreign
    }

    fn found(&self) -> &Found {
        self.found.get_or_init(|| self.look())
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
                found.add(&place, read(&file).and_then(|text| parse_ssh(&text)));
            }
            None => found.tried.push(not_set(name)),
        }
        if let Some(home) = environment.path("HOME") {
            for name in ["id_ed25519", "id_rsa"] {
                let file = home.join(".ssh").join(name);
                found.add(&shown(&file), read(&file).and_then(|text| parse_ssh(&text)));
            }
        }
        let name = "SOPS_AGE_KEY";
        match environment.get(name) {
            Some(value) => {
                let text = text(value.as_encoded_bytes());
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

impl fmt::Debug for Identities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identities")
            .field("key_files", &self.key_files)
            .finish_non_exhaustive()
    }
}

impl Found {
    fn add(&mut self, place: &str, source: Result<Source, String>) {
        let why = match source {
            Ok(source) => {
                self.identities.extend(source.identities);
                if let Some(locked) = source.locked {
                    self.locked.push((place.to_owned(), locked));
                    return;
                }
                let mut why = vec!["no identity in it fits".to_owned()];
                if let Some(foreign) = source.foreign.first() {
                    self.foreign = true;
                    why.push(format!(
                        "{foreign} is not built in: install `sops`, which then unwraps the key, or add another recipient with `sops rotate --in-place --add-age …`"
                    ));
                }
                why.join("; ")
            }
            Err(why) => why,
        };
        self.tried.push(Tried::of(place.to_owned(), why));
    }
}

fn not_set(name: &str) -> Tried {
    Tried::of(format!("`{name}`"), "not set")
}

fn shown(file: &Path) -> String {
    format!("`{}`", file.display())
}

fn read(file: &Path) -> Result<Zeroizing<Vec<u8>>, String> {
    match fs::read(file) {
        Ok(bytes) => Ok(Zeroizing::new(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Err("not there".to_owned()),
        Err(error) => Err(format!("cannot be read: {}", error.kind())),
    }
}

/// A file that the document names may be of either form.
fn either(bytes: &[u8]) -> Result<Source, String> {
    if bytes.starts_with(b"-----BEGIN OPENSSH") || bytes.starts_with(b"-----BEGIN RSA") {
        parse_ssh(bytes)
    } else {
        parse_file(bytes)
    }
}

/// The variable may hold several identities on one line, a file may not.
fn variable(text: &str) -> Result<Source, String> {
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
