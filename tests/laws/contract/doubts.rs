//! Where a contract is known to be wrong or incomplete, and what tells so.

/// The beginning of a fault, and why it is none.
const DOUBTS: &[(&str, &str)] = &[];

/// Whether a fault is one of the contract's, not of the request.
pub(super) fn accepted(fault: &str) -> bool {
    DOUBTS.iter().any(|(start, _)| fault.starts_with(start))
}
