use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use dcrsync::base::Secret;
use dcrsync::secrets::sops::{Keyring, SopsFile, generate_identity};
use dcrsync::secrets::{Environment, create_file};

use super::{DOCUMENT, Names, Run, Running, Vendors};

/// A made-up home with a project in it, and what was typed there.
pub struct Test {
    // first: the folder must outlive nothing, but a process in it must not outlive the test
    vendors: Option<Vendors>,
    root: tempfile::TempDir,
    recipient: String,
    secrets: BTreeMap<String, String>,
    names: Names,
    transcript: String,
    environment: BTreeMap<String, String>,
}

impl Test {
    /// An empty project, and a home with an age key where sops looks for one.
    pub fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let (key, recipient) = generate_identity();
        let keys = root.path().join("home/.config/sops/age");
        std::fs::create_dir_all(&keys).unwrap();
        std::fs::write(keys.join("keys.txt"), format!("{}\n", key.expose())).unwrap();
        std::fs::create_dir(root.path().join("project")).unwrap();
        let mut names = Names::default();
        names.folder(&root.path().join("project"), "<project>");
        names.folder(root.path(), "<root>");
        Self {
            vendors: None,
            root,
            recipient,
            secrets: BTreeMap::new(),
            names,
            transcript: String::new(),
            environment: BTreeMap::new(),
        }
    }

    /// The same with both vendors, [`DOCUMENT`] and its secrets.
    pub fn shop() -> Self {
        Self::shop_with(Vendors::start())
    }

    /// The same with these vendors.
    pub fn shop_with(vendors: Vendors) -> Self {
        Self::new().meets(vendors).config(DOCUMENT)
    }

    /// The same with vendors that have this besides what every new account has, and no document yet.
    pub fn with_seed(seed: &serde_json::Value) -> Self {
        let test = Self::new();
        let file = test.root().join("seed.json");
        std::fs::write(&file, seed.to_string()).unwrap();
        let vendors = Vendors::with(&["--seed", file.to_str().unwrap()]);
        test.meets(vendors)
    }

    /// The secrets of [`DOCUMENT`] for these vendors.
    #[must_use]
    pub fn meets(mut self, vendors: Vendors) -> Self {
        let test = &mut self;
        for (origin, name) in [
            (&vendors.okta, "http://okta"),
            (&vendors.konnect, "http://konnect"),
            (&vendors.portal, "http://portal"),
            (&vendors.gateway, "http://gateway"),
        ] {
            test.names.exact(origin, name);
        }
        let secrets = [
            ("okta.token", vendors.okta_token.clone()),
            ("okta.dcr_token", vendors.okta_token.clone()),
            ("konnect.token", vendors.konnect_token.clone()),
            ("portal.password", "sandbox".to_owned()),
        ];
        test.vendors = Some(vendors);
        let secrets = secrets.map(|(path, value)| (path.to_owned(), value));
        test.secrets.extend(secrets);
        test.encrypt();
        self
    }

    /// The same, applied, so that a story can begin after that.
    pub fn settled() -> Self {
        let test = Self::shop();
        let _ = test.quietly(&["apply", "--auto-approve"]).code(0);
        test.vendors().forget();
        test
    }

    /// Adds a variable to the environment of all commands, which is empty but for `HOME`.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Writes the document.
    #[must_use]
    pub fn config(self, text: &str) -> Self {
        self.write("dcrsync.yaml", text);
        self
    }

    /// Changes the document; what is to be replaced must be in it.
    #[track_caller]
    pub fn edit(&self, old: &str, new: &str) {
        let text = self.read("dcrsync.yaml");
        assert_eq!(text.matches(old).count(), 1, "`{old}` in the document");
        self.write("dcrsync.yaml", &text.replace(old, new));
    }

    /// Where the document says this, as a location.
    #[track_caller]
    pub fn place(&self, what: &str) -> String {
        let text = self.read("dcrsync.yaml");
        let found = text.lines().enumerate();
        let found = found.filter_map(|(line, text)| Some((line + 1, text.find(what)? + 1)));
        let found: Vec<_> = found.collect();
        let [(line, column)] = found.as_slice() else {
            panic!("`{what}` is {} times in the document", found.len());
        };
        format!("dcrsync.yaml:{line}:{column}")
    }

    /// Writes a file of the project, with the sandbox's addresses in it.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, self.filled(text)).unwrap();
    }

    fn filled(&self, text: &str) -> String {
        let Some(vendors) = &self.vendors else {
            return text.to_owned();
        };
        text.replace("{okta}", &vendors.okta)
            .replace("{konnect}", &vendors.konnect)
            .replace("{portal}", &vendors.portal)
            .replace("{gateway}", &vendors.gateway)
    }

    /// Reads a file of the project.
    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// A path in the project.
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.path().join("project").join(name)
    }

    /// The folder of home and project.
    pub fn root(&self) -> &Path {
        self.root.path()
    }

    /// All files of the project, sorted.
    pub fn files(&self) -> Vec<String> {
        files(&self.path(""))
    }

    /// Gives a secret of the SOPS file another value.
    pub fn secret(&mut self, path: &str, value: &str) {
        self.secrets.insert(path.to_owned(), value.to_owned());
        self.encrypt();
    }

    /// The value at a path of a SOPS file, where there is one; it must be encrypted.
    pub fn opened(&self, file: &str, path: &[&str]) -> Option<String> {
        let file = self.path(file);
        let bytes = std::fs::read(&file).ok()?;
        let keys = self.root().join("home/.config/sops/age/keys.txt");
        let none = Environment::from_iter([("HOME", "/nowhere")]);
        let opened = SopsFile::open(&file, &bytes, &Keyring::new(none, vec![keys])).unwrap();
        let leaves = opened.documents()[0].leaves();
        let (_, leaf) = leaves.iter().find(|(at, _)| *at == path)?;
        let leaf = leaf.expect("a single value");
        assert!(leaf.encrypted);
        Some(leaf.value.to_text().expose().to_owned())
    }

    fn encrypt(&self) {
        let file = self.path("secrets.sops.yaml");
        let _ = std::fs::remove_file(&file);
        let values: Vec<(&str, Secret)> = self
            .secrets
            .iter()
            .map(|(path, value)| (path.as_str(), Secret::new(value.as_str())))
            .collect();
        let values: Vec<(&str, &Secret)> =
            values.iter().map(|(path, value)| (*path, value)).collect();
        create_file(&file, std::slice::from_ref(&self.recipient), &values).unwrap();
    }

    /// The vendors.
    #[track_caller]
    pub fn vendors(&self) -> &Vendors {
        self.vendors.as_ref().expect("this test has vendors")
    }

    /// Ends the vendors.
    pub fn kill_vendors(&mut self) {
        self.vendors.as_mut().expect("this test has vendors").kill();
    }

    fn command(&self, args: &[&str]) -> Command {
        self.command_under(&[], args)
    }

    fn command_under(&self, program: &[&str], args: &[&str]) -> Command {
        let ours = [env!("CARGO_BIN_EXE_dcrsync")];
        let mut words = program.iter().chain(&ours).chain(args);
        let mut command = Command::new(words.next().unwrap());
        command
            .args(words)
            .current_dir(self.path(""))
            .env_clear()
            .env("HOME", self.root.path().join("home"))
            .envs(&self.environment)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs a command that the story does not tell.
    pub fn quietly(&self, args: &[&str]) -> Run {
        Running::start(&mut self.command(args)).end()
    }

    /// Starts a command that the story does not tell.
    pub fn begin(&self, args: &[&str]) -> Running {
        Running::start(&mut self.command(args))
    }

    /// The same by another program, which is given the command after its own arguments.
    pub fn begin_under(&self, program: &[&str], args: &[&str]) -> Running {
        Running::start(&mut self.command_under(program, args))
    }

    /// Starts a command and lets it run.
    pub fn start(&mut self, args: &[&str]) -> Running {
        self.note(&format!("$ dcrsync {}", args.join(" ")));
        Running::start(&mut self.command(args))
    }

    /// Takes the end of a started command into the story.
    pub fn ended(&mut self, run: Run) -> Run {
        let (out, err) = (self.names.put(&run.stdout), self.names.put(&run.stderr));
        let code = run
            .code
            .map_or("by a signal".to_owned(), |code| code.to_string());
        for (title, text) in [("stdout", out), ("stderr", err)] {
            if !text.is_empty() {
                self.note(&format!("--- {title}\n{}", text.trim_end()));
            }
        }
        self.note(&format!("--- exit {code}\n"));
        run
    }

    /// Runs a command as a step of the story.
    pub fn run(&mut self, args: &[&str]) -> Run {
        let running = self.start(args);
        self.ended(running.end())
    }

    /// Tells what happens besides commands.
    pub fn note(&mut self, text: &str) {
        self.transcript.push_str(text);
        self.transcript.push('\n');
    }

    /// Everything so far, with names in place of what differs from run to run.
    pub fn transcript(&self) -> &str {
        &self.transcript
    }

    /// A text with the same names.
    pub fn named(&self, text: &str) -> String {
        self.names.put(text)
    }
}

/// All files below a folder, as sorted relative paths.
pub fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let below = path.strip_prefix(folder).unwrap();
                found.push(below.display().to_string());
            }
        }
    }
    found.sort();
    found
}
