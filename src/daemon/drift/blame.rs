use crate::base::Address;
use crate::status::{Actor, Difference};

use super::Memory;

/// Says who made what differs, as far as the log tells.
///
/// `done` is what others than ourselves did, the oldest first: the objects that each concerns, and who did
/// it. What is known of an earlier look stays.
pub fn blame(memory: &mut Memory, differences: &mut [Difference], done: &[(Vec<Address>, Actor)]) {
    for difference in differences {
        if !difference.moved.is_drift() {
            continue;
        }
        let last = done
            .iter()
            .rev()
            .find(|(concerned, _)| concerned.contains(&difference.address));
        if let Some((_, actor)) = last {
            difference.actor = Some(actor.clone());
        }
        let Some(known) = memory.differences.get_mut(&difference.address) else {
            continue;
        };
        match &difference.actor {
            Some(actor) => known.actor = Some(actor.clone()),
            None => difference.actor.clone_from(&known.actor),
        }
        known.last.actor.clone_from(&known.actor);
    }
}
