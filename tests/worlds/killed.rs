//! The real program, killed by SIGKILL at any request, and run again.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use dcrsync::sandbox::{Effect, Fault};
use serde_json::json;

use crate::laws::{Round, works};
use crate::plant::{STRANGERS, plant};
use crate::stage::{OURS, Stage, environment};
use crate::vocabulary::{Draft, document, slots};

/// Deaths of one `cargo test`; each costs some runs of the real program.
const DEATHS: u32 = 6;

/// Writes the document as the program reads it, with the addresses of the sandbox.
fn write(stage: &Stage) {
    let origins = &stage.sandbox.origins;
    let head = json!({
        "version": 1,
        "name": OURS,
        "secrets": { "files": ["secrets.sops.yaml"], "key_files": ["team.agekey"] },
        "okta": { "org_url": origins.okta, "token": { "env": "OKTA_TOKEN" } },
        "konnect": { "base_url": origins.konnect, "portal_url": origins.portal,
            "token": { "env": "KONNECT_TOKEN" } },
        "guard": { "max_deletes": 100, "max_delete_share": "100%" },
        "budget": "100%",
    });
    std::fs::write(stage.file("dcrsync.yaml"), head.to_string()).unwrap();
    std::fs::write(stage.file("world.yaml"), stage.document.to_string()).unwrap();
}

fn start(stage: &Stage, command: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_dcrsync"))
        .args(command)
        .args(["-f", "dcrsync.yaml", "-f", "world.yaml"])
        .current_dir(stage.file(""))
        .env_clear()
        .env("HOME", stage.file(""))
        .envs(environment())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Runs a command to its end while the sandbox answers; its exit code.
async fn run(stage: &Stage, command: &[&str]) -> Option<i32> {
    let mut child = start(stage, command);
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code();
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn whenever_it_is_killed_the_next_run_ends_the_same() {
    let seed = std::env::var("DCRSYNC_SEED").ok();
    let seed = seed.and_then(|seed| seed.parse().ok());
    let seed: u64 = seed.unwrap_or_else(|| fastrand::u64(..));
    println!("DCRSYNC_SEED={seed}");
    let mut chances = fastrand::Rng::with_seed(seed);
    let mut stage = Stage::new().await;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    for _ in 0..DEATHS {
        stage.clear();
        plant(&stage, &STRANGERS).await;
        // all of it, with other values each time
        let mentions = (0..slots().len()).map(|at| {
            let members = std::iter::repeat_with(|| chances.u8(..)).take(16);
            (at, std::iter::once(1).chain(members).collect())
        });
        let draft = Draft {
            slots: mentions.collect::<BTreeMap<_, _>>(),
            ..Draft::default()
        };
        stage.document = document(&draft, None);
        write(&stage);
        let before = stage.picture().await;
        let since = stage.last();
        let effect = if chances.bool() {
            Effect::HangAfter
        } else {
            Effect::Hang
        };
        let nth = chances.u32(18..60);
        println!("{effect:?} at {nth}");
        stage.sandbox.arm([Fault {
            nth: NonZeroU32::new(nth).unwrap(),
            ..Fault::new(effect)
        }]);
        let mut child = start(&stage, &["apply", "--auto-approve"]);
        loop {
            let struck = stage.since(since).iter().any(|entry| entry.fault.is_some());
            if struck || child.try_wait().unwrap().is_some() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let _ = child.kill();
        let _ = child.wait();
        stage.sandbox.disarm();
        stage.quiet().await;
        let code = run(&stage, &["apply", "--auto-approve", "--take-over"]).await;
        assert_eq!(code, Some(0), "{}", stage.document);
        let code = run(&stage, &["plan", "--detailed-exitcode"]).await;
        assert_eq!(code, Some(0), "still to do: {}", stage.document);
        let after = stage.picture().await;
        let mut wrong = Round::new(&stage.document, &before, &after, since, &[]).wrong(&stage);
        // here the real fingerprints are made, of which an empty plan is the proof
        wrong.retain(|wrong| !wrong.contains("konnect.dcr_provider") || !wrong.contains("is \""));
        wrong.extend(works(&stage, &http).await);
        assert!(wrong.is_empty(), "{}\n{}", wrong.join("\n"), stage.document);
    }
}
