use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::{SecretRef, Spanned};

/// Who may see the page.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum PageAccess {
    /// Whoever has this token: `Authorization: Bearer …`.
    Token(SecretRef),
    /// Whoever has this password, as browsers ask for it.
    Basic(BasicAccess),
}

/// A name and a password.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BasicAccess {
    /// The name.
    #[schemars(length(min = 1), extend("examples" = ["ops"]))]
    pub user: String,
    /// The password, which is a secret.
    pub password: SecretRef,
}

/// The page's certificate, as PEM files; paths are relative to the document's file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PageTls {
    /// The certificate, and those between it and its root.
    #[schemars(extend("examples" = ["/etc/dcrsync/tls.crt"]))]
    pub cert_file: Spanned<String>,
    /// The private key.
    #[schemars(extend("examples" = ["/etc/dcrsync/tls.key"]))]
    pub key_file: Spanned<String>,
}
