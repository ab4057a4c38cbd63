//! The status page in a real browser: what a person sees, hears and reaches with the keyboard.
//!
//! `.ci/page` installs the browser and what drives it, and runs this; without them it is skipped, and
//! says so. The script `page/browser.mjs` looks at the page and asks for changes of the status by lines
//! on its standard output; the last line is what it found.

#![cfg(unix)]
#![allow(clippy::unwrap_used)] // a test may

#[path = "../src/web/tests/made_up.rs"]
mod made_up;

use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

// `made_up` belongs to the library's tests, too, where these are at the root
use dcrsync::status::{Happening, HistoryEntry, RunOutcome, RunStatus, Status, Trigger};
use dcrsync::web::{Ask, Door, Page, serve};
use dcrsync::{base, plan, status};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::{Duration, timeout};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/page/browser.mjs");

/// How long the script may think before its next line.
const PATIENCE: Duration = Duration::from_mins(2);

#[tokio::test]
async fn people_can_use_the_page() {
    let Some(tools) = std::env::var_os("DCRSYNC_PAGE_TOOLS") else {
        eprintln!("!!! SKIPPED: no browser; `.ci/page` installs one and runs this test");
        return;
    };
    assert!(
        Path::new(&tools).join("node_modules").is_dir(),
        "run `.ci/page`"
    );
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let (shown, status) = watch::channel(made_up::shared(made_up::in_sync()));
    let mut daemon = Daemon::start(listener, &status);

    let mut script = Command::new("node")
        .args([SCRIPT, &format!("http://{at}")])
        .env("DCRSYNC_PAGE_TOOLS", tools)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node can be started");
    let lines = BufReader::new(script.stdout.take().unwrap()).lines();
    let (said, mut wishes) = mpsc::channel(1);
    let reading = std::thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            if said.blocking_send(line).is_err() {
                break;
            }
        }
    });
    let mut answers = script.stdin.take().unwrap();
    let found = loop {
        let line = timeout(PATIENCE, wishes.recv()).await;
        let line = line
            .expect("the script goes on")
            .expect("it tells what it found");
        let answer = match line.as_str() {
            "drift" => {
                shown.send_replace(made_up::shared(made_up::drifted()));
                "done".to_owned()
            }
            "crowd" => {
                shown.send_replace(made_up::shared(made_up::crowd(200)));
                "done".to_owned()
            }
            "asked" => {
                let asked = timeout(PATIENCE, daemon.asks.recv()).await.unwrap();
                shown.send_replace(made_up::shared(looked()));
                let Some(Ask::CheckNow { document }) = asked else {
                    panic!("nothing was asked");
                };
                document
            }
            "stop" => {
                daemon.stop().await;
                writeln!(answers, "done").unwrap();
                let line = timeout(PATIENCE, wishes.recv()).await.unwrap();
                assert_eq!(line.as_deref(), Some("start"));
                shown.send_replace(made_up::shared(made_up::drifted()));
                daemon = Daemon::start(TcpListener::bind(at).await.unwrap(), &status);
                "done".to_owned()
            }
            found => break serde_json::from_str::<Value>(found).expect("what it found is JSON"),
        };
        writeln!(answers, "{answer}").unwrap();
    };
    drop(answers);
    assert!(script.wait().unwrap().success());
    reading.join().unwrap();
    let found = found.as_object().unwrap();
    assert!(
        found["checks"].as_u64().unwrap() >= 44,
        "too little was looked at: {found:#?}"
    );
    for what in ["failures", "errors", "elsewhere", "violations"] {
        assert_eq!(found[what], Value::Array(Vec::new()), "{what}");
    }
    daemon.stop().await;
}

/// What serves the page, and what it was asked.
struct Daemon {
    asks: mpsc::Receiver<Ask>,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<io::Result<()>>,
}

impl Daemon {
    fn start(listener: TcpListener, status: &watch::Receiver<Arc<Status>>) -> Self {
        let (ask, asks) = mpsc::channel(4);
        let (stop, stopped) = oneshot::channel();
        let door = Door {
            access: None,
            hosts: Vec::new(),
            behind_proxy: false,
        };
        let status = status.clone();
        let page = Page { status, ask, door };
        let serving = tokio::spawn(serve(listener, None, page, async {
            let _ = stopped.await;
        }));
        Self {
            asks,
            stop,
            serving,
        }
    }

    async fn stop(self) {
        self.stop.send(()).unwrap();
        let ended = timeout(PATIENCE, self.serving).await;
        ended.expect("it ends").unwrap().unwrap();
    }
}

/// What the daemon shows after the button was used.
fn looked() -> Status {
    let mut status = made_up::in_sync();
    let run = RunStatus {
        id: "01ka".to_owned(),
        trigger: Trigger::Asked,
        started: made_up::now(),
        seconds: 0.7,
        outcome: RunOutcome::InSync,
        message: "looked because somebody asked".to_owned(),
        requests: 9,
        written: 0,
        differing: 0,
        digest: None,
    };
    let entry = HistoryEntry {
        at: made_up::now(),
        document: made_up::SHOP.to_owned(),
        what: Happening::Run { run: run.clone() },
    };
    status.documents[0].last_run = Some(run);
    status.documents[0].history.insert(0, entry);
    status
}
