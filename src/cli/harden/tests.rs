//! What a process does for its own memory, and what a panic may say.

use crate::base::{Scrubber, Secret};

#[test]
fn a_panic_tells_no_secret() {
    let scrubber = Scrubber::of_a_run();
    scrubber.learn(&Secret::new("canary-of-a-panic"));
    let caught = std::panic::catch_unwind(|| panic!("got {:?}", Some("canary-of-a-panic")));
    let payload = caught.unwrap_err();
    assert_eq!(
        super::scrubbed(super::text(payload.as_ref())),
        "got Some(\"(sensitive)\")"
    );
}

#[test]
#[cfg(target_os = "linux")]
fn a_core_has_no_length_and_memory_no_readers() {
    super::no_dumps();
    let core = rustix::process::getrlimit(rustix::process::Resource::Core);
    assert_eq!((core.current, core.maximum), (Some(0), Some(0)));
    assert_eq!(
        rustix::process::dumpable_behavior().unwrap(),
        rustix::process::DumpableBehavior::NotDumpable
    );
}
