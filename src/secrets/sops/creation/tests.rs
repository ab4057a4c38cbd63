use std::path::Path;

use super::*;

const CONFIG: &str = "
creation_rules:
  - path_regex: ^prod/.*\\.json$
    key_groups:
      - merge:
          - pgp: [AAAA 1111]
        age: [age1x, age1x]
      - kms: [{ arn: 'arn:aws:kms:x', role: r, context: { app: portal } }]
        hc_vault: ['https://vault:8200/v1/team/transit/keys/portal']
    shamir_threshold: 2
    encrypted_regex: ^secret
  - path_regex: \\.env$
    age: age1a, age1b,
    pgp:
      - BBBB
    kms: arn:aws:kms:y+arn:aws:iam::1:role/z, arn:aws:kms:w
    aws_profile: ops
    azure_keyvault: https://v.vault.azure.net/keys/k/1
    gcp_kms: projects/p
    mac_only_encrypted: true
  - age: age1last
";

fn plan(file: &str) -> Plan {
    plan_for(Path::new("/repo/.sops.yaml"), CONFIG, Path::new(file))
        .unwrap_or_else(|error| panic!("{error}"))
        .expect("a rule fits")
}

fn names(plan: &Plan) -> Vec<Vec<String>> {
    let groups = plan.groups.iter();
    groups
        .map(|group| group.iter().map(Holder::name).collect())
        .collect()
}

#[test]
fn the_first_rule_that_fits_the_path_below_the_config_counts() {
    let found = plan("/repo/prod/a.json");
    assert_eq!(
        names(&found),
        [
            vec!["pgp AAAA1111", "age1x"],
            vec![
                "kms arn:aws:kms:x r",
                "hc_vault https://vault:8200 team/transit portal"
            ],
        ]
    );
    assert_eq!((found.threshold, found.rule.text()), (2, "^secret"));
    let Holder::Service(kms) = &found.groups[1][0] else {
        panic!("a service")
    };
    assert_eq!(kms.context, [("app".to_owned(), "portal".to_owned())]);
    let found = plan("/repo/prod/x.env");
    assert_eq!(
        names(&found),
        [[
            "age1a",
            "age1b",
            "pgp BBBB",
            "kms arn:aws:kms:y arn:aws:iam::1:role/z ops",
            "kms arn:aws:kms:w ops",
            "gcp_kms projects/p",
            "azure_kv https://v.vault.azure.net k 1",
        ]]
    );
    assert!(found.mac_only_encrypted);
    assert_eq!(names(&plan("/repo/other.yaml")), [["age1last"]]);
    assert_eq!(names(&plan("/elsewhere/prod/a.json")), [["age1last"]]);
}

#[test]
fn what_is_wrong_with_a_rule_is_said_with_its_file() {
    for (rules, told) in [
        ("- path_regex: (", "`path_regex` `(`"),
        (
            "- { encrypted_suffix: a, unencrypted_suffix: b }",
            "exclude each other",
        ),
        ("- { shamir_threshold: x }", "`shamir_threshold`"),
        ("- { age: { a: b } }", "`age` is a mapping"),
        (
            "- { azure_keyvault: 'https://v/keys/k' }",
            "with its version",
        ),
        ("- { hc_vault_transit_uri: x }", "no key of Vault"),
        ("- [", "not valid YAML"),
    ] {
        let text = format!("creation_rules:\n  {rules}\n");
        let error = plan_for(Path::new("/r/.sops.yaml"), &text, Path::new("/r/x.yaml"));
        let error = error.err().expect(rules);
        assert_eq!(error.class(), "bad-config", "{rules}");
        let error = error.to_string();
        assert!(
            error.contains(told) && error.contains("/r/.sops.yaml"),
            "{error}"
        );
    }
    let none = plan_for(
        Path::new("/r/.sops.yaml"),
        "stores: {}\n",
        Path::new("/r/x"),
    );
    assert!(matches!(none, Ok(None)));
}
