//! What `dcrsync sandbox` says once all four servers listen.

use std::fmt;
use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;

use crate::sandbox::{Origins, Sandbox};

/// The first line with `--json`; its keys are a promise to scripts.
#[derive(Serialize)]
struct Announcement<'a> {
    #[serde(flatten)]
    origins: &'a Origins,
    okta_token: &'a str,
    konnect_token: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ca: Option<&'a Path>,
}

/// Says where everything is, on standard output.
pub(super) fn announce(sandbox: &Sandbox, json: bool) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    if json {
        let line = serde_json::to_string(&Announcement {
            origins: &sandbox.origins,
            okta_token: &sandbox.okta_token,
            konnect_token: &sandbox.konnect_token,
            ca: sandbox.ca.as_deref(),
        })?;
        writeln!(out, "{line}")?;
    } else {
        write!(out, "{}", Page(sandbox))?;
    }
    out.flush()
}

/// What a person reads who started a sandbox. Each line of commands works as it is typed.
struct Page<'a>(&'a Sandbox);

impl fmt::Display for Page<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(Sandbox {
            origins,
            okta_token,
            konnect_token,
            ca,
            ..
        }) = self;
        let Origins {
            okta,
            konnect,
            portal,
            gateway,
        } = origins;
        let curl = match ca {
            None => "curl".to_owned(),
            Some(path) => format!("curl --cacert '{}'", path.display()),
        };
        write!(
            f,
            "\
The sandbox is running. Its tokens are throw-away: they work here and nowhere else.

  Okta      {okta}   token {okta_token}
  Konnect   {konnect}   token {konnect_token}
  Portal    {portal}   dev@example.com, password sandbox
  Gateway   {gateway}
"
        )?;
        if let Some(path) = ca {
            writeln!(f, "  Trust     {}", path.display())?;
        }
        write!(
            f,
            "
Each address shows a page of what is there, and answers under `/_sandbox/`.

Try:
  {curl} -H 'Authorization: SSWS {okta_token}' {okta}/api/v1/authorizationServers
  {curl} -H 'Authorization: Bearer {konnect_token}' {konnect}/v3/portals
  {curl} -i -H 'Content-Type: application/json' -d '{LOG_IN}' {portal}/api/v3/developer/authenticate
  {curl} -i {gateway}/orders
  {curl} {okta}/_sandbox/requests
  {curl} {okta}/_sandbox/audit
  {curl} -d '{FAULT}' {okta}/_sandbox/faults

Press Ctrl-C to stop.
"
        )
    }
}

const LOG_IN: &str = r#"{"username":"dev@example.com","password":"sandbox"}"#;
const FAULT: &str = r#"[{"vendor":"okta","effect":{"status":{"code":429,"retry_after":2}}}]"#;
