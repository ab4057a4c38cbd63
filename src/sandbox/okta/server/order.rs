/// Puts an item at a priority (from 1), or at the end; the others make room and no number is left out.
///
/// Asking for more than there are gives the last place, so what is stored can differ from what was asked.
pub(super) fn insert<T>(list: &mut Vec<T>, item: T, priority: Option<i64>) {
    let at = priority
        .and_then(|priority| usize::try_from(priority - 1).ok())
        .map_or(list.len(), |at| at.min(list.len()));
    list.insert(at, item);
}

/// The priority of the item at an index.
pub(super) fn priority(index: usize) -> usize {
    index + 1
}

/// Refuses numbers below 1.
pub(super) fn check(priority: Option<i64>) -> Result<(), super::super::http::Refusal> {
    match priority {
        Some(number) if number < 1 => Err(super::super::http::Refusal::invalid(
            "priority",
            "The priority must be at least 1.",
        )),
        Some(_) | None => Ok(()),
    }
}
