//! `dcrsync schema`: the JSON Schema of the document, for editors and for checks of others.

use clap::ValueEnum;
use serde_json::{Value, json};

use super::error::CliError;
use super::exit::Exit;
use super::report;
use super::screen::Screen;
use crate::engine;
use crate::plan::render;
use crate::status;

/// Prints the JSON Schema of the document.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct SchemaArgs {
    /// The draft of JSON Schema; some editors know no newer one than 7.
    #[arg(long, value_name = "DRAFT", default_value = "2020-12")]
    draft: Draft,
    /// Prints the schema of `plan --output json` instead.
    #[arg(long, group = "other")]
    plan: bool,
    /// Prints the schema of `--report FILE` instead.
    #[arg(long, group = "other")]
    report: bool,
    /// Prints the schema of the status page's `/api/v1/status` instead.
    #[arg(long, group = "other")]
    status: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Draft {
    /// The newest.
    #[value(name = "2020-12")]
    Newest,
    /// What older editors know.
    #[value(name = "7")]
    Seven,
}

const EXAMPLES: &str = "\
Examples:
  dcrsync schema > dcrsync.schema.json
  # then as the first line of the document:
  # yaml-language-server: $schema=dcrsync.schema.json";

pub(super) fn run(args: &SchemaArgs, screen: Screen) -> Result<Exit, CliError> {
    let mut schema = if args.plan {
        render::json_schema()
    } else if args.report {
        report::schema()
    } else if args.status {
        status::schema()
    } else {
        engine::schema()
    };
    if args.draft == Draft::Seven {
        to_draft_7(&mut schema);
    }
    screen.print_json(&schema)?;
    Ok(Exit::Fine)
}

/// Says the same in draft 7; our schemas use nothing else that came after it, and a test holds them to it.
pub(super) fn to_draft_7(schema: &mut Value) {
    references(schema);
    if let Some(members) = schema.as_object_mut() {
        members.insert(
            "$schema".to_owned(),
            "http://json-schema.org/draft-07/schema#".into(),
        );
        if let Some(parts) = members.shift_remove("$defs") {
            members.insert("definitions".to_owned(), parts);
        }
    }
}

/// Draft 7 ignores what stands beside `$ref`, such as the description; `allOf` keeps it.
fn references(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            let name = members
                .get("$ref")
                .and_then(Value::as_str)
                .and_then(|target| target.strip_prefix("#/$defs/"))
                .map(|name| format!("#/definitions/{name}"));
            if let Some(target) = name {
                members.shift_remove("$ref");
                members.insert("allOf".to_owned(), json!([{ "$ref": target }]));
            } else {
                members.values_mut().for_each(references);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(references),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
