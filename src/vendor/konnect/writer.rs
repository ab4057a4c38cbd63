use std::ops::Deref;

use reqwest::Method;
use serde_json::Value as Json;

use super::Reader;
use crate::vendor::VendorError;
use crate::vendor::http::Ask;

/// Writes to one Konnect organisation; reads as its [`Reader`] does.
#[derive(Debug, Clone)]
pub struct Writer(Reader);

impl Writer {
    /// Makes a writer of a reader.
    pub fn new(reader: Reader) -> Self {
        Self(reader)
    }

    /// The reader that it was made from.
    pub fn reader(&self) -> &Reader {
        &self.0
    }

    /// Creates; never sent twice, so an error may be [doubtful](VendorError::doubtful).
    ///
    /// A null body is sent as none, for posts that want none and must not be done twice.
    pub async fn post(&self, path: &str, body: &Json) -> Result<Json, VendorError> {
        self.write(Method::POST, path, Some(body), false).await
    }

    /// Replaces: what the body omits falls back to its default.
    pub async fn put(&self, path: &str, body: &Json) -> Result<Json, VendorError> {
        self.write(Method::PUT, path, Some(body), true).await
    }

    /// Changes what the body names.
    pub async fn patch(&self, path: &str, body: &Json) -> Result<Json, VendorError> {
        self.write(Method::PATCH, path, Some(body), true).await
    }

    /// Deletes; what is not there any more counts as deleted.
    pub async fn delete(&self, path: &str) -> Result<(), VendorError> {
        match self.write(Method::DELETE, path, None, true).await {
            Ok(_) => Ok(()),
            Err(error) if error.not_found() => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Posts without a body what may be done twice, such as `verify`.
    pub async fn act(&self, path: &str) -> Result<Json, VendorError> {
        self.write(Method::POST, path, None, true).await
    }

    async fn write(
        &self,
        method: Method,
        path: &str,
        body: Option<&Json>,
        repeatable: bool,
    ) -> Result<Json, VendorError> {
        let client = &self.0.client;
        let url = client.url(&method, path, &[])?;
        let mut ask = Ask::write(method, url, body);
        ask.repeatable = repeatable;
        Ok(client.send(&ask).await?.body)
    }
}

impl Deref for Writer {
    type Target = Reader;

    fn deref(&self) -> &Reader {
        &self.0
    }
}
