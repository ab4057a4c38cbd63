//! Without inotify.

use std::time::Duration;

use notify::{Error, ErrorKind, RecursiveMode, WatcherKind};

use super::super::watching::Watching;
use super::world::{World, save};

/// What a machine gives whose limit of watches is reached.
struct Full;

impl notify::Watcher for Full {
    fn new<F: notify::EventHandler>(_: F, _: notify::Config) -> notify::Result<Self> {
        Ok(Self)
    }

    fn watch(&mut self, _: &std::path::Path, _: RecursiveMode) -> notify::Result<()> {
        Err(Error::new(ErrorKind::MaxFilesWatch))
    }

    fn unwatch(&mut self, _: &std::path::Path) -> notify::Result<()> {
        Err(Error::new(ErrorKind::WatchNotFound))
    }

    fn kind() -> WatcherKind {
        WatcherKind::NullWatcher
    }
}

async fn finds_a_change_by_itself(watching: impl FnOnce() -> Watching) {
    let prepare = |folder: &std::path::Path| save(folder, "dcrsync.yaml", "1");
    let mut world = World::with(
        &["dcrsync.yaml"],
        prepare,
        Duration::from_millis(300),
        |_| watching(),
    )
    .await;
    assert_eq!(world.last(), ["1"]);
    world.save("dcrsync.yaml", "2");
    assert_eq!(world.next().await, ["2"]);
}

#[tokio::test]
async fn a_machine_without_a_watcher_is_polled() {
    finds_a_change_by_itself(|| Watching::with(Err(Error::new(ErrorKind::MaxFilesWatch)))).await;
}

#[tokio::test]
async fn a_machine_without_a_free_watch_is_polled() {
    finds_a_change_by_itself(|| Watching::with(Ok(Box::new(Full)))).await;
}
