use super::{Secret, Span};

/// Where the credentials of one application are kept, as the document says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CredentialTarget {
    /// The SOPS file, relative to the document's file.
    pub file: String,
    /// The dotted path of the mapping that holds `client_id` and `client_secret`.
    pub path: String,
    /// Where the document says so; also tells the folder that `file` is relative to.
    pub span: Span,
}

/// What an application logs in with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Public.
    pub client_id: String,
    /// Shown once by the vendor.
    pub client_secret: Secret,
}

/// Keeps credentials the moment they are issued.
///
/// The floor that talks to vendors holds this socket; the floor that can encrypt plugs into it.
pub trait CredentialStore: Send + Sync {
    /// Proves, before anything is written anywhere, that [`put`](Self::put) would work.
    fn prove(&self, target: &CredentialTarget) -> Result<(), StoreError>;

    /// Keeps a secret without its id, of which others are still to be retired; when this returns,
    /// it is on disk, and [`get`](Self::get) finds no whole credentials until [`put`](Self::put).
    fn begin(&self, target: &CredentialTarget, secret: &Secret) -> Result<(), StoreError>;

    /// Encrypts and replaces the file; when this returns, the credentials are on disk.
    fn put(&self, target: &CredentialTarget, credentials: &Credentials) -> Result<(), StoreError>;

    /// Reads what is kept there; `None` when nothing is.
    fn get(&self, target: &CredentialTarget) -> Result<Option<Credentials>, StoreError>;
}

/// Says why credentials cannot be kept or read.
#[derive(Debug, thiserror::Error)]
#[error("cannot keep the credentials `{path}` in `{file}`")]
pub struct StoreError {
    /// The file as the document names it.
    pub file: String,
    /// The dotted path in it.
    pub path: String,
    /// The reason.
    #[source]
    pub source: Box<dyn std::error::Error + Send + Sync>,
}
