use std::fmt;

/// Says why a SOPS file cannot be read or written; never holds a value of it, clear or not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SopsError {
    /// No identity at hand opens the data key.
    #[error(
        "no age identity opens the file, which is for {}; looked at {}; set `SOPS_AGE_KEY_FILE`, or name an identity file in `secrets.key_files`",
        Ticked(.recipients),
        Places(.tried)
    )]
    NoKey {
        /// Whom the file is encrypted to.
        recipients: Vec<String>,
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
    /// The text is no YAML.
    #[error("the file cannot be parsed: {why} (line {line})")]
    NotYaml {
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
            Self::NotYaml { .. } => "not-yaml",
            Self::Unsupported { .. } => "unsupported",
            Self::TooLarge { .. } => "too-large",
            Self::WouldBeClear { .. } => "would-be-clear",
            Self::CannotPlace { .. } => "cannot-place",
        }
    }
}

/// A place where identities are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// The variable or file.
    pub place: String,
    /// Why it did not serve.
    pub why: String,
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
