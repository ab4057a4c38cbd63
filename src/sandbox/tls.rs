//! https for all four ports: an authority made for this run, and one certificate that it signs.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, SanType, date_time_ymd,
};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use super::SandboxError;

/// Names that lead to this machine without a hosts entry (RFC 6761, section 6.3); portals are at
/// names below `localhost`.
const OWN_NAMES: [&str; 2] = ["localhost", "*.localhost"];

/// What the ports need to speak https, and their clients to trust it.
pub(super) struct Tls {
    pub(super) acceptor: TlsAcceptor,
    /// The authority's certificate, in PEM.
    pub(super) ca: String,
}

impl Tls {
    /// Makes an authority and a certificate for this machine, these addresses and these names.
    pub(super) fn new(names: &[String], addresses: &[IpAddr]) -> Result<Self, SandboxError> {
        let authority = authority()?;
        let key = KeyPair::generate()?;
        let certificate = leaf(names, addresses)?.signed_by(&key, &authority)?;
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let mut config =
            ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
                .with_safe_default_protocol_versions()?
                .with_no_client_auth()
                .with_single_cert(
                    vec![certificate.der().clone(), authority.der().clone()],
                    key,
                )?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            ca: authority.pem(),
        })
    }
}

fn authority() -> Result<CertifiedIssuer<'static, KeyPair>, rcgen::Error> {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    name(&mut params, "dcrsync sandbox authority");
    limit(&mut params);
    CertifiedIssuer::self_signed(params, KeyPair::generate()?)
}

fn leaf(names: &[String], addresses: &[IpAddr]) -> Result<CertificateParams, rcgen::Error> {
    let own = OWN_NAMES.iter().map(|&name| name.to_owned());
    let mut params = CertificateParams::new(own.chain(names.iter().cloned()).collect::<Vec<_>>())?;
    let mut known: Vec<IpAddr> = vec![IpAddr::from([127, 0, 0, 1])];
    known.extend_from_slice(addresses);
    known.sort_unstable();
    known.dedup();
    let addresses = known.into_iter().map(SanType::IpAddress);
    params.subject_alt_names.extend(addresses);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    name(&mut params, "dcrsync sandbox");
    limit(&mut params);
    Ok(params)
}

fn name(params: &mut CertificateParams, name: &str) {
    params.distinguished_name.push(DnType::CommonName, name);
}

/// From last year's first day to next year's last: some clients refuse certificates for longer than
/// 825 days, and the sandbox's clock may differ from the machine's.
fn limit(params: &mut CertificateParams) {
    let year = i32::from(jiff::Zoned::now().year());
    params.not_before = date_time_ymd(year - 1, 12, 1);
    params.not_after = date_time_ymd(year + 1, 12, 31);
}

/// The file that tells clients whom to trust.
#[derive(Debug)]
pub(super) struct CaFile {
    pub(super) path: PathBuf,
    /// The folder made for it alone, which goes with the sandbox.
    folder: Option<PathBuf>,
}

impl CaFile {
    /// Writes it beside the state, or into a folder of its own where nothing is kept.
    pub(super) fn write(ca: &str, state: Option<&PathBuf>) -> Result<Self, SandboxError> {
        let (path, folder) = if let Some(state) = state {
            let mut path = state.clone().into_os_string();
            path.push(".ca.pem");
            (PathBuf::from(path), None)
        } else {
            let name = format!("dcrsync-sandbox-{}", uuid::Uuid::new_v4().simple());
            let folder = std::env::temp_dir().join(name);
            std::fs::create_dir(&folder).map_err(|source| SandboxError::CaFile {
                path: folder.clone(),
                source,
            })?;
            (folder.join("ca.pem"), Some(folder))
        };
        std::fs::write(&path, ca).map_err(|source| SandboxError::CaFile {
            path: path.clone(),
            source,
        })?;
        Ok(Self { path, folder })
    }
}

impl Drop for CaFile {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            // a leftover in the temporary folder harms nobody
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}
