//! The requests of our clients to the vendors of one world.

use std::sync::{Arc, Mutex};

use dcrsync::sandbox::{Heard, Tap, Vendor};

use super::book::Book;

/// One request that one of our clients sent.
#[derive(Clone)]
pub(super) struct Sent {
    pub(super) vendor: Vendor,
    pub(super) method: String,
    /// With the query.
    pub(super) path: String,
    pub(super) content_type: Option<String>,
    pub(super) body: Vec<u8>,
}

impl Sent {
    /// The request, unless somebody else sent it: the tests themselves, or Konnect to Okta.
    fn of(heard: Heard<'_>) -> Option<Self> {
        heard
            .user_agent
            .filter(|agent| agent.starts_with("dcrsync/"))?;
        Some(Self {
            vendor: heard.vendor,
            method: heard.method.to_owned(),
            path: heard.path.to_owned(),
            content_type: heard.content_type.map(str::to_owned),
            body: heard.body.to_owned(),
        })
    }
}

/// Hears what our clients send, and judges it in the end.
#[derive(Default)]
pub(crate) struct Hearing(Arc<Mutex<Vec<Sent>>>);

impl Hearing {
    /// What the vendors are to be started with.
    pub(crate) fn tap(&self) -> Tap {
        let sent = Arc::clone(&self.0);
        Tap::new(move |heard| sent.lock().unwrap().extend(Sent::of(heard)))
    }

    /// The requests so far.
    pub(super) fn sent(&self) -> Vec<Sent> {
        self.0.lock().unwrap().clone()
    }
}

impl Drop for Hearing {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let Some(book) = Book::open() else { return };
        let mut faults: Vec<String> = self
            .sent()
            .iter()
            .flat_map(|sent| book.judge(sent).faults)
            .collect();
        faults.sort();
        faults.dedup();
        assert!(
            faults.is_empty(),
            "against the contracts:\n{}",
            faults.join("\n")
        );
    }
}
