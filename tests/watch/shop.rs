//! The worlds of these tests.

use crate::common::{Receiver, Test, Vendors};

/// Two scopes, which is all that most of these tests need.
pub const SCOPES: &str = "\
version: 1
name: shop
secrets:
  files: [secrets.sops.yaml]
konnect:
  base_url: {konnect}
  token: { sops: konnect.token }
okta:
  org_url: {okta}
  token: { sops: okta.token }
  authorization_servers:
    default:
      scopes:
        orders.read: { description: Read orders }
        orders.write: { description: Place orders }
";

/// Looks when it is asked only, so that a test knows of each run why it began.
pub const WHEN_ASKED: &str = "watch: { interval: 1h, events: 1h }\n";

/// The key that signs alerts, and its document's spelling.
pub const KEY: &[u8] = b"a key of at least 24 bytes for alerts";

/// [`SCOPES`] with more below, applied; the vendors remember no request.
pub fn settled(more: &str) -> Test {
    settled_with(Vendors::start(), more)
}

/// The same with these vendors.
pub fn settled_with(vendors: Vendors, more: &str) -> Test {
    let mut test = Test::new()
        .meets(vendors)
        .config(&format!("{SCOPES}{more}"));
    test.secret("hook.key", &key());
    let _ = test.quietly(&["apply", "--auto-approve"]).code(0);
    test.vendors().forget();
    test
}

/// The same with a receiver that hears everything, signed.
pub fn told(watch: &str) -> (Test, Receiver) {
    let receiver = Receiver::start();
    let test = settled(&format!("{watch}{}", alerts(&receiver)));
    (test, receiver)
}

/// The document's section that tells a receiver everything, and the same only once an hour.
pub fn alerts(receiver: &Receiver) -> String {
    let url = receiver.url();
    format!(
        "alerts:\n  - webhook: {{ url: {url}, secret: {{ sops: hook.key }}, severity: info, repeat: 1h }}\n"
    )
}

/// The key as Standard Webhooks writes it.
pub fn key() -> String {
    use base64::Engine as _;
    let text = base64::engine::general_purpose::STANDARD.encode(KEY);
    format!("whsec_{text}")
}
