//! `--sandbox`: the vendors on this machine in place of the document's.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use url::Url;

use super::error::CliError;
use super::screen::Screen;
use super::stand_in;
use crate::base::{Secret, SecretRef, SourceMap, Value};
use crate::config::{OktaAuth, OktaSettings};
use crate::engine::{Addresses, Checked, Needs};
use crate::sandbox::{self, Named, Sandbox};
use crate::secrets::Environment;

/// Where the state is kept, beside the document.
const STATE: &str = ".dcrsync/sandbox.json";

/// The value of each variable that is not set: nobody needs an account, nor a token, to try. Long enough and
/// of the letters that all vendors take for all their secrets.
const MADE_UP: &str = "sandbox_made_up";

/// Starts the sandbox and has it know what the document only names.
pub(super) async fn start(
    checked: &mut Checked,
    sources: &SourceMap,
    environment: &mut Environment,
    screen: Screen,
) -> Result<Sandbox, CliError> {
    let state = state_file(sources);
    screen.tell(&format!(
        "Using the sandbox, not the vendors; its state is in `{}`.\n",
        state.display()
    ));
    let org = checked.settings.okta.as_ref();
    let org = org.map(|okta| okta.org_url.url().clone());
    for section in stand_in::complete(&mut checked.settings) {
        screen.tell(&format!(
            "  the document has no `{section}` section; the sandbox's account serves\n"
        ));
    }
    for name in make_up(checked, environment) {
        screen.tell(&format!("  `{name}` is not set; a made-up value serves\n"));
    }
    let needs = Needs::of(checked, sources, environment)?;
    let sandbox = sandbox::start(sandbox::Options {
        state: Some(state),
        ..sandbox::Options::default()
    })
    .await?;
    if let Some(org) = org {
        let okta = Url::parse(&sandbox.origins.okta).map_err(CliError::new)?;
        stand_in::move_issuers(&mut checked.declared, &org, &okta);
    }
    for token in &needs.okta_tokens {
        sandbox.accept_okta_token(token.expose());
    }
    for token in &needs.konnect_tokens {
        sandbox.accept_konnect_token(token.expose());
    }
    let made = sandbox.seed_named(&Named {
        servers: needs.servers,
        portals: needs.portals,
        apis: needs.apis,
        developers: needs.developers,
        teams: needs.teams,
    });
    for line in made {
        screen.tell(&format!("  {line}\n"));
    }
    screen.tell("\n");
    Ok(sandbox)
}

/// Has another reading of the document fit the sandbox, too.
pub(super) fn adapt(checked: &mut Checked, okta: &Url) {
    let org = checked.settings.okta.as_ref();
    let org = org.map(|okta| okta.org_url.url().clone());
    stand_in::complete(&mut checked.settings);
    if let Some(org) = org {
        stand_in::move_issuers(&mut checked.declared, &org, okta);
    }
}

/// The addresses that take the place of the document's.
pub(super) fn addresses(sandbox: &Sandbox) -> Result<Addresses, CliError> {
    let origins = &sandbox.origins;
    let url = |origin: &str| Url::parse(origin).map_err(CliError::new);
    Ok(Addresses {
        okta: url(&origins.okta)?,
        konnect: url(&origins.konnect)?,
        portal: url(&origins.portal)?,
        gateway: url(&origins.gateway)?,
        okta_token: Secret::new(sandbox.okta_token.as_str()),
    })
}

/// Beside the first file, so that it is the same from every folder below.
pub(super) fn state_file(sources: &SourceMap) -> PathBuf {
    let first = sources.iter().next();
    let folder = first.and_then(|(_, source)| Path::new(&source.name).parent());
    folder.map_or_else(|| PathBuf::from(STATE), |folder| folder.join(STATE))
}

/// Gives the variables that the document's secrets come from a value where they have none.
fn make_up(checked: &Checked, environment: &mut Environment) -> Vec<String> {
    let unset: Vec<String> = variables(checked)
        .into_iter()
        .filter(|name| std::env::var_os(name).is_none_or(|value| value.is_empty()))
        .collect();
    let made_up = unset
        .iter()
        .map(|name| (OsString::from(name), OsString::from(MADE_UP)));
    *environment = std::env::vars_os().chain(made_up).collect();
    unset
}

/// The variables that secrets of the document come from.
fn variables(checked: &Checked) -> BTreeSet<String> {
    let settings = &checked.settings;
    let mut references: Vec<&SecretRef> = Vec::new();
    match settings.okta.as_ref().and_then(OktaSettings::auth) {
        Some(OktaAuth::Token(token)) => references.push(token),
        // the sandbox's own token takes the place of a service app's key
        Some(OktaAuth::OAuth(_)) | None => {}
    }
    references.extend(settings.konnect.as_ref().map(|konnect| &konnect.token));
    for desired in checked.declared.iter() {
        references.extend(desired.secrets.values());
        for value in desired.fields.values() {
            if let Value::Secret(reference) = value {
                references.push(reference);
            }
        }
    }
    let variable = |reference: &SecretRef| match reference {
        SecretRef::Env(name) => Some(name.clone()),
        SecretRef::Sops(_) | SecretRef::File(_) => None,
    };
    references.into_iter().filter_map(variable).collect()
}
