use std::fmt::Write as _;

use super::{Loaded, schema};
use crate::config::{Mode, OktaAuth, Vars, settings_schema, shape};

const FULL: &str = "\
version: 1
name: payments
vars:
  env: { default: staging, description: Where it runs }
secrets:
  files: [secrets.sops.yaml]
  key_files: [team.agekey]
okta:
  org_url: https://acme.okta.com
  oauth: { client_id: 0oa1, private_key: { sops: okta.private_key }, dpop: true }
  authorization_servers:
    default:
      scopes:
        orders.read: { description: 'Read orders in ${var.env}' }
konnect:
  region: us
  token: { sops: konnect.token }
  prune: true
guard: { max_deletes: 2, max_delete_share: 10%, protect: [okta.scope.default/orders.*] }
watch: { interval: 90s, mode: apply, listen: '[::1]:8711' }
alerts:
  - slack: { url: { sops: slack.webhook } }
  - webhook: { url: https://ops.example/hook, secret: { sops: hook.secret } }
  - command: { run: [page, --team, payments] }
verify:
  orders: { app: mobile-backend, url: http://localhost:8000/orders, expect: 204, scopes: [a] }
budget: 25%
";

#[test]
fn a_full_document_is_typed() {
    let loaded = Loaded::new(&[FULL]);
    assert_eq!(loaded.findings(), [""; 0]);
    let settings = &loaded.document.as_ref().unwrap().settings.as_ref().unwrap();
    assert_eq!(settings.name.value, "payments");
    assert_eq!(loaded.text(settings.name.span), "payments");
    let okta = settings.okta.as_ref().unwrap();
    assert!(matches!(okta.auth(), Some(OktaAuth::OAuth(oauth)) if oauth.dpop));
    let konnect = settings.konnect.as_ref().unwrap();
    assert_eq!(
        konnect.base().unwrap().to_string(),
        "https://us.api.konghq.com/"
    );
    assert_eq!(settings.watch.mode, Mode::Apply);
    assert_eq!(settings.watch.interval.to_string(), "90s");
    assert_eq!(settings.guard.max_delete_share.to_string(), "10%");
    assert_eq!(settings.alerts.len(), 3);
    assert_eq!(settings.verify["orders"].expect, 204);
    assert_eq!(settings.budget.percent(), 25);
    let scope = [
        "okta",
        "authorization_servers",
        "default",
        "scopes",
        "orders.read",
    ];
    let scope = loaded.node(&scope).get("description").unwrap();
    assert_eq!(scope.as_text(), Some("Read orders in staging"));
}

#[test]
fn what_is_left_out_has_the_defaults_that_the_schema_tells() {
    let loaded = Loaded::new(&["version: 1\nname: x\n"]);
    let settings = &loaded.document.as_ref().unwrap().settings.as_ref().unwrap();
    let schema = settings_schema();
    let default = |path: &str| schema.pointer(path).unwrap().clone();
    assert_eq!(
        default("/properties/budget/default"),
        settings.budget.to_string()
    );
    let guard = "/properties/guard/properties";
    assert_eq!(
        default(&format!("{guard}/max_deletes/default")),
        settings.guard.max_deletes
    );
    assert_eq!(
        default(&format!("{guard}/max_delete_share/default")),
        settings.guard.max_delete_share.to_string()
    );
    let watch = "/properties/watch/properties";
    assert_eq!(
        default(&format!("{watch}/interval/default")),
        settings.watch.interval.to_string()
    );
    assert_eq!(
        default(&format!("{watch}/listen/default")),
        settings.watch.listen.to_string()
    );
}

#[test]
fn the_schema_uses_nothing_that_the_shape_does_not_know() {
    assert_eq!(shape::unsupported(&settings_schema()), [""; 0]);
    assert_eq!(shape::unsupported(&schema()), [""; 0]);
}

#[test]
fn each_field_of_the_schema_is_described() {
    fn walk(schema: &serde_json::Value, at: &str, bare: &mut Vec<String>) {
        if let Some(fields) = schema.get("properties").and_then(|it| it.as_object()) {
            for (name, field) in fields {
                if field.get("description").is_none() {
                    bare.push(format!("{at}.{name}"));
                }
                walk(field, &format!("{at}.{name}"), bare);
            }
        }
        for key in ["oneOf", "anyOf"] {
            for branch in schema
                .get(key)
                .and_then(|it| it.as_array())
                .into_iter()
                .flatten()
            {
                walk(branch, at, bare);
            }
        }
        for key in ["items", "additionalProperties"] {
            if let Some(inner) = schema.get(key) {
                walk(inner, at, bare);
            }
        }
    }
    let mut bare = Vec::new();
    walk(&settings_schema(), "", &mut bare);
    // the forms of a reference to a secret are described one level up
    let forms = [".sops", ".env", ".file"];
    bare.retain(|at| !forms.iter().any(|form| at.ends_with(form)));
    assert_eq!(bare, [".alerts.slack"; 0]);
}

#[test]
fn addresses_must_be_safe() {
    let loaded = Loaded::new(&["\
version: 1
name: x
okta: { org_url: http://acme.okta.com, token: { sops: a } }
konnect: { base_url: http://127.0.0.1:8080, token: { sops: a }, portal_url: http://p.example }
"]);
    let message = "insecure-url: plain `http` would send secrets in the clear";
    assert_eq!(
        loaded.findings(),
        [
            format!("{message} [\"http://acme.okta.com\"]"),
            format!("{message} [\"http://p.example\"]"),
        ]
    );
}

#[test]
fn a_part_is_checked_whatever_is_wrong_with_the_others() {
    let loaded = Loaded::new(&["\
version: 1
nam: x
okta: { org_url: http://acme.okta.com, token: { sops: a } }
alerts: [5, { webhook: { url: http://h.example } }]
verify: { a: {}, b: { app: x, url: http://g.example } }
budget: 0%
"]);
    let codes: Vec<_> = loaded
        .report
        .sorted()
        .iter()
        .map(|found| found.code)
        .collect();
    assert_eq!(
        codes,
        [
            "missing-field",
            "unknown-field",
            "insecure-url",
            "wrong-type",
            "insecure-url",
            "missing-field",
            "insecure-url",
            "too-small",
        ]
    );
}

#[test]
fn what_the_schema_cannot_tell_is_refused_at_its_place() {
    for (line, place) in [
        (
            "okta: { org_url: 'https://[x', token: { sops: a } }",
            "'https://[x'",
        ),
        (
            "okta: { org_url: 'https://a:99999', token: { sops: a } }",
            "'https://a:99999'",
        ),
        ("watch: { listen: 999.0.0.1:80 }", "999.0.0.1:80"),
        ("version: 1.0", "1.0"),
    ] {
        let head = if line.starts_with("version") {
            "name: x"
        } else {
            "version: 1\nname: x"
        };
        let loaded = Loaded::new(&[&format!("{head}\n{line}\n")]);
        assert!(loaded.document.is_none());
        let found = &loaded.report.sorted()[0];
        assert_eq!(found.code, "bad-value", "{line}");
        assert_eq!(loaded.text(found.span().unwrap()), place);
    }
}

#[test]
fn one_way_in_must_be_chosen() {
    let loaded = Loaded::new(&["\
version: 1
name: x
okta: { org_url: https://acme-admin.okta.com/app }
konnect: { region: global, base_url: https://k.example, token: { sops: a } }
"]);
    assert_eq!(
        loaded.findings(),
        [
            "one-of: `okta` lacks `token` or `oauth` [\"okta\"]",
            "bad-value: `org_url` is the address of the admin console [\"https://acme-admin.okta.com/app\"]",
            "bad-value: `org_url` must be the organisation's address alone [\"https://acme-admin.okta.com/app\"]",
            "bad-value: portals and strategies live in a region, not in `global` [\"global\"]",
            "one-of: `konnect` takes `region` or `base_url`, not both [\"base_url\", \"region\"]",
        ]
    );
}

#[test]
fn the_digest_knows_texts_and_values_and_neither_names_nor_order() {
    let digest = |vars: &Vars, texts: &[&str]| Loaded::with(vars, texts).document.unwrap().digest;
    let none = Vars::default();
    let (one, two) = ("version: 1\nname: x\n", "vars: { env: { default: a } }\n");
    let both = digest(&none, &[one, two]);
    assert_eq!(both, digest(&none, &[two, one]));
    assert_ne!(both, digest(&none, &["version: 1\nname: y\n", two]));
    let given = Vars {
        flags: [("env".to_owned(), "b".to_owned())].into(),
        ..Vars::default()
    };
    assert_ne!(both, digest(&given, &[one, two]));
}

#[test]
fn all_steps_report_at_once() {
    let loaded = Loaded::new(&[
        "version: 2\nname: -x\nnam: y\nname: z\n",
        "konnect: { region: us, token: hunter2 }\nname: ${var.nope}\n",
    ]);
    assert!(loaded.document.is_none());
    let mut codes: Vec<_> = loaded.report.iter().map(|found| found.code).collect();
    codes.sort_unstable();
    let expected = [
        "bad-pattern",
        "declared-twice",
        "duplicate-key",
        "literal-secret",
        "unknown-field",
        "unknown-value",
    ];
    assert_eq!(codes, expected);
}

#[test]
fn a_variable_without_a_value_makes_no_second_finding() {
    let loaded = Loaded::new(&[
        "version: 1\nname: x\nokta: { org_url: '${var.url}', token: { sops: a } }\nwatch: { mode: '${var.mode}' }\n",
    ]);
    let codes: Vec<_> = loaded.report.iter().map(|found| found.code).collect();
    assert_eq!(codes, ["unknown-var", "unknown-var"]);
}

#[test]
fn each_code_that_is_reported_is_explained() {
    let known: Vec<_> = crate::config::CODES.iter().map(|(code, _)| *code).collect();
    assert!(known.is_sorted());
    let sources = [
        include_str!("../checks.rs"),
        include_str!("../document.rs"),
        include_str!("../merge.rs"),
        include_str!("../misread.rs"),
        include_str!("../parse.rs"),
        include_str!("../shape/collection.rs"),
        include_str!("../vars.rs"),
        include_str!("../shape/mod.rs"),
        include_str!("../shape/branch.rs"),
        include_str!("../shape/scalar.rs"),
        include_str!("../shape/secret.rs"),
    ];
    let call = regex::Regex::new(r#"Diagnostic::(?:error|warning)\(\s*"([a-z-]+)""#).unwrap();
    let mut used: Vec<&str> = sources
        .iter()
        .flat_map(|source| call.captures_iter(source))
        .map(|found| found.get(1).unwrap().as_str())
        .collect();
    used.sort_unstable();
    used.dedup();
    assert_eq!(used, known);
}

#[test]
fn a_mistake_in_each_of_very_many_entries_is_reported() {
    let mut text = String::from(
        "version: 1\nname: x\nkonnect:\n  region: us\n  token: { sops: a }\n  dcr_providers:\n",
    );
    for number in 0..20_000 {
        writeln!(text, "    p{number}: {{ tpye: okta }}").unwrap();
    }
    let loaded = Loaded::new(&[&text]);
    assert_eq!(loaded.report.sorted().len(), 20_000);
}

#[test]
fn a_freeze_that_would_be_none_is_refused() {
    let loaded = Loaded::new(&["\
version: 1
name: x
watch:
  freeze:
    - { cron: 0 18 * * FRI, duration: 62h, time_zone: Europe/Berlin }
    - { cron: 0 25 * * *, duration: 1h }
    - { cron: 0 18 * * FRI, duration: 8d }
    - { cron: 0 18 * * FRI, duration: 1h, time_zone: Europe/Atlantis }
"]);
    assert_eq!(
        loaded.findings(),
        [
            "bad-value: `0 25 * * *` is no cron expression of five fields: value must be in range 0..=23; found 25 [\"0 25 * * *\"]",
            "bad-value: a freeze of 8d that begins again after 7d never ends [\"0 18 * * FRI\"]",
            "bad-value: `Europe/Atlantis` is no time zone of the IANA database [\"Europe/Atlantis\"]",
        ]
    );
}
