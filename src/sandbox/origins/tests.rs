use super::as_called;

#[test]
fn a_client_is_answered_under_the_name_it_used_if_that_leads_here() {
    let names = ["acme.okta.com".to_owned()];
    for (own, host, called) in [
        (
            "http://127.0.0.1:4001",
            "127.0.0.1:4001",
            "http://127.0.0.1:4001",
        ),
        (
            "http://127.0.0.1:4001",
            "localhost:4001",
            "http://localhost:4001",
        ),
        (
            "https://127.0.0.1:4001",
            "ACME.okta.com:4001",
            "https://acme.okta.com:4001",
        ),
        (
            "https://127.0.0.1",
            "acme.okta.com",
            "https://acme.okta.com",
        ),
        (
            "https://127.0.0.1",
            "acme.okta.com:443",
            "https://acme.okta.com",
        ),
        (
            "https://127.0.0.1:4001",
            "acme.okta.com",
            "https://acme.okta.com",
        ),
        ("http://[::1]:4001", "[::1]:4001", "http://[::1]:4001"),
    ] {
        assert_eq!(as_called(own, host, &names), called, "{host}");
    }
}

#[test]
fn no_host_header_brings_a_stranger_into_links() {
    let own = "https://127.0.0.1:4001";
    let names = ["acme.okta.com".to_owned()];
    for host in [
        "evil.example:4001",
        "evil.example",
        "localhost:80",
        "127.0.0.1",
        "acme.okta.com@evil.example:4001",
        "acme.okta.com:4001/x",
        "",
        "a b",
    ] {
        let told = as_called(own, host, &names);
        assert!(
            [own, "https://acme.okta.com:4001"].contains(&told.as_str()),
            "{host}: {told}"
        );
    }
}
