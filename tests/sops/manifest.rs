//! A manifest of files, and the keys and services that each of its rows needs.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use dcrsync::secrets::Environment;

use crate::tools::{GpgHome, path, sops};

/// The port that the Vault address in the fixture names.
const PORT: &str = "18231";

pub(crate) struct Manifest {
    /// What its paths start from.
    pub(crate) root: PathBuf,
    pub(crate) file: PathBuf,
    gpg: BTreeMap<String, Option<GpgHome>>,
    services: OnceCell<Option<Services>>,
}

pub(crate) struct Row {
    pub(crate) file: String,
    keys: Vec<(String, String)>,
    pub(crate) expected: String,
}

impl Manifest {
    pub(crate) fn of(folder: &Path) -> Self {
        let file = ["manifest.tsv", "real/manifest.tsv"]
            .iter()
            .map(|name| folder.join(name))
            .find(|file| file.is_file())
            .unwrap_or_else(|| panic!("no manifest.tsv in {}", folder.display()));
        let root = file
            .ancestors()
            .find(|above| above.join("keys").is_dir())
            .unwrap_or_else(|| panic!("no `keys` beside or above {}", file.display()));
        Self {
            root: root.to_owned(),
            file,
            gpg: BTreeMap::new(),
            services: OnceCell::new(),
        }
    }

    pub(crate) fn rows(&self) -> Vec<Row> {
        let text = fs::read_to_string(&self.file).unwrap();
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some("file\tkey_env\texpected\tfeature\tnote"));
        lines
            .map(|line| {
                let mut cells = line.split('\t').map(str::to_owned);
                let file = cells.next().unwrap();
                let keys = cells.next().unwrap();
                let pairs = keys.split_whitespace();
                Row {
                    file,
                    keys: pairs
                        .map(|pair| pair.split_once('=').unwrap())
                        .map(|(name, value)| (name.to_owned(), value.to_owned()))
                        .collect(),
                    expected: cells.next().unwrap(),
                }
            })
            .collect()
    }

    /// The environment of a row, or the program that it needs and that is not there.
    pub(crate) fn environment(
        &mut self,
        row: &Row,
        home: &Path,
    ) -> Result<Environment, &'static str> {
        let sops = sops();
        if sops.is_none() && self.needs_sops(row) {
            return Err("sops");
        }
        let keys = self.root.join("keys");
        let mut folders = vec![keys.as_path()];
        folders.extend(sops.as_deref().and_then(Path::parent));
        let mut variables: Vec<(String, OsString)> = vec![
            // an empty home: nothing of the machine may open a fixture
            ("HOME".to_owned(), home.into()),
            ("PATH".to_owned(), path(&folders)),
        ];
        for (name, value) in &row.keys {
            match name.as_str() {
                "PGP" => {
                    let key = self.root.join(value);
                    let home = self
                        .gpg
                        .entry(value.clone())
                        .or_insert_with(|| GpgHome::with(&key));
                    let home = home.as_ref().ok_or("gpg")?;
                    variables.push(("GNUPGHOME".to_owned(), home.path().into()));
                }
                "FAKEKMS" => {
                    let services = self
                        .services
                        .get_or_init(|| Services::start(&keys.join("fake-key-services.py")));
                    services.as_ref().ok_or("fake-key-services.py")?;
                    let address = format!("http://127.0.0.1:{PORT}");
                    variables.push(("AWS_ENDPOINT_URL_KMS".to_owned(), address.into()));
                    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "VAULT_TOKEN"] {
                        variables.push((name.to_owned(), "x".into()));
                    }
                    variables.push(("AWS_REGION".to_owned(), "us-east-1".into()));
                }
                _ => variables.push((name.clone(), absolute(&self.root, value).into())),
            }
        }
        Ok(variables.into_iter().collect())
    }

    /// Cloud services, plugins and post-quantum keys are left to the installed program.
    fn needs_sops(&self, row: &Row) -> bool {
        row.keys.iter().any(|(name, value)| {
            // the variable holds a file's name, or the identity itself
            let text = fs::read_to_string(self.root.join(value)).unwrap_or_else(|_| value.clone());
            name == "FAKEKMS" || text.contains("AGE-SECRET-KEY-PQ-") || text.contains("AGE-PLUGIN-")
        })
    }
}

/// Paths of the manifest start at its root; whatever is no path stays.
fn absolute(root: &Path, value: &str) -> String {
    let file = root.join(value);
    if file.exists() {
        file.display().to_string()
    } else {
        value.to_owned()
    }
}

/// A stand-in for cloud services, in a process of its own.
struct Services(Child);

impl Services {
    fn start(program: &Path) -> Option<Self> {
        let mut child = Command::new("python3")
            .arg(program)
            .arg(PORT)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut line = String::new();
        let out = child.stdout.take().unwrap();
        BufReader::new(out).read_line(&mut line).unwrap();
        let services = Self(child);
        // its port is its first line; nothing comes when somebody else has the port
        (line.trim() == PORT).then_some(services)
    }
}

impl Drop for Services {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
