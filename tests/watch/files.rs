//! The document changes in every way that people and platforms change files: one run each, and never one
//! on half of it.

use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::symlink;
use std::path::Path;

use serde_json::Value;

use crate::common::{Daemon, Receiver, Test};
use crate::shop::{WHEN_ASKED, settled, told};

/// The document with another text in it.
fn edited(test: &Test) -> String {
    let text = test.read("dcrsync.yaml");
    let new = text.replace("Read orders", "Read all orders");
    assert_ne!(new, text);
    new
}

/// Waits for the run that a change of a file begins, and for whatever would have followed it.
#[track_caller]
fn one_run(daemon: &Daemon, outcome: &str) -> Value {
    let document = daemon.until("a run for the file", |it| {
        it["last_run"]["trigger"] == "file"
    });
    daemon.look();
    let runs = daemon.runs("file");
    let [run] = &runs[..] else {
        panic!("one run: {runs:#?}\n{}", daemon.said());
    };
    assert_eq!(run["outcome"], outcome, "{run:#}");
    let all = daemon.document("shop");
    let broken = all["history"].as_array().unwrap().iter();
    let broken = broken.filter(|entry| entry["run"]["outcome"] == "broken");
    assert_eq!(broken.count(), usize::from(outcome == "broken"), "{all:#}");
    document
}

/// The new text is in force: it waits to be applied, and nobody changed the vendor.
#[track_caller]
fn in_force(document: &Value) {
    let differences = &document["differences"];
    assert_eq!(differences.as_array().unwrap().len(), 1, "{differences:#}");
    let difference = &differences[0];
    assert_eq!(difference["moved"], "document", "{difference:#}");
    assert_eq!(difference["fields"][0]["wanted"], "Read all orders");
    assert_eq!(document["health"], "pending");
}

#[test]
fn an_editor_that_writes_beside_and_renames() {
    let test = settled(WHEN_ASKED);
    let daemon = Daemon::started(&test, &[]);
    // as vim does with `backupcopy=no`: the old one becomes the backup, the new one takes its name
    let text = edited(&test);
    let path = test.path("dcrsync.yaml");
    fs::write(test.path("4913"), "").unwrap();
    fs::remove_file(test.path("4913")).unwrap();
    fs::rename(&path, test.path("dcrsync.yaml~")).unwrap();
    let mut file = File::create(&path).unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file.sync_all().unwrap();
    drop(file);
    fs::remove_file(test.path("dcrsync.yaml~")).unwrap();
    in_force(&one_run(&daemon, "differs"));
}

#[test]
fn a_rename_over_it() {
    let test = settled(WHEN_ASKED);
    let daemon = Daemon::started(&test, &[]);
    let text = edited(&test);
    fs::write(test.path(".dcrsync.yaml.new"), text).unwrap();
    fs::rename(test.path(".dcrsync.yaml.new"), test.path("dcrsync.yaml")).unwrap();
    in_force(&one_run(&daemon, "differs"));
}

#[test]
fn truncated_and_written_in_slow_pieces() {
    let test = settled(WHEN_ASKED);
    let daemon = Daemon::started(&test, &[]);
    let text = edited(&test);
    // each beginning of it that ends with a line is another document, some of them good ones
    let mut file = File::create(test.path("dcrsync.yaml")).unwrap();
    for line in text.split_inclusive('\n') {
        file.write_all(line.as_bytes()).unwrap();
        file.flush().unwrap();
        // the writer is slower than anybody waits for silence
        std::thread::sleep(std::time::Duration::from_millis(150));
    }
    assert!(daemon.runs("file").is_empty(), "{}", daemon.said());
    drop(file);
    in_force(&one_run(&daemon, "differs"));
}

