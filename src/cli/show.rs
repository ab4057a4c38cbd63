//! A plan on standard output, in the form that was asked for.

use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::Write;

use super::error::CliError;
use super::screen::Screen;
use crate::plan::Plan;
use crate::plan::render::{self, View};

/// In which form a plan is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Text,
    Json,
    Markdown,
    Github,
}

/// Shows a plan.
pub(super) fn plan(view: &View<'_>, form: Form, screen: Screen) -> Result<(), CliError> {
    match form {
        Form::Text => screen.print(&render::text(view, true)),
        Form::Json => screen.print_json(&render::json(view)),
        Form::Markdown => screen.print(&render::markdown(view)),
        Form::Github => {
            screen.print(&render::github(view))?;
            screen.print(&unheard(&render::text(view, true)))?;
            match std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) {
                Some(path) => append(&path, &render::markdown(view)),
                None => Ok(()),
            }
        }
    }
}

/// Tells the command that allows a plan which only deletes too much.
pub(super) fn way_out(plan: &Plan, given: &str, screen: Screen) {
    if plan.only_deletes_too_much() {
        let digest = plan.digest();
        screen.tell(&format!(
            "To allow exactly this plan, once: `dcrsync apply{given} --allow-deletes {digest}`\n"
        ));
    }
}

/// Wraps a text so that no line of it is taken for a workflow command.
fn unheard(text: &str) -> String {
    // made after the text, so nothing in the text can know it
    let token = format!("dcrsync-{:016x}", fastrand::u64(..));
    format!("::stop-commands::{token}\n{text}::{token}::\n")
}

fn append(path: &OsString, text: &str) -> Result<(), CliError> {
    let file = OpenOptions::new().create(true).append(true).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|source| CliError::write("the summary (`$GITHUB_STEP_SUMMARY`)", source))
}
