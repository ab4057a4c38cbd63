//! The question before the first write.

use std::io::{self, BufRead, IsTerminal, Write};

/// Nobody can be asked.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("standard input and standard error are no terminal, so nobody can be asked to confirm")]
pub(super) struct NoTerminal;

/// Tells whether somebody can be asked, before any work is done that would be in vain.
pub(super) fn possible() -> Result<(), NoTerminal> {
    if io::stdin().is_terminal() && io::stderr().is_terminal() {
        Ok(())
    } else {
        Err(NoTerminal)
    }
}

/// Asks; everything but `yes`, the end of the input among it, is a no.
pub(super) fn ask(
    question: &str,
    input: &mut impl BufRead,
    out: &mut impl Write,
) -> io::Result<bool> {
    write!(out, "{question} Only \"yes\" is accepted: ")?;
    out.flush()?;
    let mut answer = String::new();
    input.read_line(&mut answer)?;
    if !answer.ends_with('\n') {
        writeln!(out)?;
    }
    Ok(answer.trim() == "yes")
}
