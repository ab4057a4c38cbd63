//! What editors, Kubernetes and git do to files, done to real ones.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::symlink;
use std::path::Path;

use super::world::{World, pause, save};

#[tokio::test]
async fn what_is_there_at_first_is_told() {
    let mut world = World::of_one_file().await;
    assert_eq!(world.last(), ["1"]);
    world.is_silent().await;
}

#[tokio::test]
async fn a_file_saved_in_place_is_told_once() {
    let mut world = World::of_one_file().await;
    world.save("dcrsync.yaml", "2");
    world.tells(&["2"]).await;
    // the same again is no change
    world.save("dcrsync.yaml", "2");
    world.is_silent().await;
}

/// A new folder of data, the links above it replaced by a rename, the old folder removed.
fn swap_config_map(folder: &Path, generation: &str, text: &str) {
    let data = folder.join(format!("..{generation}"));
    fs::create_dir(&data).unwrap();
    save(&data, "dcrsync.yaml", text);
    let old = fs::read_link(folder.join("..data")).ok();
    symlink(format!("..{generation}"), folder.join("..data_tmp")).unwrap();
    fs::rename(folder.join("..data_tmp"), folder.join("..data")).unwrap();
    if let Some(old) = old {
        fs::remove_dir_all(folder.join(old)).unwrap();
    } else {
        symlink("..data/dcrsync.yaml", folder.join("dcrsync.yaml")).unwrap();
    }
}

#[tokio::test]
async fn a_config_map_that_is_swapped_is_told_once_each_time() {
    let mut world = World::of(&["dcrsync.yaml"], |folder| {
        swap_config_map(folder, "2026_1", "1");
    })
    .await;
    for (generation, text) in [("2026_2", "2"), ("2026_3", "3"), ("2026_4", "4")] {
        swap_config_map(world.folder.path(), generation, text);
        world.tells(&[text]).await;
    }
}

#[tokio::test]
async fn an_editor_that_keeps_a_backup_is_told_once() {
    let mut world = World::of_one_file().await;
    for text in ["2", "3"] {
        world.save("4913", "");
        fs::remove_file(world.path("4913")).unwrap();
        fs::rename(world.path("dcrsync.yaml"), world.path("dcrsync.yaml~")).unwrap();
        pause(20).await;
        world.save("dcrsync.yaml", text);
        fs::remove_file(world.path("dcrsync.yaml~")).unwrap();
        world.tells(&[text]).await;
    }
}

#[tokio::test]
async fn a_file_renamed_over_the_old_one_is_told_once() {
    let mut world = World::of_one_file().await;
    for text in ["2", "3"] {
        world.save(".dcrsync.yaml.tmp", text);
        fs::rename(world.path(".dcrsync.yaml.tmp"), world.path("dcrsync.yaml")).unwrap();
        world.tells(&[text]).await;
    }
}

#[tokio::test]
async fn a_file_written_slowly_is_told_when_it_is_whole() {
    let mut world = World::of_one_file().await;
    let mut file = File::create(world.path("dcrsync.yaml")).unwrap();
    // longer than anything is waited for when nobody has the file open
    for piece in ["a", "b", "c"] {
        file.write_all(piece.as_bytes()).unwrap();
        pause(1_500).await;
    }
    drop(file);
    world.tells(&["abc"]).await;
}

#[tokio::test]
async fn a_writer_that_comes_back_at_once_is_waited_for() {
    let mut world = World::of_one_file().await;
    File::create(world.path("dcrsync.yaml")).unwrap();
    for _ in 0..20 {
        let mut file = OpenOptions::new()
            .append(true)
            .open(world.path("dcrsync.yaml"))
            .unwrap();
        file.write_all(b"x").unwrap();
        drop(file);
        pause(10).await;
    }
    world.tells(&["xxxxxxxxxxxxxxxxxxxx"]).await;
}

#[tokio::test]
async fn a_checkout_is_told_once() {
    let mut world = World::of(&["a.yaml", "b.yaml"], |folder| {
        save(folder, "a.yaml", "a1");
        save(folder, "b.yaml", "b1");
    })
    .await;
    for name in ["a.yaml", "b.yaml"] {
        fs::remove_file(world.path(name)).unwrap();
        pause(20).await;
        world.save(name, "2");
    }
    world.tells(&["2", "2"]).await;
}

#[tokio::test]
async fn what_is_deleted_and_returns_is_no_change() {
    let mut world = World::of_one_file().await;
    fs::remove_file(world.path("dcrsync.yaml")).unwrap();
    pause(200).await;
    world.save("dcrsync.yaml", "1");
    world.is_silent().await;
    fs::remove_file(world.path("dcrsync.yaml")).unwrap();
    pause(200).await;
    world.save("dcrsync.yaml", "2");
    world.tells(&["2"]).await;
}

