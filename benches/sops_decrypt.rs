//! Decrypting a YAML file of 2,000 values: processor time of ours beside that of the real `sops`.
//!
//! Both are processes of their own, in pairs, ours being this program called once more. The goal is
//! a fifth. `SOPS` of the environment names the program, `PAIRS` says how many (20).

#![allow(missing_docs)] // a program

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use dcrsync::secrets::Environment;
use dcrsync::secrets::sops::{Keyring, SopsFile, generate_identity};

const VALUES: usize = 2_000;

fn main() {
    if let Some(file) = std::env::var_os("DECRYPT") {
        return decrypt(Path::new(&file));
    }
    let cache = std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
    let sops = std::env::var_os("SOPS")
        .map(PathBuf::from)
        .or_else(|| Some(cache?.join("dcrsync/bin/sops")))
        .filter(|sops| sops.is_file());
    let Some(sops) = sops else {
        println!("!!! SKIPPED: sops is not installed; name it in `SOPS`");
        return;
    };
    let pairs = std::env::var("PAIRS").ok();
    let pairs: u32 = pairs.and_then(|pairs| pairs.parse().ok()).unwrap_or(20);
    let folder = std::env::temp_dir().join(format!("dcrsync-bench-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    let (identity, recipient) = generate_identity();
    let file = folder.join("many.yaml");
    fs::write(&file, encrypted(&sops, &folder, &recipient)).expect("written");
    let own = std::env::current_exe().expect("this program");
    let mut seconds = [0.0, 0.0];
    for _ in 0..pairs {
        let mut ours = Command::new(&own);
        ours.env("DECRYPT", &file);
        let mut theirs = Command::new(&sops);
        theirs.arg("decrypt").arg(&file);
        for (at, command) in [ours, theirs].iter_mut().enumerate() {
            seconds[at] += cpu(command.env("SOPS_AGE_KEY", identity.expose()));
        }
    }
    fs::remove_dir_all(&folder).expect("removed");
    let [ours, theirs] = seconds.map(|seconds| seconds / f64::from(pairs) * 1e3);
    println!(
        "{pairs} pairs, {VALUES} values: ours {ours:.1} ms, sops {theirs:.1} ms of processor time each"
    );
    println!("ours is {:.3} of it (goal: 0.200)", ours / theirs);
    assert!(ours * 5.0 <= theirs, "more than a fifth");
}

/// The file, laid out by the real program.
fn encrypted(sops: &Path, folder: &Path, recipient: &str) -> Vec<u8> {
    let plain = folder.join("plain.yaml");
    let lines = (0..VALUES).map(|n| format!("    key_{n}: value number {n} of many\n"));
    fs::write(&plain, format!("values:\n{}", lines.collect::<String>())).expect("written");
    let run = Command::new(sops)
        .args(["encrypt", "--age", recipient])
        .arg(&plain)
        .output()
        .expect("sops runs");
    assert!(run.status.success(), "sops encrypts");
    run.stdout
}

fn decrypt(file: &Path) {
    let bytes = fs::read(file).expect("it is there");
    let keyring = Keyring::new(Environment::from_process(), Vec::new());
    let opened = SopsFile::open(file, &bytes, &keyring).expect("it opens");
    let leaves = opened.documents().iter().map(|tree| tree.leaves().len());
    assert_eq!(leaves.sum::<usize>(), VALUES);
}

/// Processor time of a child, in the 100 ticks a second that Linux tells to everybody.
fn cpu(command: &mut Command) -> f64 {
    let before = children();
    let status = command.stdout(Stdio::null()).status().expect("it runs");
    assert!(status.success(), "it decrypts");
    children() - before
}

/// User and system time of all children that ended.
fn children() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").expect("Linux");
    // the name in parentheses may hold spaces
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split(' ').collect();
    let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<f64>().ok());
    (ticks(14).unwrap_or(0.0) + ticks(15).unwrap_or(0.0)) / 100.0
}
