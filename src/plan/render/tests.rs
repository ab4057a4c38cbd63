use std::collections::BTreeMap;

use super::{MAX_MARKDOWN, Notice, View, annotation, github, json, json_schema, markdown, text};
use crate::base::{Address, FileId, Fingerprint, Location, SecretRef, SourceMap, Span, Value};
use crate::plan::{
    Action, BlastRadius, BucketCost, FieldChange, Note, Plan, Refusal, RefusalKind, Step,
};

const FILE: &str = "okta:\n  scopes:\n    orders.read: {}\n    orders.write: {}\nkonnect:\n  apps:\n    mobile: {}\n";

fn address(text: &str) -> Address {
    text.parse().unwrap()
}

fn sources() -> SourceMap {
    let mut sources = SourceMap::default();
    sources.add("examples/x.yaml", FILE);
    sources
}

/// The place of a text in the file.
fn at(text: &str) -> Span {
    let start = FILE.find(text).unwrap();
    Span {
        file: FileId(0),
        start,
        end: start + text.len(),
    }
}

fn step(action: Action, name: &str, fields: Vec<FieldChange>) -> Step {
    Step {
        address: address(name),
        action,
        fields,
        requires: Vec::new(),
        needs: Vec::new(),
        let_go: Vec::new(),
        because: None,
        blast_radius: BlastRadius::default(),
        warnings: Vec::new(),
        observed: "absent".to_owned(),
    }
}

fn field(name: &'static str, old: Value, new: Value) -> FieldChange {
    FieldChange {
        name,
        old,
        new,
        sensitive: false,
        because: None,
    }
}

fn map(entries: &[(&str, &str)]) -> Value {
    let entries = entries.iter();
    Value::Map(
        entries
            .map(|(name, value)| ((*name).to_owned(), Value::text(*value)))
            .collect(),
    )
}

/// A plan with each action and each form of a value.
fn everything() -> Plan {
    let secret = || Value::Fingerprint(Fingerprint("canary-fingerprint".to_owned()));
    let create = Step {
        because: Some(at("orders.read")),
        ..step(
            Action::Create,
            "okta.scope.default/orders.read",
            vec![
                field("name", Value::Null, Value::text("orders.read")),
                field("description", Value::Null, Value::text("Read orders")),
                field("default", Value::Null, Value::Bool(false)),
            ],
        )
    };
    let update = Step {
        because: Some(at("orders.write")),
        ..step(
            Action::Update,
            "okta.policy_rule.default/portal apps/machine to machine",
            vec![
                field(
                    "scopes",
                    Value::set(["orders.read", "admin"]),
                    Value::set(["orders.read", "orders.write"]),
                ),
                field("access_token_minutes", Value::Int(60), Value::Int(30)),
                field(
                    "description",
                    Value::text("one\ntwo\nthree\nfour\nfive\nsix\n"),
                    Value::text("one\ntwo\nthree\n4\nfive\nsix\n"),
                ),
                field("inline_hook", Value::text("cal1"), Value::Null),
            ],
        )
    };
    let provider = step(
        Action::Create,
        "konnect.dcr_provider.okta-prod",
        vec![
            field(
                "issuer",
                Value::Null,
                Value::Of(address("okta.authorization_server.default"), "issuer"),
            ),
            FieldChange {
                sensitive: true,
                ..field("dcr_token", Value::Null, secret())
            },
            field(
                "labels",
                Value::Null,
                map(&[("env", "prod"), ("team", "pay ments")]),
            ),
        ],
    );
    let strategy = Step {
        requires: vec![address("konnect.dcr_provider.okta-prod")],
        needs: Vec::new(),
        let_go: Vec::new(),
        warnings: vec!["`type` cannot be changed: the object is deleted and made anew".to_owned()],
        blast_radius: BlastRadius {
            by_kind: BTreeMap::from([
                ("konnect.app".to_owned(), 2),
                ("konnect.registration".to_owned(), 3),
            ]),
        },
        ..step(
            Action::Replace,
            "konnect.auth_strategy.okta-oidc",
            vec![
                field(
                    "type",
                    Value::text("key_auth"),
                    Value::text("openid_connect"),
                ),
                FieldChange {
                    sensitive: true,
                    ..field("secret", Value::Null, secret())
                },
                field(
                    "labels",
                    map(&[("env", "dev"), ("old", "x"), ("same", "y")]),
                    map(&[("env", "prod"), ("same", "y"), ("team", "1")]),
                ),
                field(
                    "dcr_provider",
                    Value::Null,
                    Value::Ref(address("konnect.dcr_provider.okta-prod")),
                ),
            ],
        )
    };
    let adopt = Step {
        because: Some(at("mobile")),
        ..step(Action::Adopt, "konnect.app.mobile", Vec::new())
    };
    let delete = Step {
        warnings: vec!["not declared; `prune` is on".to_owned()],
        ..step(Action::Delete, "okta.claim.default/old", Vec::new())
    };
    let bucket = |vendor: &str, bucket: &str, requests| BucketCost {
        vendor: vendor.to_owned(),
        bucket: bucket.to_owned(),
        requests,
    };
    Plan {
        steps: vec![create, update, provider, strategy, adopt, delete],
        notes: vec![Note {
            address: Some(address("konnect.portal.developer-portal")),
            message: "`auto_approve` differs and is ignored until 2027-01-01: trial".to_owned(),
        }],
        refusals: Vec::new(),
        cost: vec![
            bucket("konnect", "/v2", 5),
            bucket("okta", "/api/v1", 3),
            bucket("okta", "/oauth2", 1),
        ],
        ..Plan::default()
    }
}

