use super::Loaded;

const HEAD: &str = "version: 1\nname: x\n";

#[test]
fn sections_merge_down_to_the_entries() {
    let loaded = Loaded::new(&[
        "version: 1\nname: x\nokta:\n  org_url: https://a.okta.com\n  token: { sops: t }\n  authorization_servers:\n    default:\n      scopes:\n        a: {}\n",
        "version: 1\nname: x\nokta:\n  authorization_servers:\n    default:\n      prune: true\n      scopes:\n        b: {}\n",
    ]);
    assert_eq!(loaded.findings(), [""; 0]);
    let server = loaded.node(&["okta", "authorization_servers", "default"]);
    let scopes = server.get("scopes").unwrap();
    let names: Vec<_> = scopes
        .entries()
        .iter()
        .map(|(key, _)| (key.value.as_str(), key.span.file.0))
        .collect();
    assert_eq!(names, [("a", 0), ("b", 1)]);
    assert!(server.get("prune").is_some());
}

#[test]
fn an_entry_stands_in_one_file_as_a_whole() {
    let loaded = Loaded::new(&[
        &format!(
            "{HEAD}konnect:\n  region: us\n  token: {{ sops: t }}\n  dcr_providers:\n    okta: {{ type: okta }}\n"
        ),
        "konnect:\n  dcr_providers:\n    okta: { description: again }\n",
    ]);
    assert_eq!(
        loaded.findings(),
        ["declared-twice: `konnect.dcr_providers.okta` is declared twice [\"okta\", \"okta\"]"]
    );
    let files: Vec<_> = loaded.report.sorted()[0]
        .labels
        .iter()
        .map(|label| label.span.file.0)
        .collect();
    assert_eq!(files, [1, 0]);
}

#[test]
fn a_reference_to_a_secret_is_not_mixed_from_two_files() {
    let loaded = Loaded::new(&[
        &format!("{HEAD}konnect: {{ region: us, token: {{ sops: t }} }}\n"),
        "konnect: { token: { env: T } }\n",
    ]);
    assert_eq!(
        loaded.findings(),
        ["declared-twice: `konnect.token` is declared twice [\"token\", \"token\"]"]
    );
}

#[test]
fn another_name_in_the_second_file_is_refused() {
    let loaded = Loaded::new(&[HEAD, "version: 1\nname: y\n"]);
    assert_eq!(
        loaded.findings(),
        ["declared-twice: `name` is declared twice [\"name\", \"name\"]"]
    );
}

#[test]
fn a_file_that_is_a_list_is_refused() {
    let loaded = Loaded::new(&[HEAD, "- a\n"]);
    assert_eq!(loaded.report.sorted()[0].code, "wrong-type");
    let loaded = Loaded::new(&["- a\n"]);
    assert_eq!(
        loaded.findings(),
        ["wrong-type: the document must be a mapping, not a list [\"- a\"]"]
    );
}
