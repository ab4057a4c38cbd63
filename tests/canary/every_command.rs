//! Every command that clap knows, in every form that one of its options may take, at every level of
//! logs. The list is clap's own: a new command has no arguments here and fails.

use std::time::Duration;

use clap::{Arg, Command};
use dcrsync::daemon::history::History;
use dcrsync::status::{Happening, HistoryEntry};

use crate::Watch;

const PROVIDER: &str = "konnect.dcr_provider.okta";
/// The token that a rotation brings.
const NEW: &str = "00CanaryNewTokenV3kQzRtYwPmXbNcHjLfGdSaUe";

/// Nobody listens there.
const NOWHERE: &str = "https://127.0.0.1:1/";
const SLACK: &str = "T0CanarySlackAddressB7xRkT2mVbW9cZdYfGhJkLpQzN";
const KEY: &str = "whsec_Q2FuYXJ5T2ZBbGVydHNLZXlPZldlYmhvb2tzMTIzNDU2Nzg=";

/// One run: its arguments, where `{n}` is another number each time, and how it ends.
type Run = (&'static [&'static str], i32);

/// What a command is given so that it does its work; none for one that is not known here.
fn runs(command: &str) -> &'static [Run] {
    match command {
        "init" => &[(&["init", "first-{n}.yaml"], 0)],
        "validate" => &[(&["validate"], 0)],
        "plan" => &[
            (&["plan", "--sandbox"], 0),
            (&["plan", "--sandbox", "--out", "plan-{n}.json"], 0),
        ],
        "apply" => &[(&["apply", "--sandbox", "--auto-approve"], 0)],
        "verify" => &[(&["verify", "--sandbox"], 0)],
        "rotate" => &[
            (
                &[
                    "rotate",
                    "konnect.app.mobile",
                    "--sandbox",
                    "--auto-approve",
                ],
                0,
            ),
            (
                &[
                    "rotate",
                    "konnect.app.mobile",
                    "--sandbox",
                    "--auto-approve",
                    "--again",
                    "--grace",
                    "0s",
                ],
                0,
            ),
            (
                &[
                    "rotate",
                    PROVIDER,
                    "--sandbox",
                    "--auto-approve",
                    "--new-file",
                    "new.token",
                ],
                0,
            ),
        ],
        "secrets status" => &[
            (&["secrets", "status", "--sandbox"], 0),
            (&["secrets", "status", "--sandbox", "--max-age", "1ms"], 1),
        ],
        // whoever is told may repeat what it got
        "alert test" => &[
            (&["alert", "test", "-f", "told.yaml"], 0),
            (&["alert", "test", "-f", "not-told.yaml"], 1),
        ],
        "history" => &[(&["history"], 0), (&["history", "--since", "7d"], 0)],
        "sandbox" => &[(&["sandbox", "--print-seed-schema"], 0)],
        "drift" => &[
            (&["drift", "--sandbox"], 0),
            // the document has nobody to tell
            (&["drift", "--sandbox", "--notify"], 1),
        ],
        // ends by itself where it refuses; what it does as long as it lives is a test of its own
        "watch" => &[(&["watch", "--listen", "0.0.0.0:0"], 1)],
        "schema" => &[(&["schema"], 0)],
        "completions" => &[(&["completions"], 0)],
        "man" => &[(&["man"], 0), (&["man", "--out", "man-{n}"], 0)],
        _ => &[],
    }
}

/// The commands that do something, by their whole names.
fn leaves<'c>(command: &'c Command, name: &str, found: &mut Vec<(String, &'c Command)>) {
    for below in command.get_subcommands() {
        let name = format!("{name} {}", below.get_name()).trim().to_owned();
        if below.has_subcommands() {
            leaves(below, &name, found);
        } else {
            found.push((name, below));
        }
    }
}

/// The arguments that have a command write into files, where `{n}` is another number each time. An option
/// that names a file and is not known here fails: it may be one more way out.
fn outputs(command: &Command) -> Vec<String> {
    let names = |arg: &Arg| {
        let names = arg.get_value_names().unwrap_or_default();
        names.iter().any(|name| {
            matches!(
                name.as_str(),
                "FILE" | "FOLDER" | "PATH" | "DIR" | "FILE|DIR"
            )
        })
    };
    let mut args = Vec::new();
    for arg in command.get_arguments().filter(|arg| names(arg)) {
        match arg.get_long() {
            Some(long @ ("report" | "junit")) => {
                args.extend([format!("--{long}"), format!("written-{long}-{{n}}")]);
            }
            // read, or given by a run of its own
            Some("file" | "seed" | "faults" | "state" | "new-file" | "out") | None => {}
            Some(long) => panic!("`--{long}` is new: is it read or written?"),
        }
    }
    args
}

