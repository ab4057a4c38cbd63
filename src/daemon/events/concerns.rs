use std::collections::HashMap;
use std::hash::BuildHasher;

use super::LogEvent;
use crate::base::Address;

/// The watched objects that an event is about; `live` is every one by its vendor's id.
///
/// An event names what contains its object as well. Where the object is watched, it is about that one; where it
/// is not, because it is new, about the innermost that is: something below it changed. Ask with the ids from
/// before and after a look, since who deletes and makes anew changes the id.
pub fn concerns<S: BuildHasher>(
    event: &LogEvent,
    live: &HashMap<String, Address, S>,
) -> Vec<Address> {
    let known = event.targets.iter();
    let known = known.filter_map(|target| live.get(&target.id));
    let mut known: Vec<&Address> = known.collect();
    let innermost = known.iter().map(|address| depth(address)).max();
    known.retain(|address| Some(depth(address)) == innermost);
    let mut all: Vec<Address> = known.into_iter().cloned().collect();
    all.sort();
    all.dedup();
    all
}

/// How many objects are around it that an event names.
fn depth(address: &Address) -> u8 {
    match address.kind() {
        "okta.authorization_server" => 0,
        "okta.policy" => 1,
        _ => 2,
    }
}
