/// Who sent a request: somebody with an API token, a client with an access token, or nobody in particular.
#[derive(Debug, Clone, Default)]
pub(crate) struct Caller {
    /// The id of the API token.
    pub(crate) token_id: String,
    /// The client id of a service application.
    pub(crate) client_id: String,
    /// Its label.
    pub(crate) client_label: String,
}

impl Caller {
    /// Whose share of a rate limit a request uses: the API token's or the service application's.
    pub(super) fn principal(&self) -> &str {
        if self.client_id.is_empty() {
            &self.token_id
        } else {
            &self.client_id
        }
    }

    /// A service application.
    pub(crate) fn client(id: &str, label: &str) -> Self {
        Self {
            client_id: id.to_owned(),
            client_label: label.to_owned(),
            ..Self::default()
        }
    }
}
