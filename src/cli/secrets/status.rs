use anstyle::AnsiColor;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::base::{Count, printable};
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::looking::LookingArgs;
use crate::cli::options::{self, Output};
use crate::cli::progress::Waiting;
use crate::cli::screen::Screen;
use crate::cli::session::Session;
use crate::engine::Holding;

/// Lists every secret that the document names: where it is, how old, when it ends, whether the vendor has it.
///
/// A client secret's and an API token's age is the vendor's word; of others only the day is known on which
/// their file was last changed, so they are at least as old. What nobody tells is said to be unknown.
/// Exits with 1 if a secret cannot be used or has ended, and with `--max-age` if one is surely older.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct StatusArgs {
    /// Exits with 1 if a secret is older than this.
    #[arg(long, value_name = "TIME", value_parser = options::length)]
    max_age: Option<SignedDuration>,
    #[command(flatten)]
    looking: LookingArgs,
}

pub(super) const EXAMPLES: &str = "\
Examples:
  dcrsync secrets status
  dcrsync secrets status --max-age 90d --quiet > /dev/null   # in a pipeline: 1 if one is older
  dcrsync secrets status --output json | jq '.secrets[] | select(.in_step == false)'";

pub(super) async fn run(args: StatusArgs, screen: Screen) -> Result<Exit, CliError> {
    let StatusArgs { max_age, looking } = args;
    let tell = |all: &Vec<Holding>| {
        let told = Told {
            all,
            max_age,
            now: Timestamp::now(),
        };
        match looking.output {
            Output::Text => screen.print(&told.text())?,
            Output::Json => screen.print_json(&told.json())?,
        }
        Ok(if all.iter().any(|one| told.fails(one)) {
            Exit::Error
        } else {
            Exit::Fine
        })
    };
    looking.run("secrets status", screen, look, tell).await
}

async fn look(session: &Session) -> Result<Vec<Holding>, CliError> {
    let look = session.look(&[]).await?;
    let waiting = Waiting::start(session.screen, "asking the vendors about the secrets");
    let all = session.engine.inventory(&look.planned).await?;
    drop(waiting);
    Ok(all)
}

struct Told<'a> {
    all: &'a [Holding],
    max_age: Option<SignedDuration>,
    now: Timestamp,
}

impl Told<'_> {
    fn is_too_old(&self, one: &Holding) -> bool {
        self.max_age
            .is_some_and(|limit| one.is_older(limit, self.now))
    }

    fn fails(&self, one: &Holding) -> bool {
        one.is_broken(self.now) || self.is_too_old(one)
    }

    fn text(&self) -> String {
        let mut lines = Vec::new();
        for one in self.all {
            lines.extend(self.lines(one));
            lines.push(String::new());
        }
        let failing = self.all.iter().filter(|one| self.fails(one)).count();
        let count = Count::of(self.all.len(), "secret");
        lines.push(match failing {
            0 => format!("{count}, nothing to complain of.\n"),
            some => format!("{count}, {some} to look after.\n"),
        });
        lines.join("\n")
    }

    fn lines(&self, one: &Holding) -> Vec<String> {
        let bold = anstyle::Style::new().bold();
        let red = AnsiColor::Red.on_default().bold();
        let name = format!("{} {}", one.owner, one.field);
        let mut lines = vec![format!("{bold}{}{bold:#}", printable(&name))];
        let mut row = |name: &str, text: &str| {
            lines.push(format!("  {name:11} {}", printable(text)));
        };
        row(
            "from",
            &match &one.file {
                Some(file) if !one.source.starts_with("file:") => {
                    format!("{} in {file}", one.source)
                }
                _ => one.source.clone(),
            },
        );
        row("age", &one.since.told(self.now));
        if let Some(end) = one.expires {
            row("ends", &end.strftime("%F").to_string());
        }
        if let Some(in_step) = one.in_step {
            row("in step", if in_step { "yes" } else { "no" });
        }
        if let Some(print) = &one.fingerprint {
            row("fingerprint", &print.0);
        }
        for note in &one.notes {
            row("note", note);
        }
        let mut wrong = |text: &str| {
            lines.push(format!("  {red}{:11}{red:#} {}", "wrong", printable(text)));
        };
        if let Some(problem) = &one.problem {
            wrong(problem);
        }
        if one.expires.is_some_and(|end| end <= self.now) {
            wrong("it has ended");
        }
        if self.is_too_old(one) {
            wrong("it is older than `--max-age` allows");
        }
        lines
    }

    fn json(&self) -> Value {
        let secrets = self.all.iter().map(|one| {
            let mut entry = json!(one);
            entry["too_old"] = json!(self.max_age.map(|_| self.is_too_old(one)));
            entry
        });
        json!({
            "format": 1,
            "at": self.now,
            "secrets": secrets.collect::<Vec<_>>(),
        })
    }
}
