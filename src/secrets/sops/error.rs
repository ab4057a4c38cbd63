use std::fmt;
use std::path::PathBuf;

/// Says why a SOPS file cannot be read or written; never holds a value of it, clear or not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SopsError {
    /// No key at hand opens the data key, or not enough groups of keys do.
    #[error(
        "{} opens the file, which is for {}{}; looked at {}; {}",
        nothing(.recipients),
        Ticked(.recipients),
        groups(.shares.as_ref()),
        Places(.tried),
        way_out(.recipients)
    )]
    NoKey {
        /// Whom the file is encrypted to.
        recipients: Vec<String>,
        /// How many groups of keys opened, and how many are needed; `None` with a single group.
        shares: Option<(usize, usize)>,
        /// Each place that was looked at, and why it did not serve.
        tried: Vec<Tried>,
    },
    /// The MAC does not fit the values: something was added, removed, moved or changed.
    #[error(
        "the file was changed without sops (its MAC does not fit); restore it, or repair it with `sops --ignore-mac edit`"
    )]
    MacMismatch,
    /// The MAC itself does not open, as after a change of `lastmodified`.
    #[error(
        "the MAC of the file does not open (`sops.mac` or `sops.lastmodified` was changed); restore the file"
    )]
    MacUndecryptable,
    /// A value does not open: its ciphertext or its place was changed.
    #[error("`{path}` does not open: its ciphertext or its key was changed; restore the file")]
    ValueAuth {
        /// The place in the file.
        path: String,
    },
    /// A value is not what sops writes there.
    #[error("`{path}` is not as sops writes it: {why}; encrypt it with `sops edit`")]
    ValueFormat {
        /// The place in the file.
        path: String,
        /// The reason, without the value.
        why: &'static str,
    },
    /// The file names nobody who could open it.
    #[error("the file has no recipients; encrypt it anew with `sops encrypt --age …`")]
    NoRecipients,
    /// The `sops` block cannot be understood.
    #[error("the `sops` block is damaged: {what}; restore the file")]
    BadMetadata {
        /// The part that is wrong.
        what: String,
    },
    /// The file was never encrypted.
    #[error("the file is not encrypted by sops; run `sops encrypt --in-place` on it")]
    NotSops,
    /// The text is not of the format that its name tells.
    #[error("the file cannot be parsed: {why} (line {line})")]
    Malformed {
        /// The line, from 1.
        line: usize,
        /// The reason, without the text.
        why: &'static str,
    },
    /// The file needs something that is not built in.
    #[error("{what} is not supported; {hint}")]
    Unsupported {
        /// The format or key type.
        what: String,
        /// What to do instead.
        hint: &'static str,
    },
    /// The file is larger than any real one.
    #[error("the file is larger than {limit} bytes; split it")]
    TooLarge {
        /// In bytes.
        limit: u64,
    },
    /// A new file's data key cannot be wrapped for one of its recipients.
    #[error(
        "the data key cannot be wrapped for `{recipient}`: {why}; mend that, or leave the recipient out"
    )]
    NotWrapped {
        /// Whom the file shall be for.
        recipient: String,
        /// The reason.
        why: String,
    },
    /// The creation rules cannot be understood.
    #[error("`{}` cannot be used for a new file: {what}; mend it", .file.display())]
    BadConfig {
        /// The `.sops.yaml`.
        file: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// The file's rules would leave the value in clear.
    #[error(
        "the rules of the file would leave `{path}` unencrypted, so it was not written; choose another path or change `{rule}`"
    )]
    WouldBeClear {
        /// The place in the file.
        path: String,
        /// The rule's name.
        rule: &'static str,
    },
    /// The value cannot be put there without harm to the rest.
    #[error("`{path}` cannot be written: {why}; choose another path")]
    CannotPlace {
        /// The place in the file.
        path: String,
        /// The reason.
        why: &'static str,
    },
}

impl SopsError {
    /// The class, stable for machines, such as `mac-mismatch`.
    pub fn class(&self) -> &'static str {
        match self {
            Self::NoKey { .. } => "no-key",
            Self::MacMismatch => "mac-mismatch",
            Self::MacUndecryptable => "mac-undecryptable",
            Self::ValueAuth { .. } => "value-auth",
            Self::ValueFormat { .. } => "value-format",
            Self::NoRecipients => "no-recipients",
            Self::BadMetadata { .. } => "bad-metadata",
            Self::NotSops => "not-sops",
            Self::Malformed { .. } => "not-yaml",
            Self::Unsupported { .. } => "unsupported",
            Self::TooLarge { .. } => "too-large",
            Self::NotWrapped { .. } => "not-wrapped",
            Self::BadConfig { .. } => "bad-config",
            Self::WouldBeClear { .. } => "would-be-clear",
            Self::CannotPlace { .. } => "cannot-place",
        }
    }
}

/// A place where keys are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// The variable or file.
    pub place: String,
    /// Why it did not serve.
    pub why: String,
}

impl Tried {
    pub(super) fn of(place: String, why: impl Into<String>) -> Self {
        Self {
            place,
            why: why.into(),
        }
    }
}

/// Only age recipients have names without a blank, or are SSH keys.
fn only_age(recipients: &[String]) -> bool {
    recipients
        .iter()
        .all(|name| name.starts_with("ssh-") || !name.contains(' '))
}

fn nothing(recipients: &[String]) -> &'static str {
    if only_age(recipients) {
        "no age identity"
    } else {
        "no key at hand"
    }
}

fn groups(shares: Option<&(usize, usize)>) -> String {
    shares.map_or_else(String::new, |(have, needed)| {
        format!(" in groups (opened {have}, needed {needed})")
    })
}

fn way_out(recipients: &[String]) -> &'static str {
    if only_age(recipients) {
        "set `SOPS_AGE_KEY_FILE`, or name an identity file in `secrets.key_files`"
    } else {
        "give this run one of the keys, or add an age recipient with `sops rotate --in-place --add-age …`"
    }
}

struct Ticked<'a>(&'a [String]);

impl fmt::Display for Ticked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, name) in self.0.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            write!(f, "{comma}`{name}`")?;
        }
        Ok(())
    }
}

struct Places<'a>(&'a [Tried]);

impl fmt::Display for Places<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, Tried { place, why }) in self.0.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            write!(f, "{comma}{place} ({why})")?;
        }
        Ok(())
    }
}