#[tokio::test]
async fn what_stays_away_or_empty_is_told_and_its_return_as_well() {
    let mut world = World::of_one_file().await;
    fs::remove_file(world.path("dcrsync.yaml")).unwrap();
    world.tells(&["there is no `dcrsync.yaml`"]).await;
    world.save("dcrsync.yaml", "1");
    world.tells(&["1"]).await;
    world.save("dcrsync.yaml", "");
    world.tells(&["`dcrsync.yaml` is empty"]).await;
}

#[tokio::test]
async fn files_come_to_a_folder_and_leave_it() {
    let mut world = World::of(&["docs"], |folder| {
        fs::create_dir(folder.join("docs")).unwrap();
        save(folder, "docs/a.yaml", "a");
    })
    .await;
    world.save("docs/b.yaml", "b");
    world.tells(&["a", "b"]).await;
    world.save("docs/notes.txt", "no document");
    world.is_silent().await;
    fs::remove_file(world.path("docs/b.yaml")).unwrap();
    pause(200).await;
    world.save("docs/b.yaml", "b");
    world.is_silent().await;
    fs::remove_file(world.path("docs/a.yaml")).unwrap();
    world.tells(&["b"]).await;
}

#[tokio::test]
async fn a_thousand_writes_are_one_or_two_changes() {
    let mut world = World::of_one_file().await;
    for number in 0..1_000 {
        world.save("dcrsync.yaml", &format!("text {number}"));
    }
    let told = world.all_told().await;
    assert!(told.len() <= 2, "{told:?}");
    assert_eq!(told.last().unwrap(), &["text 999"]);
}

#[tokio::test]
async fn a_folder_that_is_never_quiet_hides_nothing() {
    let mut world = World::of_one_file().await;
    let log = world.path("noise.log");
    let noise = tokio::spawn(async move {
        let mut file = File::create(log).unwrap();
        loop {
            writeln!(file, "noise").unwrap();
            pause(10).await;
        }
    });
    pause(200).await;
    world.save("dcrsync.yaml", "2");
    world.tells(&["2"]).await;
    noise.abort();
}

#[tokio::test]
async fn a_link_to_another_folder_is_followed() {
    let elsewhere = tempfile::tempdir().unwrap();
    save(elsewhere.path(), "real.yaml", "1");
    save(elsewhere.path(), "other.yaml", "other");
    let target = elsewhere.path().join("real.yaml");
    let mut world = World::of(&["dcrsync.yaml"], |folder| {
        symlink(&target, folder.join("dcrsync.yaml")).unwrap();
    })
    .await;
    save(elsewhere.path(), "real.yaml", "2");
    world.tells(&["2"]).await;
    fs::remove_file(world.path("dcrsync.yaml")).unwrap();
    symlink(
        elsewhere.path().join("other.yaml"),
        world.path("dcrsync.yaml"),
    )
    .unwrap();
    world.tells(&["other"]).await;
    save(elsewhere.path(), "other.yaml", "3");
    world.tells(&["3"]).await;
}

#[tokio::test]
async fn a_folder_that_is_not_there_yet_is_waited_for() {
    let mut world = World::of(&["later/deep/dcrsync.yaml"], |_| ()).await;
    assert_eq!(world.last(), ["there is no `later/deep/dcrsync.yaml`"]);
    fs::create_dir_all(world.path("later/deep")).unwrap();
    world.save("later/deep/dcrsync.yaml", "1");
    world.tells(&["1"]).await;
    world.save("later/deep/dcrsync.yaml", "2");
    world.tells(&["2"]).await;
}

#[tokio::test]
async fn a_folder_that_takes_the_place_of_another_is_followed() {
    let mut world = World::of(&["at/dcrsync.yaml"], |folder| {
        fs::create_dir(folder.join("at")).unwrap();
        save(folder, "at/dcrsync.yaml", "1");
    })
    .await;
    fs::create_dir(world.path("new")).unwrap();
    world.save("new/dcrsync.yaml", "2");
    fs::rename(world.path("at"), world.path("old")).unwrap();
    fs::rename(world.path("new"), world.path("at")).unwrap();
    world.tells(&["2"]).await;
    world.save("at/dcrsync.yaml", "3");
    world.tells(&["3"]).await;
}

#[tokio::test]
async fn other_files_are_told_of_but_not_handed_on() {
    let mut world = World::of_one_file().await;
    world.save("key", "AGE-SECRET-KEY-1");
    world.files.set(vec!["key".into(), "absent".into()]).await;
    world.is_silent().await;
    world.save("key", "AGE-SECRET-KEY-2");
    world.tells(&["1"]).await;
    world.save("absent", "now there");
    world.tells(&["1"]).await;
    fs::remove_file(world.path("absent")).unwrap();
    world.tells(&["1"]).await;
    world.files.set(Vec::new()).await;
    world.save("key", "AGE-SECRET-KEY-3");
    world.is_silent().await;
}

#[tokio::test]
async fn a_change_of_the_document_is_not_lost_when_other_files_are_named() {
    let mut world = World::of_one_file().await;
    world.save("dcrsync.yaml", "2");
    world.files.set(vec!["key".into()]).await;
    world.tells(&["2"]).await;
}
