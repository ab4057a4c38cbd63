//! Vendors that do not answer, or not as they should.

use std::io::{Read, Write};
use std::net::TcpListener;

use insta::assert_snapshot;
use regex::{Captures, Regex};
use serde_json::json;

use crate::common::Test;

#[test]
fn the_vendors_are_down() {
    let mut test = Test::shop();
    test.kill_vendors();
    let run = test.start(&["plan"]).end().code(4);
    assert!(run.stderr.contains("cannot connect to"), "{}", run.stderr);
    // both are down, and either may be told first
    assert!(run.stderr.contains("check the address"), "{}", run.stderr);
    assert_eq!(run.stdout, "");
}

#[test]
fn a_token_is_wrong() {
    let mut test = Test::shop();
    let right = test.vendors().okta_token.clone();
    test.note("Okta's token is wrong:");
    test.secret("okta.token", "00wrong-wrong-wrong-wrong-wrong-wrong-0000");
    let _ = test.run(&["plan"]).code(4);
    let _ = test.run(&["--log-format", "json", "plan"]).code(4);
    test.note("Konnect's token is wrong:");
    test.secret("okta.token", &right);
    test.secret("konnect.token", "kpat_wrong");
    let _ = test.run(&["plan"]).code(4);
    assert_eq!(test.vendors().writes(), [""; 0]);
    assert_snapshot!(whichever_is_first(&test));
}

#[test]
fn a_token_ends_during_the_apply() {
    let mut test = Test::shop();
    test.vendors().fault(&json!([{
        "vendor": "konnect",
        "path": "/v3/apis/.*/publications",
        "method": "PUT",
        "times": 99,
        "effect": { "status": { "code": 401 } },
    }]));
    let _ = test.run(&["apply", "--auto-approve"]).code(3);
    test.note("With a new token:");
    test.vendors().heal();
    let _ = test.run(&["apply", "--auto-approve"]).code(0);
    assert_snapshot!(test.transcript());
}

#[test]
fn the_account_may_not_read() {
    let mut test = Test::shop();
    test.vendors().fault(&json!([{
        "vendor": "konnect",
        "path": "/v2/dcr-providers",
        "times": 9,
        "effect": { "status": { "code": 403 } },
    }]));
    let _ = test.run(&["plan"]).code(4);
    assert_snapshot!(test.transcript());
}

#[test]
fn the_account_may_not_write_one_kind() {
    let mut test = Test::shop();
    test.vendors().fault(&json!([{
        "vendor": "konnect",
        "method": "POST",
        "path": "/v2/dcr-providers",
        "times": 9,
        "effect": { "status": { "code": 403, "body": {
            "status": 403,
            "title": "Forbidden",
            "instance": "kong:trace:1234567890",
            "detail": "You do not have permission to perform this action",
        } } },
    }]));
    let _ = test.run(&["apply", "--auto-approve"]).code(3);
    test.note("The role was given:");
    test.vendors().heal();
    let _ = test.run(&["apply", "--auto-approve"]).code(0);
    assert_snapshot!(test.transcript());
}

#[test]
fn what_listens_speaks_no_tls() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = server.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in server.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 512]);
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
        }
    });
    let mut test = Test::shop();
    let konnect = test.vendors().konnect.clone();
    test.edit(
        &format!("base_url: {konnect}"),
        &format!("base_url: https://{address}"),
    );
    let _ = test.run(&["plan"]).code(4);
    assert_snapshot!(whichever_is_first(&test));
}

#[test]
fn a_proxy_answers_with_a_page() {
    let mut test = Test::shop();
    test.vendors()
        .fault(&json!([{ "vendor": "okta", "times": 99, "effect": "html" }]));
    let _ = test.run(&["plan"]).code(4);
    assert_snapshot!(test.transcript());
}

#[test]
fn answers_break_off() {
    let mut test = Test::shop();
    test.vendors()
        .fault(&json!([{ "vendor": "okta", "times": 99, "effect": "truncate" }]));
    let run = test.run(&["plan"]).code(4);
    assert!(run.stderr.contains("broke off"), "{}", run.stderr);
    test.note("Only once, it is asked again:");
    test.vendors().heal();
    test.vendors()
        .fault(&json!([{ "vendor": "okta", "effect": "truncate" }]));
    let _ = test.run(&["plan", "--output", "json"]).code(0);
}

#[test]
fn a_rate_limit_is_waited_for() {
    let mut test = Test::shop();
    test.vendors().fault(&json!([
        { "vendor": "konnect", "effect": { "status": { "code": 429, "retry_after": 1 } } },
        { "vendor": "okta", "effect": { "status": { "code": 429, "retry_after": 1 } } },
    ]));
    let _ = test.run(&["apply", "--auto-approve"]).code(0);
}

/// All collections are asked at once; what Konnect says first of any of them ends the run.
fn whichever_is_first(test: &Test) -> String {
    let asked = Regex::new("cannot list the [a-zA-Z ]+|`GET /v[23]/[a-z-]+`").unwrap();
    let named = asked.replace_all(test.transcript(), |found: &Captures<'_>| match &found[0] {
        okta @ "cannot list the authorization servers" => okta.to_owned(),
        list if list.starts_with("cannot list") => "cannot list <a collection>".to_owned(),
        _ => "`GET <a collection>`".to_owned(),
    });
    named.into_owned()
}
