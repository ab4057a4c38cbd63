use serde_json::{Value, json};

use super::RotateArgs;
use crate::base::printable;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::options::Output;
use crate::cli::result::{self, Applied};
use crate::cli::screen::Screen;
use crate::cli::session::{Look, Session};
use crate::cli::show::{self, Form};
use crate::cli::verdicts;
use crate::engine::{Stage, Verdict};
use crate::plan::render;

/// Tells a rotation as it goes to a person, and as a whole to a script.
pub(super) struct Told {
    address: String,
    for_script: bool,
    /// Whether somebody is asked, who must see what about.
    asks: bool,
    screen: Screen,
    stages: Vec<Value>,
}

impl Told {
    pub(super) fn new(args: &RotateArgs, screen: Screen) -> Self {
        Self {
            address: args.address.to_string(),
            for_script: args.output == Output::Json,
            asks: !args.auto_approve,
            screen,
            stages: Vec::new(),
        }
    }

    /// What is about to be done.
    pub(super) fn plan(
        &mut self,
        session: &Session,
        look: &Look,
        stage: &Stage,
    ) -> Result<(), CliError> {
        let view = session.view(look);
        let until = match stage {
            Stage::Wait(until) => json!(until.strftime("%FT%TZ").to_string()),
            Stage::Renew | Stage::Retire | Stage::Done => Value::Null,
        };
        self.stages.push(json!({
            "stage": stage.word(),
            "retired_after": until,
            "plan": render::json(&view),
            "done": null,
            "verdicts": [],
        }));
        match (self.for_script, self.asks) {
            (false, _) => show::plan(&view, Form::Text, self.screen),
            (true, true) => {
                self.screen.say(&render::text(&view, true));
                Ok(())
            }
            (true, false) => Ok(()),
        }
    }

    /// What came of it.
    pub(super) fn applied(&mut self, session: &Session, applied: &Applied) -> Result<(), CliError> {
        let json = result::json(applied, &session.view(&applied.look));
        if let Some(stage) = self.stages.last_mut() {
            for member in ["outcomes", "stopped", "proved", "remaining"] {
                stage[member] = json[member].clone();
            }
            stage["verdicts"] = json!(applied.verdicts);
            stage["done"] = json!(applied.exit() == Exit::Fine);
        }
        if self.for_script {
            return Ok(());
        }
        let command = format!("rotate {}", self.address);
        self.screen.print(&result::text(applied, &command))
    }

    /// What was seen before anything was done.
    pub(super) fn checked(&mut self, verdict: &Verdict) -> Result<(), CliError> {
        if let Some(stage) = self.stages.last_mut() {
            stage["checks"] = json!([verdict]);
        }
        if self.for_script {
            return Ok(());
        }
        let text = verdicts::text(std::slice::from_ref(verdict));
        self.screen.print(&format!("\n{text}"))
    }

    /// One thing more, for a person; a script is told whether it was done.
    pub(super) fn done(&mut self, line: &str) -> Result<(), CliError> {
        if let Some(stage) = self.stages.last_mut() {
            stage["done"] = json!(true);
        }
        if self.for_script {
            return Ok(());
        }
        self.screen.print(&format!("{}\n", printable(line)))
    }

    /// Starts what follows without another question.
    pub(super) fn next(&mut self, stage: &Stage) {
        self.stages.push(json!({
            "stage": stage.word(),
            "retired_after": null,
            "plan": null,
            "done": false,
            "verdicts": [],
        }));
    }

    /// The whole for a script.
    pub(super) fn finish(&self, exit: Exit) -> Result<(), CliError> {
        if !self.for_script {
            return Ok(());
        }
        self.screen.print_json(&json!({
            "format": 1,
            "address": self.address,
            "stages": self.stages,
            "exit": exit as u8,
        }))
    }
}