fn refused() -> Plan {
    Plan {
        refusals: vec![
            Refusal {
                address: Some(address("okta.claim.default/old")),
                kind: RefusalKind::Protected,
                message: "`okta.claim.default/old` must not be deleted: `guard.protect` has `*`"
                    .to_owned(),
            },
            Refusal {
                address: None,
                kind: RefusalKind::TooManyDeletes,
                message: "the plan deletes or replaces 9 objects".to_owned(),
            },
        ],
        ..everything()
    }
}

fn view<'a>(plan: &'a Plan, sources: &'a SourceMap) -> View<'a> {
    View {
        plan,
        sources,
        document: "payments",
        digest: "d1",
        observed_at: "2026-11-23T12:00:00Z",
        seconds: Some(4),
    }
}

#[test]
fn text_shows_each_action_and_each_value() {
    insta::assert_snapshot!(text(&view(&everything(), &sources()), false));
}

#[test]
fn text_of_a_refused_plan_says_why() {
    let plan = Plan {
        steps: Vec::new(),
        cost: Vec::new(),
        notes: Vec::new(),
        ..refused()
    };
    insta::assert_snapshot!(text(&view(&plan, &sources()), false), @r"
    Refused
      `okta.claim.default/old` must not be deleted: `guard.protect` has `*`
      the plan deletes or replaces 9 objects

    Nothing can be applied, for 2 reasons above.
    ");
    let shown = text(&view(&refused(), &sources()), false);
    assert!(shown.ends_with("It cannot be applied, for 2 reasons above.\n"));
}

#[test]
fn an_empty_plan_is_one_sentence() {
    let plan = Plan::default();
    let sources = sources();
    let shown = text(&view(&plan, &sources), false);
    assert_eq!(
        shown,
        "No changes. Okta and Konnect are as the document says.\n"
    );
    assert!(github(&view(&plan, &sources)).is_empty());
}

#[test]
fn colours_change_nothing_but_colours() {
    let (plan, sources) = (refused(), sources());
    let coloured = text(&view(&plan, &sources), true);
    assert!(coloured.contains("\u{1b}[32m"));
    let stripped = anstream::adapter::strip_str(&coloured).to_string();
    assert_eq!(stripped, text(&view(&plan, &sources), false));
}

#[test]
fn json_is_as_its_schema_says() {
    let schema = json_schema();
    let mut schemas = boon::Schemas::new();
    let mut compiler = boon::Compiler::new();
    compiler.add_resource("plan.json", schema).unwrap();
    let schema = compiler.compile("plan.json", &mut schemas).unwrap();
    for plan in [Plan::default(), everything(), refused()] {
        let shown = json(&view(&plan, &sources()));
        if let Err(error) = schemas.validate(&shown, schema) {
            panic!("{error}\n{shown:#}");
        }
    }
    let mut wrong = json(&view(&everything(), &sources()));
    wrong["steps"][0]["action"] = "explode".into();
    assert!(schemas.validate(&wrong, schema).is_err());
}

#[test]
fn the_schema_in_the_tree_is_this_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/plan.schema.json");
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    let fresh = serde_json::to_string_pretty(&json_schema()).unwrap() + "\n";
    assert!(
        kept == fresh,
        "run `cargo run -- schema --plan > schema/plan.schema.json`"
    );
}

#[test]
fn json_tells_place_cost_and_radius() {
    let shown = json(&view(&everything(), &sources()));
    assert_eq!(shown["format"], 1);
    assert_eq!(
        shown["steps"][0]["because"],
        serde_json::json!({ "file": "examples/x.yaml", "line": 3, "column": 5 })
    );
    assert_eq!(shown["steps"][3]["blast_radius"]["konnect.app"], 2);
    assert_eq!(shown["cost"]["requests"][1]["requests"], 3);
    assert_eq!(shown["cost"]["seconds"], 4);
    assert_eq!(
        shown["steps"][2]["fields"][1],
        serde_json::json!({ "name": "dcr_token", "old": null, "new": null, "sensitive": true })
    );
}

