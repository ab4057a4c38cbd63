//! `dcrsync init`: a first document that can be read, changed and tried at once.

use std::io::Write;
use std::path::PathBuf;

use clap::ValueEnum;

use super::error::CliError;
use super::exit::Exit;
use super::screen::Screen;

/// Writes a first document with comments; an existing file is never touched.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct InitArgs {
    /// The file to write.
    #[arg(value_name = "FILE", default_value = "dcrsync.yaml")]
    file: PathBuf,
    /// Where the document takes its secrets from.
    #[arg(long, value_name = "SOURCE", default_value = "sops")]
    secrets: Secrets,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Secrets {
    /// A file encrypted with SOPS beside the document.
    Sops,
    /// Environment variables.
    Env,
}

const EXAMPLES: &str = "\
Examples:
  dcrsync init
  dcrsync init --secrets env payments.yaml";

const DOCUMENT: &str = include_str!("init.yaml");

const SOPS_STEPS: &str = "\
Next, keep the secrets in `secrets.sops.yaml` beside it, encrypted:
  age-keygen -o ~/.config/sops/age/keys.txt        # once; prints the public key, age1...
  SOPS_AGE_RECIPIENTS=age1... sops edit secrets.sops.yaml
with these entries:
  okta: { api_token: ..., dcr_token: ... }
  konnect: { token: ... }
";

const ENV_STEPS: &str = "\
Next, set the secrets: OKTA_API_TOKEN, OKTA_DCR_TOKEN and KONNECT_TOKEN.
";

const TRY: &str = "\
Then:
  dcrsync validate
  dcrsync plan --sandbox     # tries it on this machine, no account needed
  dcrsync plan
";

pub(super) fn run(args: &InitArgs, screen: Screen) -> Result<Exit, CliError> {
    let path = args.file.display();
    let mut file = match std::fs::File::create_new(&args.file) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            return Err(CliError::sentence(format!("`{path}` is there already"))
                .hint("name another file: `dcrsync init other.yaml`"));
        }
        Err(source) => return Err(CliError::write(format!("`{path}`"), source)),
    };
    file.write_all(document(args.secrets).as_bytes())
        .map_err(|source| CliError::write(format!("`{path}`"), source))?;
    let steps = match args.secrets {
        Secrets::Sops => SOPS_STEPS,
        Secrets::Env => ENV_STEPS,
    };
    screen.tell(&format!("Wrote `{path}`.\n\n{steps}\n{TRY}"));
    Ok(Exit::Fine)
}

/// The first document; each secret is named twice in the template, once for each source.
pub(super) fn document(secrets: Secrets) -> String {
    let drop = match secrets {
        Secrets::Sops => "#env:",
        Secrets::Env => "#sops:",
    };
    DOCUMENT
        .lines()
        .filter(|line| !line.starts_with(drop))
        .map(|line| {
            let line = line.strip_prefix("#env:").unwrap_or(line);
            format!("{}\n", line.strip_prefix("#sops:").unwrap_or(line))
        })
        .collect()
}
