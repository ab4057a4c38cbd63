//! The binary as a person and a script meet it: output, exit codes, files. No vendor is asked but the
//! embedded sandbox.

#![allow(clippy::unwrap_used)] // a test may

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

const DOCUMENT: &str = "\
version: 1
name: payments
vars: { env: { default: staging } }
okta:
  org_url: https://acme.okta.com
  token: { env: OKTA_TOKEN }
  authorization_servers:
    default:
      scopes:
        orders.read: { description: 'Read orders in ${var.env}' }
konnect:
  region: us
  token: { env: KONNECT_TOKEN }
";

/// A made-up home: one folder, and an environment of nothing but what a test gives.
struct Test {
    home: TempDir,
    environment: Vec<(String, String)>,
}

/// What one run left behind.
struct Ran {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Test {
    fn new() -> Self {
        Self {
            home: tempfile::tempdir().unwrap(),
            environment: Vec::new(),
        }
    }

    fn with(document: &str) -> Self {
        Self::new().file("dcrsync.yaml", document)
    }

    fn file(self, name: &str, text: &str) -> Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.home.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    #[must_use]
    fn run(&self, args: &[&str]) -> Ran {
        self.run_in(self.home.path(), args)
    }

    #[must_use]
    fn run_in(&self, folder: &Path, args: &[&str]) -> Ran {
        let output = Command::new(env!("CARGO_BIN_EXE_dcrsync"))
            .args(args)
            .current_dir(folder)
            .env_clear()
            .env("HOME", self.home.path())
            .envs(self.environment.iter().cloned())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        Ran {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ran {
    #[track_caller]
    fn code(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}\n{}", self.stdout, self.stderr);
        self
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap()
    }
}

#[test]
fn help_and_version_are_results() {
    let test = Test::new();
    let help = test.run(&["--help"]).code(0);
    assert!(help.stdout.contains("Exit codes:") && help.stderr.is_empty());
    let version = test.run(&["--version"]).code(0);
    assert_eq!(
        version.stdout,
        format!("dcrsync {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn bad_arguments_end_with_1_and_not_with_2() {
    let test = Test::with(DOCUMENT);
    for args in [
        &["bogus"][..],
        &["plan", "--bogus"],
        &["plan", "--output", "pdf"],
        &["completions"],
        &[],
    ] {
        let ran = test.run(args).code(1);
        assert!(ran.stdout.is_empty(), "{args:?}");
        assert!(!ran.stderr.is_empty(), "{args:?}");
    }
}

#[test]
fn a_good_document_is_valid() {
    let ran = Test::with(DOCUMENT).run(&["validate"]).code(0);
    assert_eq!(
        ran.stdout,
        "The document `payments` is valid: 1 object in 1 file.\n"
    );
    assert_eq!(ran.stderr, "");
}

#[test]
fn a_bad_document_shows_the_line_and_a_way_out() {
    let test = Test::with(&DOCUMENT.replace("description:", "descripton:"));
    let ran = test.run(&["validate"]).code(1);
    assert_eq!(ran.stdout, "");
    insta::assert_snapshot!(ran.stderr, @r"
    error[unknown-field]: `orders.read` has no field `descripton`
      --> dcrsync.yaml:10:24
       |
    10 |         orders.read: { descripton: 'Read orders in ${var.env}' }
       |                        ^^^^^^^^^^
       |
       = help: did you mean `description`?

    1 error
    ");
    let found = test.run(&["validate", "--output", "json"]).code(1).json();
    assert_eq!(found["valid"], false);
    assert_eq!(found["diagnostics"][0]["code"], "unknown-field");
    assert_eq!(found["diagnostics"][0]["line"], 10);
    let notes = test.run(&["validate", "--output", "github"]).code(1);
    assert!(
        notes
            .stdout
            .starts_with("::error file=dcrsync.yaml,line=10,col=24,title=")
    );
    // whoever would ask a vendor gives up before
    let ran = test.run(&["plan"]).code(1);
    assert!(
        ran.stderr
            .ends_with("error: nothing was asked of a vendor: the document has 1 error\n")
    );
}

#[test]
fn no_file_and_no_such_file_have_a_way_out() {
    let test = Test::new();
    insta::assert_snapshot!(test.run(&["validate"]).code(1).stderr, @r"
    error: there is no `dcrsync.yaml` here or above, up to the repository's root
    hint: give a file with `-f`, or make one with `dcrsync init`
    ");
    insta::assert_snapshot!(test.run(&["plan", "-f", "gone"]).code(1).stderr, @r"
    error: there is no `gone`
    hint: check the path; `dcrsync init` makes a first document
    ");
    let ran = test
        .run(&["validate", "--log-format", "json", "-f", "gone"])
        .code(1);
    let told: Value = serde_json::from_str(&ran.stderr).unwrap();
    assert_eq!(
        (&told["error"], &told["exit"]),
        (&"there is no `gone`".into(), &1.into())
    );
}

#[test]
fn a_folder_is_one_document() {
    let (head, konnect) = DOCUMENT.split_once("konnect:").unwrap();
    let test = Test::new()
        .file("all/a.yaml", head)
        .file(
            "all/b.yml",
            &format!("version: 1\nname: payments\nkonnect:{konnect}"),
        )
        .file("all/keys.sops.yaml", "not: ours");
    let ran = test.run(&["validate", "-f", "all"]).code(0);
    assert!(ran.stdout.contains("1 object in 2 files"), "{}", ran.stdout);
    let ran = test
        .run(&["validate", "-f", "all", "-f", "all/a.yaml"])
        .code(0);
    assert!(ran.stdout.contains("in 2 files"), "{}", ran.stdout);
}

#[test]
fn variables_come_from_flag_environment_and_default_in_this_order() {
    let planned = |test: &Test, args: &[&str]| {
        let mut all = vec!["plan", "--sandbox", "--output", "json"];
        all.extend(args);
        test.run(&all).code(0).json()["steps"][0]["fields"][1]["new"].clone()
    };
    let test = Test::with(DOCUMENT);
    assert_eq!(planned(&test, &[]), "Read orders in staging");
    let test = test.env("DCRSYNC_VAR_env", "dev");
    assert_eq!(planned(&test, &[]), "Read orders in dev");
    assert_eq!(
        planned(&test, &["--var", "env=prod"]),
        "Read orders in prod"
    );
}

#[test]
fn completions_and_manual_pages_name_the_commands() {
    let test = Test::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = test.run(&["completions", shell]).code(0);
        assert!(ran.stdout.contains("detailed-exitcode"), "{shell}");
    }
    assert!(test.run(&["man"]).code(0).stdout.contains(".TH dcrsync"));
    let ran = test.run(&["man", "--out", "pages/man1"]).code(0);
    assert!(ran.stderr.contains("pages/man1"));
    assert!(test.read("pages/man1/dcrsync-plan.1").contains(".TH"));
}

#[test]
fn init_writes_once_and_what_it_writes_can_be_tried() {
    let test = Test::new();
    let ran = test.run(&["init"]).code(0);
    assert!(ran.stderr.contains("dcrsync plan --sandbox"));
    let written = test.read("dcrsync.yaml");
    let ran = test.run(&["init"]).code(1);
    assert!(
        ran.stderr
            .starts_with("error: `dcrsync.yaml` is there already")
    );
    assert_eq!(test.read("dcrsync.yaml"), written);
    test.run(&["init", "--secrets", "sops", "other.yaml"])
        .code(0);
    test.run(&["validate", "-f", "other.yaml"]).code(0);
}

#[test]
fn the_schema_accepts_the_first_document() {
    let test = Test::new();
    test.run(&["init"]).code(0);
    let document: Value = serde_saphyr::from_str(&test.read("dcrsync.yaml")).unwrap();
    for draft in ["2020-12", "7"] {
        let schema = test.run(&["schema", "--draft", draft]).code(0).json();
        let mut schemas = boon::Schemas::new();
        let mut compiler = boon::Compiler::new();
        compiler.add_resource("schema.json", schema).unwrap();
        let schema = compiler.compile("schema.json", &mut schemas).unwrap();
        if let Err(error) = schemas.validate(&document, schema) {
            panic!("{error}");
        }
        let mut wrong = document.clone();
        wrong["konnect"]["regio"] = "us".into();
        assert!(schemas.validate(&wrong, schema).is_err());
    }
}

#[test]
fn a_first_document_is_planned_applied_and_proved() {
    let test = Test::new();
    test.run(&["init"]).code(0);
    let plan = ["plan", "--sandbox", "--detailed-exitcode"];
    let ran = test.run(&plan).code(2);
    assert!(ran.stdout.contains("Plan: 7 to create"), "{}", ran.stdout);
    assert!(
        ran.stdout
            .contains("+ create okta.scope.default/orders.read")
    );
    assert!(ran.stderr.contains("Using the sandbox"));

    // nobody can be asked here, and nothing must have been written
    let ran = test.run(&["apply", "--sandbox"]).code(1);
    assert!(ran.stderr.contains("hint: give `--auto-approve`"));
    let ran = test.run(&plan).code(2);
    assert!(ran.stdout.contains("Plan: 7 to create"));

    let ran = test.run(&["apply", "--sandbox", "--auto-approve"]).code(0);
    assert!(
        ran.stdout.ends_with(
            "Applied: all 7 changes.\nProved: Okta and Konnect are as the document says.\n"
        ),
        "{}",
        ran.stdout
    );
    assert_eq!(ran.stderr.matches("\ndone    create ").count(), 7);
    // from a folder below, the same document and the same sandbox
    let below = test.path("deep/er");
    fs::create_dir_all(&below).unwrap();
    fs::create_dir(test.path(".git")).unwrap();
    let ran = test.run_in(&below, &plan).code(0);
    assert!(ran.stdout.starts_with("No changes."), "{}", ran.stdout);
}

#[test]
fn a_saved_plan_runs_once_and_then_is_stale() {
    let test = Test::with(DOCUMENT);
    let ran = test
        .run(&["plan", "--sandbox", "--out", "plan.json"])
        .code(0);
    assert!(ran.stderr.contains("dcrsync apply plan.json"));
    let apply = [
        "apply",
        "plan.json",
        "--sandbox",
        "--auto-approve",
        "--output",
        "json",
    ];
    let done = test.run(&apply).code(0).json();
    assert_eq!(done["outcomes"][0]["outcome"], "done");
    assert_eq!(done["proved"], true);
    let ran = test.run(&apply).code(5);
    assert!(ran.stderr.contains("the saved plan is stale"));
    assert_eq!(ran.stdout, "");
}

#[test]
fn a_target_limits_the_run_and_a_wrong_one_is_told() {
    let scopes = "orders.read: {}\n        orders.write: {}\n        orders.writ: {}\n";
    let (head, tail) = DOCUMENT
        .split_once("orders.read: { description: 'Read orders in ${var.env}' }\n")
        .unwrap();
    let test = Test::with(&format!("{head}{scopes}{tail}"));
    let target =
        |name: &str| test.run(&["plan", "--sandbox", "--output", "json", "--target", name]);
    let plan = target("okta.scope.default/orders.write").code(0).json();
    assert_eq!(plan["steps"].as_array().unwrap().len(), 1);
    assert_eq!(
        plan["steps"][0]["address"],
        "okta.scope.default/orders.write"
    );
    let ran = target("okta.scope.default/orders.wrote").code(1);
    assert!(
        ran.stderr
            .contains("hint: did you mean `okta.scope.default/orders.write`?"),
        "{}",
        ran.stderr
    );
}

#[test]
fn github_gets_annotations_a_summary_and_no_command_of_others() {
    let evil = DOCUMENT.replace("'Read orders in ${var.env}'", "\"a\\n::error::fake\\nb\"");
    let test = Test::with(&evil);
    let summary = test.path("summary.md");
    let test = test.env("GITHUB_STEP_SUMMARY", summary.to_str().unwrap());
    let ran = test
        .run(&["plan", "--sandbox", "--output", "github"])
        .code(0);
    let (mut heard, mut stopped) = (Vec::new(), None);
    for line in ran.stdout.lines() {
        let line = line.trim_start();
        if let Some(token) = line.strip_prefix("::stop-commands::") {
            stopped = Some(format!("::{token}::"));
        } else if stopped.as_deref() == Some(line) {
            stopped = None;
        } else if stopped.is_none() && line.starts_with("::") {
            heard.push(line.to_owned());
        }
    }
    assert_eq!(stopped, None);
    assert_eq!(heard.len(), 1, "{heard:?}");
    assert!(heard[0].starts_with("::notice file=dcrsync.yaml,line=10,col=9,"));
    assert!(
        test.read("summary.md")
            .starts_with("### dcrsync: `payments`")
    );
}

#[test]
fn an_unreachable_vendor_ends_with_4_and_no_secret_is_told() {
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", gone.local_addr().unwrap());
    drop(gone);
    let document = DOCUMENT
        .replace("https://acme.okta.com", &origin)
        .replace("region: us", &format!("base_url: {origin}"));
    let test = Test::with(&document)
        .env("OKTA_TOKEN", "canary-okta-token")
        .env("KONNECT_TOKEN", "canary-konnect-token");
    let ran = test.run(&["plan", "-vv"]).code(4);
    assert!(
        ran.stderr.contains("\nerror: cannot list"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("caused by: cannot connect to"));
    assert!(ran.stderr.contains("\nhint: check the address"));
    assert!(!ran.stderr.contains("canary"), "{}", ran.stderr);
}

#[test]
fn colours_are_asked_for_and_not_guessed() {
    let test = Test::with(DOCUMENT);
    let plan = ["plan", "--sandbox"];
    assert!(!test.run(&plan).code(0).stdout.contains('\u{1b}'));
    let test = test.env("CLICOLOR_FORCE", "1");
    assert!(test.run(&plan).code(0).stdout.contains("\u{1b}[1m"));
    let bare = test.run(&["plan", "--sandbox", "--no-color"]).code(0);
    assert!(!bare.stdout.contains('\u{1b}') && !bare.stderr.contains('\u{1b}'));
    let test = test.env("NO_COLOR", "1");
    assert!(!test.run(&plan).code(0).stdout.contains('\u{1b}'));
}

#[test]
fn quiet_leaves_the_result_and_nothing_else() {
    let ran = Test::with(DOCUMENT)
        .run(&["plan", "--sandbox", "-q"])
        .code(0);
    assert!(ran.stdout.contains("Plan: 1 to create"));
    assert_eq!(ran.stderr, "");
}
