//! `dcrsync plan`.

use crate::home::{DOCUMENT, Test};

#[test]
fn github_gets_annotations_a_summary_and_no_command_of_others() {
    let evil = DOCUMENT.replace("'Read orders in ${var.env}'", "\"a\\n::error::fake\\nb\"");
    let test = Test::with(&evil);
    let summary = test.path("summary.md");
    let test = test.env("GITHUB_STEP_SUMMARY", summary.to_str().unwrap());
    let ran = test
        .run(&["plan", "--sandbox", "--output", "github"])
        .code(0);
    let (mut heard, mut stopped) = (Vec::new(), None);
    for line in ran.stdout.lines() {
        let line = line.trim_start();
        if let Some(token) = line.strip_prefix("::stop-commands::") {
            stopped = Some(format!("::{token}::"));
        } else if stopped.as_deref() == Some(line) {
            stopped = None;
        } else if stopped.is_none() && line.starts_with("::") {
            heard.push(line.to_owned());
        }
    }
    assert_eq!(stopped, None);
    assert_eq!(heard.len(), 1, "{heard:?}");
    assert!(heard[0].starts_with("::notice file=dcrsync.yaml,line=10,col=9,"));
    assert!(
        test.read("summary.md")
            .starts_with("### dcrsync: `payments`")
    );
}

#[test]
fn a_target_limits_the_run_and_a_wrong_one_is_told() {
    let scopes = "orders.read: {}\n        orders.write: {}\n        orders.writ: {}\n";
    let (head, tail) = DOCUMENT
        .split_once("orders.read: { description: 'Read orders in ${var.env}' }\n")
        .unwrap();
    let test = Test::with(&format!("{head}{scopes}{tail}"));
    let target =
        |name: &str| test.run(&["plan", "--sandbox", "--output", "json", "--target", name]);
    let plan = target("okta.scope.default/orders.write").code(0).json();
    assert_eq!(plan["steps"].as_array().unwrap().len(), 1);
    assert_eq!(
        plan["steps"][0]["address"],
        "okta.scope.default/orders.write"
    );
    let ran = target("okta.scope.default/orders.wrote").code(1);
    assert!(
        ran.stderr
            .contains("hint: did you mean `okta.scope.default/orders.write`?"),
        "{}",
        ran.stderr
    );
}

#[test]
fn an_unreachable_vendor_ends_with_4_and_no_secret_is_told() {
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", gone.local_addr().unwrap());
    drop(gone);
    let document = DOCUMENT
        .replace("https://acme.okta.com", &origin)
        .replace("region: us", &format!("base_url: {origin}"));
    let test = Test::with(&document)
        .env("OKTA_TOKEN", "canary-okta-token")
        .env("KONNECT_TOKEN", "canary-konnect-token");
    let ran = test.run(&["plan", "-vv"]).code(4);
    assert!(
        ran.stderr.contains("\nerror: cannot list"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("caused by: cannot connect to"));
    assert!(ran.stderr.contains("\nhint: check the address"));
    assert!(!ran.stderr.contains("canary"), "{}", ran.stderr);
}