#[test]
fn a_config_map_swaps_its_link() {
    let test = settled(WHEN_ASKED);
    let folder = test.path("mounted");
    fs::create_dir(&folder).unwrap();
    let secrets = fs::read(test.path("secrets.sops.yaml")).unwrap();
    let version = |name: &str, text: &str| {
        let version = folder.join(name);
        fs::create_dir(&version).unwrap();
        fs::write(version.join("dcrsync.yaml"), text).unwrap();
        fs::write(version.join("secrets.sops.yaml"), &secrets).unwrap();
    };
    version("..2026_01", &test.read("dcrsync.yaml"));
    symlink("..2026_01", folder.join("..data")).unwrap();
    for name in ["dcrsync.yaml", "secrets.sops.yaml"] {
        symlink(Path::new("..data").join(name), folder.join(name)).unwrap();
    }
    let state = ["mounted/dcrsync.yaml", "--state", "state"];
    let daemon = Daemon::started(&test, &state);
    // as the kubelet does it: a new folder, a new link, a rename over the old one, the old folder goes
    version("..2026_02", &edited(&test));
    symlink("..2026_02", folder.join("..data_tmp")).unwrap();
    fs::rename(folder.join("..data_tmp"), folder.join("..data")).unwrap();
    fs::remove_dir_all(folder.join("..2026_01")).unwrap();
    in_force(&one_run(&daemon, "differs"));
}

#[test]
fn a_touched_file_is_no_change() {
    let test = settled(WHEN_ASKED);
    let daemon = Daemon::started(&test, &[]);
    test.write("dcrsync.yaml", &test.read("dcrsync.yaml"));
    // the change after it is heard after it
    fs::write(test.path("dcrsync.yaml"), edited(&test)).unwrap();
    in_force(&one_run(&daemon, "differs"));
}

#[test]
fn deleted_and_back() {
    let (test, receiver) = told(WHEN_ASKED);
    let daemon = Daemon::started(&test, &[]);
    let text = edited(&test);
    fs::remove_file(test.path("dcrsync.yaml")).unwrap();
    let gone = daemon.until("that it is gone", |it| it["health"] == "broken");
    assert_eq!(gone["last_run"]["trigger"], "file");
    // what was good stays in force: drift from it is still seen
    let digest = gone["digest"].clone();
    let wrong = serde_json::json!({ "description": "Place whatever" });
    test.vendors().edit_scope("orders.write", &wrong);
    let drifted = daemon.look();
    assert_eq!(drifted["digest"], digest);
    assert_eq!(drifted["health"], "broken");
    let address = &drifted["differences"][0]["address"];
    assert_eq!(address, "okta.scope.default/orders.write");
    fs::write(test.path("dcrsync.yaml"), text).unwrap();
    let back = daemon.until("that it is back", |it| {
        it["last_run"]["trigger"] == "file" && it["health"] != "broken"
    });
    assert_ne!(back["digest"], digest);
    assert_eq!(daemon.runs("file").len(), 2, "one each");
    receiver.until(3);
    assert_eq!(
        receiver.titles(),
        [
            "fired document",
            "fired drift/okta.scope.default/orders.write",
            "resolved document"
        ]
    );
}

#[test]
fn a_broken_document_keeps_the_last_good_one_in_force_and_is_told() {
    let (test, receiver): (Test, Receiver) =
        told("watch: { interval: 1h, events: 1h, mode: apply }\n");
    let daemon = Daemon::started(&test, &[]);
    let good = test.read("dcrsync.yaml");
    let line = good
        .lines()
        .position(|line| line.contains("orders.write"))
        .unwrap()
        + 1;
    let broken = good.replace(
        "{ description: Place orders }",
        "{ descriptoin: Place orders }",
    );
    fs::write(test.path("dcrsync.yaml"), broken).unwrap();
    let document = one_run(&daemon, "broken");
    assert_eq!(document["health"], "broken");
    let trouble = document["trouble"].as_str().unwrap();
    assert!(
        trouble.contains(&format!("dcrsync.yaml:{line}:")),
        "{trouble}"
    );
    let [fired] = &receiver.until(1)[..] else {
        panic!("one message: {:?}", receiver.titles());
    };
    assert_eq!(fired.title(), "fired document");
    let detail = fired.json()["data"]["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("descriptoin"), "{detail}");
    // the last good one is in force, also for what is mended
    let wrong = serde_json::json!({ "description": "Read whatever" });
    test.vendors().edit_scope("orders.read", &wrong);
    daemon.look();
    assert_eq!(
        test.vendors().scope("orders.read")["description"],
        "Read orders"
    );
    fs::write(test.path("dcrsync.yaml"), good).unwrap();
    daemon.until("that all is well", |it| it["health"] == "in_sync");
    receiver.until(4);
    let mut titles = receiver.titles();
    titles.sort();
    let address = "drift/okta.scope.default/orders.read";
    assert_eq!(
        titles,
        [
            "fired document".to_owned(),
            format!("fired {address}"),
            "resolved document".to_owned(),
            format!("resolved {address}"),
        ]
    );
}