#[test]
fn markdown_fits_a_review() {
    insta::assert_snapshot!(markdown(&view(&refused(), &sources())));
}

#[test]
fn github_annotates_the_lines() {
    insta::assert_snapshot!(github(&view(&refused(), &sources())));
}

#[test]
fn a_large_plan_is_cut_with_a_word() {
    let steps = (0..5_000).map(|number| {
        step(
            Action::Create,
            &format!("okta.scope.default/scope-{number}"),
            vec![field(
                "description",
                Value::Null,
                Value::text("ü".repeat(80)),
            )],
        )
    });
    let plan = Plan {
        steps: steps.collect(),
        ..refused()
    };
    let shown = markdown(&view(&plan, &sources()));
    let length = shown.chars().count();
    assert!(length <= MAX_MARKDOWN, "{length}");
    assert!(length > MAX_MARKDOWN / 2, "{length}");
    assert!(shown.contains(" more, left out for the size"));
    assert!(shown.contains("5000 to create"));
    assert_eq!(
        shown.matches("<details").count(),
        shown.matches("</details>").count()
    );
    // no more than GitHub shows
    assert_eq!(
        github(&view(&plan, &sources())).matches("::notice").count(),
        10
    );
}

#[test]
fn no_form_shows_a_secret() {
    let reference = Value::Secret(SecretRef::Sops("canary.path".to_owned()));
    let mut plan = everything();
    plan.steps[0]
        .fields
        .push(field("plain", Value::text("canary-old"), reference.clone()));
    plan.steps[1].fields.push(FieldChange {
        sensitive: true,
        ..field(
            "mistaken",
            Value::text("canary-a\nb"),
            Value::text("canary-b"),
        )
    });
    plan.steps[1]
        .fields
        .push(field("nested", Value::Null, Value::List(vec![reference])));
    let sources = sources();
    let view = view(&plan, &sources);
    for shown in [
        text(&view, true),
        json(&view).to_string(),
        markdown(&view),
        github(&view),
    ] {
        assert!(!shown.contains("canary"), "{shown}");
    }
}

#[test]
fn names_cannot_break_out() {
    let evil = "x\u{1b}]0;owned\u{7}\n::error::fake\n```\n</details>@team<script>";
    let mut plan = Plan {
        steps: vec![Step {
            warnings: vec![evil.to_owned()],
            ..step(
                Action::Update,
                &format!("okta.scope.{evil}"),
                vec![
                    field("description", Value::text(evil), Value::text("plain")),
                    field(
                        "long",
                        Value::text(format!("{evil}\nmore")),
                        Value::text("y\n"),
                    ),
                    field("labels", map(&[(evil, "a")]), map(&[])),
                ],
            )
        }],
        ..Plan::default()
    };
    plan.notes.push(Note {
        address: None,
        message: evil.to_owned(),
    });
    let sources = sources();
    let view = view(&plan, &sources);
    let shown = text(&view, false);
    assert!(!shown.contains(['\u{1b}', '\u{7}']));

    // one command per line, and none that we did not begin
    let commands = github(&view);
    assert_eq!(commands.lines().count(), 2);
    assert!(
        commands
            .lines()
            .all(|line| { line.starts_with("::notice ") || line.starts_with("::warning ") })
    );

    // whatever fence a block opens with, no line within is a fence of that length
    let shown = markdown(&view);
    let mut fence: Option<usize> = None;
    let mut outside = String::new();
    for line in shown.lines() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        match fence {
            None if ticks >= 3 => fence = Some(ticks),
            Some(length) if ticks >= length && line.trim_start_matches('`').trim().is_empty() => {
                fence = None;
            }
            None => outside.push_str(line),
            Some(_) => {}
        }
    }
    assert_eq!(fence, None);
    assert!(!outside.contains("script") && !outside.contains("@team"));
}

#[test]
fn a_property_cannot_end_early() {
    let place = Location {
        file: "a,b:c%.yaml".to_owned(),
        line: 2,
        column: 7,
    };
    assert_eq!(
        annotation(
            Notice::Error,
            Some(&place),
            "a: b",
            "100%\r\nsure: yes, it is"
        ),
        "::error file=a%2Cb%3Ac%25.yaml,line=2,col=7,title=a%3A b::100%25%0D%0Asure: yes, it is"
    );
}
