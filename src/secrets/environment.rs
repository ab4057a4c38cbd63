use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::base::Secret;

/// Asks whoever sits at the terminal; `None` where nobody does.
type Ask = dyn Fn(&str) -> Option<Secret> + Send + Sync;

/// The environment variables of this run, and its terminal, so that tests can bring their own.
#[derive(Clone, Default)]
pub struct Environment {
    variables: BTreeMap<OsString, OsString>,
    ask: Option<Arc<Ask>>,
}

impl Environment {
    /// Takes over the variables of the process, and the terminal that it runs at.
    pub fn from_process() -> Self {
        let variables: Self = std::env::vars_os().collect();
        // fails where there is no terminal, whatever the standard streams are
        variables.asking(|question| rpassword::prompt_password(question).ok().map(Secret::new))
    }

    /// Puts questions for a passphrase this way.
    #[must_use]
    pub fn asking(self, ask: impl Fn(&str) -> Option<Secret> + Send + Sync + 'static) -> Self {
        Self {
            ask: Some(Arc::new(ask)),
            ..self
        }
    }

    /// Asks for a passphrase; an empty answer is none.
    pub(super) fn ask(&self, question: &str) -> Option<Secret> {
        let answer = self.ask.as_ref()?(question)?;
        (!answer.expose().is_empty()).then_some(answer)
    }

    /// The value, if the variable is set and not empty.
    pub(super) fn get(&self, name: &str) -> Option<&OsStr> {
        self.variables
            .get(OsStr::new(name))
            .map(OsString::as_os_str)
            .filter(|value| !value.is_empty())
    }

    /// The value as a path.
    pub(super) fn path(&self, name: &str) -> Option<PathBuf> {
        self.get(name).map(PathBuf::from)
    }

    /// The names of all variables that are UTF-8.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.variables.keys().filter_map(|name| name.to_str())
    }

    /// Everything, for a child process.
    pub(super) fn all(&self) -> impl Iterator<Item = (&OsString, &OsString)> {
        self.variables.iter()
    }
}

impl<N: Into<OsString>, V: Into<OsString>> FromIterator<(N, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(variables: I) -> Self {
        Self {
            variables: variables
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
            ask: None,
        }
    }
}

impl fmt::Debug for Environment {
    /// Names nothing: values are secrets, and names tell of them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Environment({} variables)", self.variables.len())
    }
}
