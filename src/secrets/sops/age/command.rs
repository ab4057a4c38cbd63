use std::ffi::OsStr;

use zeroize::Zeroizing;

use crate::secrets::Environment;
use crate::secrets::process::run;

/// Runs a command that prints identities, without a shell, as sops does.
///
/// What the command writes on its error stream may be secret, so it goes nowhere.
pub(super) fn output(
    line: &str,
    recipient: &str,
    environment: &Environment,
) -> Result<Zeroizing<Vec<u8>>, String> {
    let words = split(line).ok_or("has an open quote")?;
    let (program, arguments) = words.split_first().ok_or("is empty")?;
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let more = Some(("SOPS_AGE_RECIPIENT", recipient));
    run(
        OsStr::new(program),
        &arguments,
        more,
        &[],
        environment,
        false,
    )
}

/// Splits a line into words: quotes and backslashes as in a shell, nothing else.
pub(super) fn split(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match character {
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match characters.next()? {
                        '\'' => break,
                        other => word.push(other),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match characters.next()? {
                        '"' => break,
                        '\\' => word.push(characters.next()?),
                        other => word.push(other),
                    }
                }
            }
            '\\' => word.get_or_insert_default().push(characters.next()?),
            '#' if word.is_none() => break,
            blank if blank.is_whitespace() => words.extend(word.take()),
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    Some(words)
}
