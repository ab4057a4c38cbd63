use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use tokio::sync::watch;

use super::super::bell::Bell;
use super::super::follow::POLL;
use super::super::watching::Watching;
use super::super::{Contents, Files, Followed};

/// Files in a folder of their own, and who follows them.
pub(super) struct World {
    pub(super) folder: TempDir,
    pub(super) files: Files,
    told: watch::Receiver<Option<Arc<Contents>>>,
}

/// A change that was not told after so long is none; longer than anything is waited for.
const LONG: Duration = Duration::from_secs(3);

impl World {
    /// Follows `dcrsync.yaml`, which holds `1`; what it holds was told.
    pub(super) async fn of_one_file() -> Self {
        Self::of(&["dcrsync.yaml"], |folder| {
            save(folder, "dcrsync.yaml", "1");
        })
        .await
    }

    /// Follows these documents; what they hold was told.
    pub(super) async fn of(documents: &[&str], prepare: impl FnOnce(&Path)) -> Self {
        Self::with(documents, prepare, POLL, Watching::new).await
    }

    pub(super) async fn with(
        documents: &[&str],
        prepare: impl FnOnce(&Path),
        poll: Duration,
        watching: impl FnOnce(&Arc<Bell>) -> Watching,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        prepare(folder.path());
        let (tx, mut told) = watch::channel(None);
        let followed = Followed {
            documents: documents.iter().map(PathBuf::from).collect(),
            others: Vec::new(),
            here: folder.path().to_owned(),
        };
        let files = Files::start(followed, tx, poll, watching);
        told.changed().await.unwrap();
        told.mark_unchanged();
        Self {
            folder,
            files,
            told,
        }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn save(&self, name: &str, text: &str) {
        save(self.folder.path(), name, text);
    }

    /// What was told last.
    pub(super) fn last(&mut self) -> Vec<String> {
        texts(self.told.borrow_and_update().as_ref().unwrap())
    }

    /// What is told next.
    pub(super) async fn next(&mut self) -> Vec<String> {
        self.told.changed().await.unwrap();
        self.last()
    }

    /// What is told until nothing more is, one entry for each time.
    pub(super) async fn all_told(&mut self) -> Vec<Vec<String>> {
        let mut all = Vec::new();
        while tokio::time::timeout(LONG, self.told.changed())
            .await
            .is_ok()
        {
            all.push(self.last());
        }
        all
    }

    /// One change is told, and it is this.
    pub(super) async fn tells(&mut self, wanted: &[&str]) {
        assert_eq!(self.all_told().await, [wanted]);
    }

    /// Nothing is told.
    pub(super) async fn is_silent(&mut self) {
        assert_eq!(self.all_told().await, [[""; 0]; 0]);
    }
}

/// The texts of the documents, or what is wrong with them.
fn texts(contents: &Contents) -> Vec<String> {
    match &contents.documents {
        Ok(inputs) => inputs.iter().map(|input| input.text.clone()).collect(),
        Err(error) => vec![error.to_string()],
    }
}

pub(super) fn save(folder: &Path, name: &str, text: &str) {
    fs::write(folder.join(name), text).unwrap();
}

pub(super) async fn pause(millis: u64) {
    tokio::time::sleep(Duration::from_millis(millis)).await;
}
