//! A rotation of a client's secrets as an ordinary plan shows it; pure.

use jiff::Timestamp;

use super::{Rotate, Stage};
use crate::base::{Address, CredentialTarget, Value};
use crate::kinds::client_secret::{Issued, Rotation};
use crate::plan::{Action, BlastRadius, FieldChange, Step};

/// The field that a rotation changes.
const FIELD: &str = "client_secret";

/// Says what a rotation waits for.
pub(super) fn waits(ask: &Rotate<'_>, stage: &Stage) -> String {
    let again = format!("run `dcrsync rotate {}` again then", ask.address);
    match stage {
        Stage::Wait(until) => format!(
            "the new secret is in use, the old one is retired after {}: {again}",
            shown(*until)
        ),
        Stage::Renew | Stage::Retire | Stage::Done => format!(
            "the new secret is in use, and nobody tells since when: `--grace 0s` retires the old one; {again}"
        ),
    }
}

/// What a step does, as an ordinary plan shows it.
pub(super) fn step(
    owner: &Address,
    target: &CredentialTarget,
    rotation: &Rotation,
    issued: &[Issued],
    ask: &Rotate<'_>,
) -> Step {
    let since = |one: &Issued| match one.created {
        Some(time) => format!("issued {}", shown(time)),
        None => "issued nobody knows when".to_owned(),
    };
    let named = |ids: &[String]| {
        let named = issued.iter().filter(|one| ids.contains(&one.id));
        named.map(since).collect::<Vec<_>>().join(", ")
    };
    let file = &target.file;
    let mut warnings = Vec::new();
    let (old, new) = match rotation {
        Rotation::Issue { room } => {
            // the kept one is all that makes no room; what is later than that was kept by no run
            let own = issued.iter().rposition(|one| !room.contains(&one.id));
            let unkept = own.is_some_and(|own| own + 1 < issued.len());
            if unkept {
                warnings.push(format!(
                    "the one {} is in no file of ours and older than the grace: it is retired first, at once",
                    named(room)
                ));
            } else if !room.is_empty() {
                warnings.push(format!(
                    "Okta holds two secrets: the one {} is retired first, at once",
                    named(room)
                ));
            }
            let newest = own.and_then(|own| issued.get(own));
            warnings.push(until(ask));
            (newest.map(since), format!("a new one, kept in `{file}`"))
        }
        Rotation::Keep { id } => {
            let ids = std::slice::from_ref(id);
            let newest = issued.iter().rfind(|one| one.id != *id);
            warnings.push(until(ask));
            let new = format!("the one {}, now kept in `{file}`", named(ids));
            (newest.map(since), new)
        }
        Rotation::Retire { ids } => (Some(named(ids)), "retired".to_owned()),
    };
    let text = |text: String| Value::Text(text);
    Step {
        address: owner.clone(),
        action: Action::Update,
        fields: vec![FieldChange {
            name: FIELD,
            old: old.map_or(Value::Null, text),
            new: Value::Text(new),
            sensitive: false,
            because: None,
        }],
        requires: Vec::new(),
        needs: Vec::new(),
        let_go: Vec::new(),
        because: Some(target.span),
        blast_radius: BlastRadius::default(),
        warnings,
        observed: String::new(),
    }
}

fn until(ask: &Rotate<'_>) -> String {
    if ask.grace.is_zero() {
        "the old one is retired as soon as the new one is proven".to_owned()
    } else {
        format!("the old one works for another {:#}", ask.grace)
    }
}

fn shown(time: Timestamp) -> String {
    time.strftime("%FT%TZ").to_string()
}
