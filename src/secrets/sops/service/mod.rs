//! Keys that only `sops` can use: its key service does, started for the time of a call.
//!
//! The program hands out a data key, never a file: values are decrypted here, whoever unwraps the
//! key. Services named in `SOPS_KEYSERVICE` are asked as sops itself does.

mod call;
mod local;
mod wire;

use zeroize::Zeroizing;

use super::keys::Holder;
use super::meta::parse_bool;
use crate::secrets::Environment;
use call::{Address, call};
use local::Local;

/// The key services within reach; the local one is started when it is first needed.
pub(super) struct KeyServices<'e> {
    environment: &'e Environment,
    remote: Vec<Address>,
    /// `None` until it was tried to start it.
    local: Option<Result<Local, String>>,
}

impl<'e> KeyServices<'e> {
    pub(super) fn new(environment: &'e Environment) -> Self {
        let remote = environment
            .get("SOPS_KEYSERVICE")
            .and_then(|text| text.to_str());
        Self {
            environment,
            remote: remote
                .unwrap_or_default()
                .split(',')
                .filter_map(|address| Address::of(address.trim()))
                .collect(),
            local: None,
        }
    }

    /// Tells whether services elsewhere are to be asked, which may hold any kind of key.
    pub(super) fn has_remote(&self) -> bool {
        !self.remote.is_empty()
    }

    /// Unwraps a key.
    pub(super) fn decrypt(
        &mut self,
        holder: &Holder,
        enc: &str,
    ) -> Result<Zeroizing<Vec<u8>>, String> {
        self.ask("Decrypt", holder, enc.as_bytes())
    }

    /// Wraps a key.
    pub(super) fn encrypt(&mut self, holder: &Holder, plain: &[u8]) -> Result<String, String> {
        let enc = self.ask("Encrypt", holder, plain)?;
        String::from_utf8(enc.to_vec()).map_err(|_| "answered no text".to_owned())
    }

    fn ask(
        &mut self,
        method: &str,
        holder: &Holder,
        bytes: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, String> {
        let message = wire::request(holder, bytes);
        let mut why = Vec::new();
        if self.uses_local() {
            let local = self
                .local
                .get_or_insert_with(|| Local::start(self.environment));
            let asked = match local {
                Ok(local) => call(&local.address(), method, &message),
                Err(why) => Err(why.clone()),
            };
            match asked.and_then(|answer| read(&answer)) {
                Ok(bytes) => return Ok(bytes),
                Err(reason) => why.push(format!("`sops` {reason}")),
            }
        }
        for address in &self.remote {
            match call(address, method, &message).and_then(|answer| read(&answer)) {
                Ok(bytes) => return Ok(bytes),
                Err(reason) => why.push(format!("the service of `SOPS_KEYSERVICE` {reason}")),
            }
        }
        Err(why.join("; "))
    }

    fn uses_local(&self) -> bool {
        let wish = self.environment.get("SOPS_ENABLE_LOCAL_KEYSERVICE");
        let wish = wish.and_then(|wish| wish.to_str()).and_then(parse_bool);
        wish.unwrap_or(true)
    }
}

fn read(answer: &[u8]) -> Result<Zeroizing<Vec<u8>>, String> {
    wire::answer(answer).ok_or_else(|| "answered what is no key".to_owned())
}
