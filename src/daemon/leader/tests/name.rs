use super::super::{LeaseKey, instance, lease_name};

#[test]
fn a_pair_has_one_name_however_it_is_written() {
    let name = lease_name("https://acme.okta.com", "https://us.api.konghq.com");
    for (okta, konnect) in [
        ("https://acme.okta.com/", "https://us.api.konghq.com/v2"),
        ("HTTPS://ACME.okta.com:443", " https://us.api.konghq.com"),
    ] {
        assert_eq!(lease_name(okta, konnect), name);
    }
    let others = [
        ("https://acme.okta.com", "https://eu.api.konghq.com"),
        ("https://acme.oktapreview.com", "https://us.api.konghq.com"),
        ("https://us.api.konghq.com", "https://acme.okta.com"),
        ("http://acme.okta.com", "https://us.api.konghq.com"),
        ("https://acme.okta.com:8443", "https://us.api.konghq.com"),
    ];
    for (okta, konnect) in others {
        assert_ne!(lease_name(okta, konnect), name);
    }
}

/// By `printf 'https://acme.okta.com\nhttps://us.api.konghq.com' | sha256sum | xxd -r -p | base32`: replicas of
/// different versions must meet at the same Lease.
#[test]
fn the_name_stays_the_same_from_version_to_version() {
    let name = lease_name("https://acme.okta.com", "https://us.api.konghq.com");
    assert_eq!(name, "dcrsync-c3fdvdl6ydvouesdul2g");
}

#[test]
fn the_lease_tells_people_what_it_is_for() {
    let key = LeaseKey::for_pair(
        "apps",
        "https://acme.okta.com/",
        "https://us.api.konghq.com",
    );
    let annotations: Vec<_> = key
        .annotations
        .iter()
        .map(|(k, v)| (k.as_str(), v.as_str()))
        .collect();
    let wanted = [
        ("dcrsync/konnect", "https://us.api.konghq.com"),
        ("dcrsync/okta", "https://acme.okta.com"),
    ];
    assert_eq!(annotations, wanted);
}

#[test]
fn no_two_processes_are_called_the_same() {
    assert_ne!(instance(), instance());
}
