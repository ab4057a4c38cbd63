//! stub
mod kill_switch;
pub use kill_switch::KillSwitch;
use jiff::Timestamp;
use crate::config::Freeze;
#[derive(Debug, Clone, Default)]
pub struct Freezes;
#[derive(Debug, thiserror::Error)]
#[error("bad")]
pub struct FreezeError { pub index: usize }
impl Freezes {
    pub fn parse(_: &[Freeze]) -> Result<Self, FreezeError> { Ok(Self) }
    pub fn holding(&self, _: Timestamp) -> Option<(Option<String>, Timestamp)> { None }
}
