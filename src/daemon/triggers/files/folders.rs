use std::collections::{BTreeSet, VecDeque};
use std::ffi::OsString;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// More links than this on one way are a circle, as the kernel sees it.
const MOST_LINKS: usize = 40;

/// The folders in which something has to happen for what `path` leads to to change: that of the file, that of each
/// link on the way, and the folder itself where it is one. What is not there yet will appear in the last folder.
///
/// All without links in them, so that the same folder has one name.
pub(super) fn folders(path: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    let mut at = PathBuf::from("/");
    let mut rest: VecDeque<OsString> = parts(path);
    let mut links = 0;
    while let Some(name) = rest.pop_front() {
        if name == ".." {
            at.pop();
            continue;
        }
        let next = at.join(&name);
        let Ok(about) = fs::symlink_metadata(&next) else {
            found.insert(at);
            return found;
        };
        if about.is_symlink() {
            found.insert(at.clone());
            links += 1;
            let Some(target) = fs::read_link(&next).ok().filter(|_| links <= MOST_LINKS) else {
                return found;
            };
            if target.is_absolute() {
                at = PathBuf::from("/");
            }
            for part in parts(&target).into_iter().rev() {
                rest.push_front(part);
            }
        } else {
            if rest.is_empty() {
                found.insert(at.clone());
                if about.is_dir() {
                    found.insert(next);
                }
                return found;
            }
            at = next;
        }
    }
    found.insert(at);
    found
}

fn parts(path: &Path) -> VecDeque<OsString> {
    path.components()
        .filter_map(|part| match part {
            Component::Normal(name) => Some(name.to_owned()),
            Component::ParentDir => Some(OsString::from("..")),
            Component::RootDir | Component::CurDir | Component::Prefix(_) => None,
        })
        .collect()
}