/// The arguments for each value of each option of which clap knows the values.
fn forms(command: &Command) -> Vec<Vec<String>> {
    let mut forms = vec![Vec::new()];
    let listed = |arg: &&Arg| !arg.is_global_set() && arg.get_action().takes_values();
    for arg in command.get_arguments().filter(listed) {
        let values = arg.get_possible_values();
        let values = values.iter().map(|value| value.get_name().to_owned());
        let given = values.map(|value| match arg.get_long() {
            Some(long) => vec![format!("--{long}"), value],
            None => vec![value],
        });
        let given: Vec<Vec<String>> = given.collect();
        if !given.is_empty() && arg.is_required_set() {
            // without it there is no run
            forms.clear();
        }
        forms.extend(given);
    }
    forms
}

/// Who takes alerts, and who does not; of the addresses and keys of those nothing may be told.
fn receivers(watch: &mut Watch) {
    for canary in [SLACK, KEY] {
        watch.search.add(canary);
    }
    let slack = format!("{NOWHERE}{SLACK}");
    watch.test.secret("alerts.slack", &slack);
    watch.test.secret("alerts.key", KEY);
    let document = std::fs::read_to_string(watch.test.path("dcrsync.yaml")).unwrap();
    let taken = "alerts:\n- command: { run: [/bin/sh, -c, 'cat >&2'] }\n";
    let not_taken = "alerts:
- slack: { url: { sops: alerts.slack } }
- webhook: { url: 'https://127.0.0.1:1/hook', secret: { sops: alerts.key } }
- command: { run: [/bin/sh, -c, 'cat >&2; env >&2; exit 3'] }
";
    for (name, alerts) in [("told.yaml", taken), ("not-told.yaml", not_taken)] {
        watch.test.write(name, &format!("{document}{alerts}"));
    }
}

/// What a daemon would have kept.
fn history(watch: &Watch) {
    let path = watch.test.path(".dcrsync/history.sqlite");
    let history = History::open(&path, Duration::from_hours(24)).unwrap();
    let alerted = Happening::Alerted {
        key: "drift/okta.scope.default/orders.read".to_owned(),
        receiver: "slack #1".to_owned(),
        message: "critical drift in shop".to_owned(),
        delivered: true,
    };
    let entry = HistoryEntry {
        at: jiff::Timestamp::now(),
        document: "shop".to_owned(),
        what: alerted,
    };
    history.record(&entry).unwrap();
}

#[test]
fn tells_no_secret() {
    let mut watch = Watch::start();
    watch.search.add(NEW);
    watch.test.write("new.token", &format!("{NEW}\n"));
    receivers(&mut watch);
    history(&watch);
    let (code, all) = watch.run(&["apply", "--sandbox", "--auto-approve"]);
    assert_eq!(code, Some(0), "{all}");
    let program = dcrsync::cli::command();
    let mut commands = Vec::new();
    leaves(&program, "", &mut commands);
    assert!(commands.len() > 9, "{commands:?}");
    let mut number = 0;
    for (name, command) in &commands {
        let runs = runs(name);
        assert!(
            !runs.is_empty(),
            "`dcrsync {name}` is new: say how it is run"
        );
        for (base, ends) in runs {
            for form in forms(command) {
                for log in [&[][..], &["-v"], &["-vvv", "--log-format", "json"]] {
                    number += 1;
                    let given = base.iter().map(|arg| (*arg).to_owned());
                    let given = given.chain(outputs(command)).chain(form.iter().cloned());
                    let args: Vec<String> = given
                        .map(|arg| arg.replace("{n}", &number.to_string()))
                        .collect();
                    let args: Vec<&str> = args.iter().map(String::as_str).collect();
                    let args = [&args, log].concat();
                    let (code, all) = watch.run(&args);
                    assert_eq!(code, Some(*ends), "{args:?}: {all}");
                    watch.issued_by(&args.join(" "), &all);
                    for written in args.iter().filter(|arg| arg.starts_with("written-")) {
                        assert!(watch.test.path(written).exists(), "{args:?}: {written}");
                    }
                }
            }
        }
    }
    std::fs::remove_file(watch.test.path("new.token")).unwrap();
    watch.files();
    watch.sandbox_tells_nothing();
    watch.search.assert_nothing_found();
}
