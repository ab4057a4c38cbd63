use std::fs;
use std::io;
use std::time::Duration;

use tempfile::tempdir;
use tokio::time::sleep;

use super::super::{LeaderError, Leadership, Role, by_file};
use super::cluster::until;

fn leads(one: &Leadership) -> bool {
    *one.role.borrow() == Role::Leads && (one.fence)()
}

#[tokio::test(start_paused = true)]
async fn the_second_follows_and_takes_over() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("state/leader.lock");
    let first = by_file(&path, "first");
    assert!(leads(&first), "at once");
    let second = by_file(&path, "second");
    let told = Role::Follows {
        holder: Some(format!("first (process {})", std::process::id())),
    };
    for _ in 0..20 {
        sleep(Duration::from_secs(1)).await;
        assert!(leads(&first) && !(second.fence)());
        assert_eq!(*second.role.borrow(), told);
    }
    let fence = first.fence.clone();
    first.stop().await;
    assert!(!fence());
    until("the second leads", || leads(&second)).await;
    drop(second);
    assert!(
        leads(&by_file(&path, "third")),
        "what is dropped holds nothing"
    );
}

#[tokio::test(start_paused = true)]
async fn a_file_that_was_removed_is_no_lock() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("leader.lock");
    let first = by_file(&path, "first");
    fs::remove_file(&path).unwrap();
    assert!(!(first.fence)());
    let second = by_file(&path, "second");
    assert!(leads(&second));
    until("the first follows", || *first.role.borrow() != Role::Leads).await;
    drop(first);
    assert!(
        leads(&second),
        "the first takes nothing of the second's away"
    );
}

#[tokio::test(start_paused = true)]
async fn a_file_that_cannot_be_made_is_told() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("state"), "a file").unwrap();
    let one = by_file(&folder.path().join("state/leader.lock"), "one");
    assert!(!(one.fence)());
    let trouble = one.trouble.borrow().clone().unwrap();
    assert!(
        matches!(&*trouble, LeaderError::File { source, .. } if source.kind() == io::ErrorKind::NotADirectory
            || source.kind() == io::ErrorKind::AlreadyExists),
        "{trouble:?}"
    );
    fs::remove_file(folder.path().join("state")).unwrap();
    until("it leads", || leads(&one)).await;
    assert!(one.trouble.borrow().is_none());
}
