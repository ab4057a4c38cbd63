use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use super::super::folders::folders;

fn below(root: &Path, path: &str) -> BTreeSet<String> {
    let all = folders(&root.join(path));
    let inner = all
        .iter()
        .filter_map(|folder| folder.strip_prefix(root).ok());
    inner.map(|folder| folder.display().to_string()).collect()
}

#[test]
fn each_step_of_a_path_that_can_change_has_its_folder() {
    let temporary = tempfile::tempdir().unwrap();
    let root = &fs::canonicalize(temporary.path()).unwrap();
    fs::create_dir_all(root.join("a/b")).unwrap();
    fs::create_dir_all(root.join("c")).unwrap();
    fs::write(root.join("a/b/file"), "").unwrap();
    symlink("b/file", root.join("a/near")).unwrap();
    symlink(root.join("a/near"), root.join("c/far")).unwrap();
    symlink("../a", root.join("c/folder")).unwrap();
    symlink("circle", root.join("circle")).unwrap();
    for (path, wanted) in [
        ("a/b/file", &["a/b"][..]),
        ("a/./b/../b/file", &["a/b"]),
        ("a/near", &["a", "a/b"]),
        ("c/far", &["a", "a/b", "c"]),
        ("c/folder/near", &["a", "a/b", "c"]),
        ("a/b", &["a", "a/b"]),
        ("c/folder", &["", "a", "c"]),
        ("a/missing/file", &["a"]),
        ("missing", &[""]),
        ("circle", &[""]),
    ] {
        let wanted: BTreeSet<String> = wanted.iter().map(|&folder| folder.to_owned()).collect();
        assert_eq!(below(root, path), wanted, "{path}");
    }
    assert_eq!(
        folders(Path::new("/")),
        BTreeSet::from([PathBuf::from("/")])
    );
}
