//! stub
use std::collections::HashMap;
use jiff::Timestamp;
use crate::base::Address;
use crate::status::Actor;
use crate::vendor::{VendorError, okta::Reader};
#[derive(Debug, Default)]
pub struct Feed;
#[derive(Debug, Clone)]
pub struct LogEvent { pub actor: Actor, pub succeeded: bool, pub published: Timestamp }
#[derive(Debug, Default)]
pub struct Own;
impl Feed { pub async fn poll(&mut self, _: &Reader) -> Result<Vec<LogEvent>, VendorError> { Ok(Vec::new()) } }
pub fn concerns(_: &LogEvent, _: &HashMap<String, Address>) -> Vec<Address> { Vec::new() }
pub fn is_ours(_: &LogEvent, _: &Own) -> bool { false }
