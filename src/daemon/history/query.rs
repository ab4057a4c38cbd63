use jiff::Timestamp;

/// Which entries of the history are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Of this document; without it of all.
    pub document: Option<String>,
    /// Not before this time.
    pub since: Option<Timestamp>,
    /// At most so many, the newest.
    pub limit: Option<usize>,
}
