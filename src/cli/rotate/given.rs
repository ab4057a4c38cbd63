use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use zeroize::Zeroizing;

use crate::base::Secret;
use crate::cli::error::CliError;

/// A token is a line; this much is none.
const LIMIT: u64 = 64 * 1024;

/// Reads a new secret from where a person put it; never from an argument, which others can list.
pub(super) fn read(env: Option<&str>, file: Option<&Path>) -> Result<Option<Secret>, CliError> {
    let text = match (env, file) {
        (Some(name), _) => Zeroizing::new(std::env::var(name).map_err(|source| {
            CliError::new(source)
                .about(format!("the environment variable `{name}` cannot be read"))
                .hint(format!(
                    "set it for this command alone: `{name}=… dcrsync rotate …`"
                ))
        })?),
        (None, Some(file)) => all_of(file)?,
        (None, None) => return Ok(None),
    };
    let token = text.trim();
    if token.is_empty() {
        return Err(CliError::sentence("the new token is empty"));
    }
    if token.contains(char::is_whitespace) {
        return Err(CliError::sentence("the new token is more than one word")
            .hint("give the token and nothing besides"));
    }
    Ok(Some(Secret::new(token)))
}

fn all_of(file: &Path) -> Result<Zeroizing<String>, CliError> {
    let mut text = Zeroizing::new(String::with_capacity(4096));
    let input: io::Result<Box<dyn Read>> = if file == Path::new("-") {
        Ok(Box::new(io::stdin()))
    } else {
        File::open(file).map(|file| Box::new(file) as Box<dyn Read>)
    };
    input
        .and_then(|input| input.take(LIMIT).read_to_string(&mut text))
        .map_err(|source| {
            let shown = file.display();
            CliError::new(source).about(format!("cannot read the new token from `{shown}`"))
        })?;
    Ok(text)
}
