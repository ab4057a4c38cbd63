//! `dcrsync init`: a first document that can be read, changed and tried at once.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::error::CliError;
use super::exit::Exit;
use super::options::quoted;
use super::screen::Screen;
use crate::engine::input::DEFAULT;

/// Writes a first document with comments; an existing file is never touched.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct InitArgs {
    /// The file to write.
    #[arg(value_name = "FILE", default_value = DEFAULT)]
    file: PathBuf,
    /// Where the document takes its secrets from.
    #[arg(long, value_name = "SOURCE", default_value = "env")]
    secrets: Secrets,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Secrets {
    /// Environment variables: works at once, for trying and for CI.
    Env,
    /// A file encrypted with SOPS, kept beside the document.
    Sops,
}

const EXAMPLES: &str = "\
Examples:
  dcrsync init && dcrsync plan --sandbox
  dcrsync init --secrets sops payments.yaml";

const DOCUMENT: &str = include_str!("init.yaml");

const ENV_STEPS: &str = "\
For the real vendors, change `org_url` and `region`, set OKTA_API_TOKEN,
OKTA_DCR_TOKEN and KONNECT_TOKEN, and run the same without `--sandbox`. To keep
the secrets beside the document, encrypted: `dcrsync init --secrets sops FILE`.
";

const SOPS_STEPS: &str = "\
First keep the secrets in `secrets.sops.yaml` beside it, encrypted (https://getsops.io):
  age-keygen -o ~/.config/sops/age/keys.txt     # once; prints the public key, age1…
  SOPS_AGE_RECIPIENTS=age1… sops edit secrets.sops.yaml
with these entries:
  okta: { api_token: …, dcr_token: … }
  konnect: { token: … }
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
    let tries = tries(&args.file);
    let (first, second) = match args.secrets {
        Secrets::Env => (tries.as_str(), ENV_STEPS),
        Secrets::Sops => (SOPS_STEPS, tries.as_str()),
    };
    screen.tell(&format!("Wrote `{path}`.\n\n{first}\n{second}"));
    Ok(Exit::Fine)
}

/// What to type next, as it works in this folder.
fn tries(file: &Path) -> String {
    let given = if file == Path::new(DEFAULT) {
        String::new()
    } else {
        format!(" -f {}", quoted(file))
    };
    format!(
        "\
Try it on this machine, no account needed:
  dcrsync plan --sandbox{given}
  dcrsync apply --sandbox{given}
"
    )
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
            line.strip_prefix("#sops:").unwrap_or(line)
        })
        .flat_map(|line| [line, "\n"])
        .collect()
}
