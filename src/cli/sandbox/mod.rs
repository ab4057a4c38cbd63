//! `dcrsync sandbox`: both vendors on this machine, for people, scripts and third-party clients.

mod announcement;

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::de::DeserializeOwned;
use thiserror::Error;
use tokio::signal::unix::{Signal, SignalKind, signal};

use self::announcement::announce;
use crate::sandbox::{self, Named, Options, SandboxError, Seed};

/// Runs Okta, Konnect, a developer portal and a gateway on this machine.
///
/// Nothing leaves the machine and no account is needed. The four servers start with a fresh pair of
/// accounts: an Okta org with its `default` authorization server, and a Konnect organization with the
/// portal `developer-portal`, the developer `dev@example.com` (password `sandbox`) and the API
/// `orders`. They serve until SIGTERM or SIGINT.
///
/// Each port also answers under `/_sandbox/`: `GET requests` is the journal, `POST faults` arms
/// faults, `POST limits` sets Okta's requests a minute, `POST clock` moves the time on, `POST reset`
/// starts anew.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct SandboxArgs {
    /// Fills a fresh sandbox with the world of this file (YAML).
    #[arg(long, value_name = "FILE")]
    pub seed: Option<PathBuf>,
    /// Keeps the state in this file; without it the state ends with the process.
    #[arg(long, value_name = "FILE")]
    pub state: Option<PathBuf>,
    /// Arms the faults of this file (JSON or YAML), a list as `POST /_sandbox/faults` takes it.
    #[arg(long, value_name = "FILE")]
    pub faults: Option<PathBuf>,
    /// How long each request waits before it is carried out, such as `50ms`.
    #[arg(long, value_name = "DURATION", value_parser = duration, default_value = "0ms")]
    pub latency: Duration,
    /// Where Okta listens; port 0 is the port of the last run or a free one.
    #[arg(long, value_name = "ADDR", default_value = FREE)]
    pub okta: SocketAddr,
    /// Where Konnect listens.
    #[arg(long, value_name = "ADDR", default_value = FREE)]
    pub konnect: SocketAddr,
    /// Where the Portal API listens.
    #[arg(long, value_name = "ADDR", default_value = FREE)]
    pub portal: SocketAddr,
    /// Where the gateway listens.
    #[arg(long, value_name = "ADDR", default_value = FREE)]
    pub gateway: SocketAddr,
    /// Serves https with a certificate made for this run.
    #[arg(long)]
    pub tls: bool,
    /// One more name in that certificate; may be repeated.
    #[arg(long, value_name = "NAME", requires = "tls")]
    pub tls_name: Vec<String>,
    /// Prints addresses and tokens as one line of JSON once all four servers listen.
    #[arg(long)]
    pub json: bool,
    /// Prints the JSON Schema of seed files and does nothing else.
    #[arg(long)]
    pub print_seed_schema: bool,
}

const FREE: &str = "127.0.0.1:0";

const EXAMPLES: &str = r#"A seed file; its schema is printed by `--print-seed-schema`, all is told in docs/sandbox.md:
  # yaml-language-server: $schema=sandbox-seed.schema.json
  servers:
    - name: partners
      scopes: [orders.read]
      claims: [{ name: client_id, value: app.clientId }]
      policies: [machines]
  providers: [{ name: okta, server: partners }]
  strategies: [{ name: okta-oidc, server: partners, provider: okta, scopes: [orders.read] }]
  developers: [{ email: ann@acme.example, password: sandbox }]
  publications: [{ api: orders, strategy: okta-oidc, auto_approve: true }]
  applications: [{ name: mobile, owner: ann@acme.example, strategy: okta-oidc, apis: [orders] }]

Faults, each striking the next matching request where `nth`, `times` and `probability` (with its `seed`)
do not say otherwise:
  [{ "vendor": "okta", "method": "POST", "path": "/scopes$", "nth": 2, "times": 3, "effect": "lost" },
   { "effect": { "status": { "code": 429, "retry_after": 2 } } },
   { "times": 1000, "probability": 0.05, "seed": 7, "effect": "reset" }]
