//! Floor 4: the status page, its API and the metrics.
//!
//! It shows the [`Status`](crate::status::Status) that the daemon publishes, and passes on one wish:
//! to look again now. It never asks a vendor, and knows no secret but the one that opens it.
