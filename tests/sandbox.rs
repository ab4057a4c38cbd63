//! `dcrsync sandbox` as scripts meet it: the first line, the signals, the exit codes.

#![cfg(unix)]
#![allow(clippy::unwrap_used)] // a test may

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use serde_json::Value;

/// A running `dcrsync sandbox`, ended at the latest with the test.
struct Running {
    child: Child,
    out: BufReader<ChildStdout>,
}

impl Running {
    fn start(args: &[&str]) -> Self {
        let mut child = command(args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        Self { child, out }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        line
    }

    /// Sends a signal; returns the exit code and what was still printed.
    fn end(mut self, signal: &str) -> (Option<i32>, String) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", signal, &id]).status();
        assert!(sent.unwrap().success());
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).unwrap();
        (self.child.wait().unwrap().code(), rest)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dcrsync"));
    command.arg("sandbox").args(args).env_clear();
    command
}

fn refused(args: &[&str]) -> String {
    let Output { status, stderr, .. } = command(args).output().unwrap();
    assert_eq!(status.code(), Some(1));
    String::from_utf8(stderr).unwrap()
}

fn get(url: &str) -> (u16, Value) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let answer = client.get(url).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    })
}

#[test]
fn the_first_line_names_four_servers_that_listen() {
    let mut running = Running::start(&["--json"]);
    let line: Value = serde_json::from_str(&running.line()).unwrap();
    let keys: Vec<_> = line
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(
        keys,
        [
            "okta",
            "konnect",
            "portal",
            "gateway",
            "okta_token",
            "konnect_token"
        ]
    );
    for server in ["okta", "konnect", "portal", "gateway"] {
        let origin = line[server].as_str().unwrap();
        let (status, journal) = get(&format!("{origin}/_sandbox/requests"));
        assert_eq!((status, journal), (200, Value::Array(Vec::new())));
    }
    assert_eq!(running.end("TERM"), (Some(0), String::new()));
}

#[test]
fn a_person_gets_addresses_and_lines_to_try() {
    let mut running = Running::start(&[]);
    assert!(running.line().starts_with("The sandbox is running."));
    let mut page = String::new();
    while !page.contains("Press Ctrl-C") {
        page += &running.line();
    }
    let lines: Vec<&str> = page.lines().filter(|l| l.starts_with("  curl ")).collect();
    assert_eq!(lines.len(), 7);
    // each works as it is typed; the last arms a fault, which the others must not meet
    for (line, heard) in lines.into_iter().zip([
        "api://default",
        "developer-portal",
        "portalaccesstoken=",
        "401 Unauthorized",
        "/api/v1/authorizationServers",
        "[]",
        "\"armed\":[{",
    ]) {
        let typed = format!("curl() {{ command curl -sS --noproxy '*' \"$@\"; }}; {line}");
        let output = Command::new("sh").args(["-c", &typed]).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success() && text.contains(heard),
            "{line}: {text}"
        );
    }
    assert_eq!(running.end("INT").0, Some(0));
}

#[test]
fn an_end_by_signal_keeps_the_state() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("sandbox.json");
    let args = ["--json", "--state", state.to_str().unwrap()];
    let mut first = Running::start(&args);
    let line: Value = serde_json::from_str(&first.line()).unwrap();
    let konnect = line["konnect"].as_str().unwrap().to_owned();
    get(&format!("{konnect}/v3/portals?page%5Bsize%5D=1"));
    assert_eq!(first.end("TERM").0, Some(0));

    let mut second = Running::start(&args);
    let again: Value = serde_json::from_str(&second.line()).unwrap();
    assert_eq!(again, line);
    let (_, journal) = get(&format!("{konnect}/_sandbox/requests"));
    assert_eq!(journal[0]["path"], "/v3/portals?page%5Bsize%5D=1");
}

#[test]
fn faults_and_seeds_come_from_files() {
    let folder = tempfile::tempdir().unwrap();
    let faults = write(
        folder.path(),
        "faults.json",
        r#"[{"effect":{"status":{"code":503}}}]"#,
    );
    let seed = write(folder.path(), "seed.yaml", "servers: [partners]\n");
    let mut running = Running::start(&["--json", "--faults", &faults, "--seed", &seed]);
    let line: Value = serde_json::from_str(&running.line()).unwrap();
    let okta = line["okta"].as_str().unwrap();
    assert_eq!(get(&format!("{okta}/api/v1/authorizationServers")).0, 503);
}

#[test]
fn with_tls_the_line_names_the_certificate_to_trust() {
    let mut running = Running::start(&["--json", "--tls", "--tls-name", "acme.okta.com"]);
    let line: Value = serde_json::from_str(&running.line()).unwrap();
    let ca = std::fs::read_to_string(line["ca"].as_str().unwrap()).unwrap();
    assert!(ca.starts_with("-----BEGIN CERTIFICATE-----"));
    for server in ["okta", "konnect", "portal", "gateway"] {
        assert!(
            line[server]
                .as_str()
                .unwrap()
                .starts_with("https://127.0.0.1:")
        );
    }
    assert!(refused(&["--tls-name", "acme.okta.com"]).contains("--tls"));
}

#[test]
fn the_schema_of_seeds_is_printed() {
    let output = command(&["--print-seed-schema"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text, include_str!("../schema/sandbox-seed.schema.json"));
}

#[test]
fn what_it_cannot_do_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let faults = write(folder.path(), "faults.json", r#"[{"effect":"explode"}]"#);

    assert!(refused(&["--faults", &faults]).contains("is not a list of faults"));
    assert!(
        refused(&["--seed", "/nowhere/seed.yaml"]).contains("cannot read `/nowhere/seed.yaml`")
    );

    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    assert!(refused(&["--konnect", &address]).contains("for konnect"));
}

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}
