use std::fmt;

use super::konnect::KonnectState;
use super::okta::OktaState;
use super::world::World;

/// Both vendors as they were at one moment. Cheap to go back to, where a fresh sandbox would hash
/// passwords and make keys again.
#[derive(Clone)]
pub struct Snapshot {
    okta: OktaState,
    konnect: KonnectState,
}

impl Snapshot {
    /// Copies what both vendors have.
    pub(super) fn of(world: &World) -> Self {
        Self {
            okta: world.okta.read(Clone::clone),
            konnect: world.konnect.read(Clone::clone),
        }
    }

    /// Puts it in the place of what both vendors have; requests, changes and faults are forgotten.
    pub(super) fn restore(&self, world: &World) {
        world.forget();
        world.okta.write(|state| state.clone_from(&self.okta));
        world.konnect.write(|state| state.clone_from(&self.konnect));
        world.touched.notify_one();
    }
}

/// States hold tokens and passwords, so nothing of them is shown.
impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot").finish_non_exhaustive()
    }
}
