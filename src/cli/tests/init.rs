use crate::cli::init::{Secrets, document};
use crate::config::{Input, Vars};
use crate::engine;

fn load(secrets: Secrets) -> engine::Loaded {
    let input = Input {
        name: "dcrsync.yaml".to_owned(),
        text: document(secrets),
    };
    engine::load(vec![input], &Vars::default())
}

#[test]
fn the_first_document_is_valid() {
    for secrets in [Secrets::Env, Secrets::Sops] {
        let loaded = load(secrets);
        let findings: Vec<_> = loaded.report.iter().map(|found| &found.message).collect();
        assert_eq!(findings, Vec::<&String>::new());
        assert_eq!(loaded.checked.unwrap().declared.len(), 7);
    }
}

#[test]
fn each_source_of_secrets_has_its_lines() {
    let (env, sops) = (document(Secrets::Env), document(Secrets::Sops));
    assert!(env.contains("  token: { env: OKTA_API_TOKEN }") && !env.contains("secrets:"));
    assert!(sops.contains("\nsecrets:\n  files: [secrets.sops.yaml]"));
    for text in [&env, &sops] {
        assert!(!text.contains("#env:") && !text.contains("#sops:"));
        assert_eq!(text.matches("dcr_token:").count(), 1);
    }
}
