//! What a document says of the real vendors and no sandbox can keep: it gives way, so that any document runs here.

use url::Url;

use crate::base::{SecretRef, Span, Spanned, Value};
use crate::config::{Endpoint, KonnectSettings, OktaSettings, Settings};
use crate::plan::Declared;

/// The tokens of a section that is not there; the values are made up, or the sandbox learns those that are set.
const OKTA_TOKEN: &str = "OKTA_API_TOKEN";
const KONNECT_TOKEN: &str = "KONNECT_TOKEN";

/// Adds the vendor that the document leaves out, and takes the certificates away that only the real ones need.
/// Returns the names of the sections that were added.
pub(super) fn complete(settings: &mut Settings) -> Vec<&'static str> {
    let mut added = Vec::new();
    // the sandbox's address takes its place before anybody is called
    let nowhere = Endpoint::parse("https://sandbox.invalid").expect("it is an address");
    let nowhere = Spanned::new(nowhere, Span::default());
    let okta = settings.okta.get_or_insert_with(|| {
        added.push("okta");
        OktaSettings {
            org_url: nowhere.clone(),
            token: Some(SecretRef::Env(OKTA_TOKEN.to_owned())),
            oauth: None,
            ca_file: None,
            budget: None,
        }
    });
    okta.ca_file = None;
    let konnect = settings.konnect.get_or_insert_with(|| {
        added.push("konnect");
        KonnectSettings {
            region: None,
            base_url: Some(nowhere),
            token: SecretRef::Env(KONNECT_TOKEN.to_owned()),
            prune: false,
            portal_url: None,
            ca_file: None,
            budget: None,
        }
    });
    konnect.ca_file = None;
    added
}

/// Has issuers that are written out at the document's org mean the same servers of the sandbox.
pub(super) fn move_issuers(declared: &mut Declared, org: &Url, sandbox: &Url) {
    let moved = |value: &Value| {
        let text = value.as_text()?;
        let issuer = Url::parse(text).ok()?;
        (issuer.origin() == org.origin()).then_some(())?;
        let at = sandbox.origin().ascii_serialization();
        Some(format!("{at}{}", issuer.path().trim_end_matches('/')))
    };
    let theirs: Vec<_> = declared
        .iter()
        .filter_map(|desired| Some((desired.address.clone(), moved(desired.field("issuer"))?)))
        .collect();
    for (address, issuer) in theirs {
        if let Some(desired) = declared.get_mut(&address) {
            desired.fields.insert("issuer", Value::Text(issuer));
        }
    }
}
