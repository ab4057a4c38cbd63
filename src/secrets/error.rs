use std::io;
use std::path::PathBuf;

use super::sops::SopsError;
use crate::base::Suggestion;

/// Says why a secret cannot be had or kept; never holds one.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// A SOPS file cannot be opened or changed.
    #[error("the SOPS file `{}` cannot be used", .file.display())]
    Sops {
        /// The file.
        file: PathBuf,
        /// The reason.
        #[source]
        source: SopsError,
    },
    /// A file cannot be read.
    #[error("`{}` cannot be read; check that it is there and yours to read", .file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// The reason.
        #[source]
        source: io::Error,
    },
    /// A file cannot be written.
    #[error("`{}` cannot be written; check the permissions of it and its folder", .file.display())]
    Write {
        /// The file.
        file: PathBuf,
        /// The reason.
        #[source]
        source: io::Error,
    },
    /// A file that shall be made is there already.
    #[error("`{}` exists; remove it, or choose another name", .file.display())]
    Exists {
        /// The file.
        file: PathBuf,
    },
    /// Somebody else kept writing the file.
    #[error("`{}` was changed by somebody else again and again; run the command once more", .file.display())]
    Busy {
        /// The file.
        file: PathBuf,
    },
    /// Two SOPS files hold the same path.
    #[error("`{path}` is in `{}` and in `{}`; remove one of them", .first.display(), .second.display())]
    Twice {
        /// The dotted path.
        path: String,
        /// The file that is named first.
        first: PathBuf,
        /// The other file, or the same one when two of its documents hold the path.
        second: PathBuf,
    },
    /// The document names no SOPS file.
    #[error("`sops:{path}` leads nowhere: add the file that holds it to `secrets.files`")]
    NoFiles {
        /// The dotted path.
        path: String,
    },
    /// No SOPS file holds the path.
    #[error("`sops:{path}` is in no file of `secrets.files`{}", hint(.suggestion.as_ref()))]
    Unknown {
        /// The dotted path.
        path: String,
        /// What was probably meant.
        suggestion: Option<Suggestion>,
    },
    /// Something else than a secret is there.
    #[error("`{reference}` is {what}, not a text; name a path that holds a text")]
    NotText {
        /// The reference.
        reference: String,
        /// What is there.
        what: &'static str,
    },
    /// The value stands in clear in a SOPS file.
    #[error("`sops:{path}` is not encrypted in `{}`; encrypt it, and replace the secret: it was readable", .file.display())]
    Clear {
        /// The dotted path.
        path: String,
        /// The file.
        file: PathBuf,
    },
    /// Nothing is there.
    #[error("`{reference}` is empty; put the secret there")]
    Empty {
        /// The reference.
        reference: String,
    },
    /// The environment variable is not set.
    #[error("the environment variable `{name}` is not set{}", hint(.suggestion.as_ref()))]
    NotSet {
        /// The variable.
        name: String,
        /// A near name, if there is one.
        suggestion: Option<Suggestion>,
    },
    /// The secret is not UTF-8.
    #[error("`{reference}` is not UTF-8; secrets are texts")]
    NotUtf8 {
        /// The reference.
        reference: String,
    },
    /// Something else stands where credentials shall be kept.
    #[error("`{path}` in `{}` holds something else than credentials; choose another path for `credentials`", .file.display())]
    Taken {
        /// The dotted path.
        path: String,
        /// The file.
        file: PathBuf,
    },
    /// Half of the credentials is there.
    #[error("`{path}` in `{}` has no `{missing}`; `dcrsync apply` issues new ones, or add what is missing", .file.display())]
    Half {
        /// The dotted path.
        path: String,
        /// The file.
        file: PathBuf,
        /// `client_id` or `client_secret`.
        missing: &'static str,
    },
    /// A new SOPS file cannot be made, since nobody says for whom.
    #[error("`{}` does not exist, and there is no file in `secrets.files` whose recipients it could have; create it with `sops`", .file.display())]
    NoReference {
        /// The file.
        file: PathBuf,
    },
}

fn hint(suggestion: Option<&Suggestion>) -> String {
    suggestion.map_or_else(String::new, |suggestion| format!("; {suggestion}"))
}
