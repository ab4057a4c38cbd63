//! `--sandbox` with whatever document.

use std::fs;
use std::path::Path;

use crate::home::Test;

/// Valid documents whose secrets are not in a file that would have to be here.
const DOCUMENTS: [&str; 12] = [
    "anchors",
    "common-fields",
    "every-alert",
    "every-okta-kind",
    "issuer-written-out",
    "minimal",
    "on-this-machine",
    "only-okta",
    "other-providers",
    "patience-and-trust",
    "unicode",
    "variables",
];

/// No account, no token, no certificate and not even a section has to be there to try a document.
#[test]
fn any_document_runs_in_the_sandbox_and_is_settled_by_one_apply() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/configs/valid");
    for name in DOCUMENTS {
        let document = fs::read_to_string(folder.join(format!("{name}.yaml"))).unwrap();
        let test = Test::with(&document);
        test.run(&["plan", "--sandbox"]).code(0);
        test.run(&["apply", "--sandbox", "--auto-approve"]).code(0);
        let again = test
            .run(&["plan", "--sandbox", "--detailed-exitcode"])
            .code(0);
        assert!(again.stdout.starts_with("No changes."), "{name}");
    }
}

#[test]
fn a_section_that_is_added_is_told() {
    let test = Test::with(
        "version: 1\nname: a\nokta:\n  org_url: https://acme.okta.com\n  token: { env: T }\n",
    );
    let ran = test.run(&["plan", "--sandbox"]).code(0);
    let line = "  the document has no `konnect` section; the sandbox's account serves\n";
    assert!(ran.stderr.contains(line), "{}", ran.stderr);
    assert!(!ran.stderr.contains("no `okta` section"), "{}", ran.stderr);
    // the real vendors are not made up
    let ran = test.run(&["plan"]).code(1);
    assert!(
        ran.stderr.contains("has no `konnect` section"),
        "{}",
        ran.stderr
    );
}
