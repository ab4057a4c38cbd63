use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::config::MAX_BYTES;
use crate::engine::input::{InputError, read};

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn names(given: &[&str], here: &Path) -> Result<Vec<String>, InputError> {
    let given: Vec<PathBuf> = given.iter().map(PathBuf::from).collect();
    Ok(read(&given, here)?
        .into_iter()
        .map(|file| file.name)
        .collect())
}

#[test]
fn the_nearest_document_is_found_up_to_the_root() {
    let tree = folder(&[
        ("dcrsync.yaml", "above: 1"),
        ("repo/.git/HEAD", "x"),
        ("repo/deep/er/readme", "x"),
        ("other/readme", "x"),
    ]);
    let deep = tree.path().join("repo/deep/er");
    assert!(matches!(names(&[], &deep), Err(InputError::NotFound)));
    // without a repository nothing above is ours
    let other = tree.path().join("other");
    assert!(matches!(names(&[], &other), Err(InputError::NotFound)));

    fs::write(tree.path().join("repo/dcrsync.yaml"), "x: 1").unwrap();
    assert_eq!(names(&[], &deep).unwrap(), ["../../dcrsync.yaml"]);
    fs::write(deep.join("dcrsync.yaml"), "x: 1").unwrap();
    assert_eq!(names(&[], &deep).unwrap(), ["dcrsync.yaml"]);
}

#[test]
fn a_folder_gives_its_documents_sorted() {
    let tree = folder(&[
        ("all/b.yml", "x: 1"),
        ("all/a.yaml", "x: 1"),
        ("all/secrets.sops.yaml", "x: 1"),
        ("all/old.sops.yml", "x: 1"),
        ("all/.hidden.yaml", "x: 1"),
        ("all/notes.txt", "x"),
        ("all/sub/c.yaml", "x: 1"),
    ]);
    let found = names(&["all", "all/b.yml"], tree.path()).unwrap();
    assert_eq!(found, ["all/a.yaml", "all/b.yml"]);
    // a file that is named is read whatever its name
    let found = names(&["all/notes.txt"], tree.path()).unwrap();
    assert_eq!(found, ["all/notes.txt"]);
}

#[test]
fn what_cannot_be_read_is_told_with_a_way_out() {
    let tree = folder(&[("empty.yaml", " \n"), ("none/readme", "x")]);
    fs::write(tree.path().join("latin.yaml"), b"name: caf\xe9\n").unwrap();
    let large = fs::File::create(tree.path().join("large.yaml")).unwrap();
    large.set_len(MAX_BYTES as u64 + 1).unwrap();

    for (name, told) in [
        ("gone.yaml", "there is no `gone.yaml`"),
        ("empty.yaml", "`empty.yaml` is empty"),
        ("none", "there is no `*.yaml` and no `*.yml` in `none`"),
        (
            "latin.yaml",
            "`latin.yaml:1:10` is not UTF-8: the byte there belongs to no character",
        ),
        (
            "large.yaml",
            "`large.yaml` is too large: 10485761 bytes, where 10485760 are read",
        ),
    ] {
        let error = names(&[name], tree.path()).unwrap_err();
        assert_eq!(error.to_string(), told);
        assert!(error.hint().is_some(), "{told}");
    }
}
