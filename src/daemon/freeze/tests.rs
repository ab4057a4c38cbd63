use std::fs;

use super::KillSwitch;

#[test]
fn a_file_holds_as_long_as_it_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("stop");
    let switch = KillSwitch::new(Some(path.clone()));
    assert_eq!(switch.holding(), None);
    fs::write(&path, "").unwrap();
    assert_eq!(switch.holding(), Some(path.display().to_string()));
    fs::remove_file(&path).unwrap();
    assert_eq!(switch.holding(), None);
    // a link to nowhere is a file somebody put there
    std::os::unix::fs::symlink("/nowhere/at/all", &path).unwrap();
    assert!(switch.holding().is_some());
}

#[test]
fn what_cannot_be_looked_for_holds() {
    let name = "x".repeat(300);
    assert!(KillSwitch::new(Some(name.into())).holding().is_some());
    assert_eq!(
        KillSwitch::new(Some("/dev/null/stop".into())).holding(),
        None
    );
}

#[test]
fn a_signal_turns_it_for_all_documents() {
    let first = KillSwitch::default();
    let second = first.with_file(Some("/nowhere/stop".into()));
    assert!(first.turn());
    assert_eq!(second.holding().as_deref(), Some("SIGUSR1"));
    assert!(!second.turn());
    assert_eq!(first.holding(), None);
}