Effects:
  status, locked, html, empty_list   answered without being carried out
  reset, hang                        connection dropped, or no answer; nothing was done
  lost, hang_after, truncate         the same, and cut in the middle, but all was done
  delay_ms, small_pages              with a number: slow, and few entries to a page
  stale                              a GET is answered as it was the last time
  duplicate, old_stamp               Okta makes a scope twice, or answers with an old time

Examples:
  dcrsync sandbox
  dcrsync sandbox --state .dcrsync/sandbox.json --latency 50ms
  dcrsync sandbox --json --okta 127.0.0.1:4001 --konnect 127.0.0.1:4002
  dcrsync sandbox --tls --tls-name acme.okta.com --tls-name us.api.konghq.com
  curl -d '[{ "effect": "lost" }]' http://127.0.0.1:4001/_sandbox/faults"#;

/// Why `dcrsync sandbox` gave up.
#[derive(Debug, Error)]
pub enum SandboxCommandError {
    /// A file of the command line cannot be read.
    #[error("cannot read `{path}`")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
    /// A file of the command line says something else than it should.
    #[error("`{path}` is not {what}; see `dcrsync sandbox --help`")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What it should hold.
        what: &'static str,
        /// What is wrong with it.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The sandbox cannot start, or not save its state.
    #[error("the sandbox cannot run")]
    Sandbox(#[from] SandboxError),
    /// The addresses cannot be told.
    #[error("cannot write to standard output")]
    Print(#[source] io::Error),
    /// The end cannot be waited for.
    #[error("cannot listen for signals")]
    Signals(#[source] io::Error),
}

/// Serves until SIGTERM or SIGINT, then saves the state.
pub async fn run(args: SandboxArgs) -> Result<(), SandboxCommandError> {
    if args.print_seed_schema {
        return print_seed_schema().map_err(SandboxCommandError::Print);
    }
    // before anything is said: who reads the first line may send a signal at once
    let mut terminate = listen_for(SignalKind::terminate())?;
    let mut interrupt = listen_for(SignalKind::interrupt())?;
    let sandbox = sandbox::start(Options {
        okta: args.okta,
        konnect: args.konnect,
        portal: args.portal,
        gateway: args.gateway,
        seed: read(args.seed.as_deref(), "a seed")?,
        faults: read(args.faults.as_deref(), "a list of faults")?,
        state: args.state,
        latency: args.latency,
        named: Named::default(),
        tls: args.tls.then_some(args.tls_name),
        tap: None,
    })
    .await?;
    announce(&sandbox, args.json).map_err(SandboxCommandError::Print)?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    sandbox.shutdown().await?;
    Ok(())
}

fn print_seed_schema() -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    serde_json::to_writer_pretty(&mut out, &schemars::schema_for!(Seed))?;
    writeln!(out)?;
    out.flush()
}

fn listen_for(kind: SignalKind) -> Result<Signal, SandboxCommandError> {
    signal(kind).map_err(SandboxCommandError::Signals)
}

/// Reads a file of the command line; nothing where none is given.
fn read<T: DeserializeOwned + Default>(
    path: Option<&Path>,
    what: &'static str,
) -> Result<T, SandboxCommandError> {
    let Some(path) = path else {
        return Ok(T::default());
    };
    let text = std::fs::read_to_string(path).map_err(|source| SandboxCommandError::Read {
        path: path.to_owned(),
        source,
    })?;
    serde_saphyr::from_str(&text).map_err(|source| SandboxCommandError::Malformed {
        path: path.to_owned(),
        what,
        source: Box::new(source),
    })
}

/// Reads `50ms`, `2s` or `1m`.
fn duration(text: &str) -> Result<Duration, String> {
    text.parse::<jiff::SignedDuration>()
        .ok()
        .and_then(|duration| Duration::try_from(duration).ok())
        .ok_or_else(|| "expected a duration such as `50ms` or `2s`".to_owned())
}
