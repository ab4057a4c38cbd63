use serde_json::json;

use super::{NAME, wire};
use crate::base::{Fingerprint, Value};
use crate::kinds::workbench::Workbench;
use crate::plan::Owner;

fn recorded() -> serde_json::Value {
    json!({
        "id": "p1", "name": "okta", "display_name": "Okta", "provider_type": "okta",
        "issuer": "https://acme.okta.com/oauth2/default", "dcr_config": {},
        "labels": { "team": "red", "dcrsync-owner": "payments", "dcrsync-secret": "old" },
        "active": true, "created_at": "x", "updated_at": "x",
    })
}

fn bench() -> Workbench {
    let fields = [
        ("name", Value::text("okta")),
        ("type", Value::text("okta")),
        ("display_name", Value::text("New")),
    ];
    Workbench::new(NAME, "okta", fields).secret("dcr_token")
}

#[test]
fn owner_labels_and_fingerprint_are_read_apart() {
    let live = wire::live(recorded());
    assert_eq!(live.owner, Some(Owner::Document("payments".to_owned())));
    let team = [("team".to_owned(), Value::text("red"))];
    assert_eq!(live.field("labels"), &Value::Map(team.into()));
    let print = Value::Fingerprint(Fingerprint("old".to_owned()));
    assert_eq!(live.field("dcr_token"), &print);
    let mut foreign = recorded();
    foreign["labels"] = json!({ "KONGCTL-namespace": "team-a" });
    let owner = wire::live(foreign).owner;
    assert_eq!(owner, Some(Owner::Kongctl("team-a".to_owned())));
}

#[test]
fn a_secret_travels_only_when_it_changed() {
    let live = wire::live(recorded());
    let body = wire::body(&bench().task(), Some(&live)).expect("all is there");
    assert!(!body.to_string().contains("plain"), "{body}");
    assert_eq!(body.get("dcr_config"), None);
    let changed = bench().changes("dcr_token");
    let body = wire::body(&changed.task(), Some(&live)).expect("all is there");
    assert_eq!(body["dcr_config"], json!({ "dcr_token": "plain" }));
    assert_eq!(body["labels"]["dcrsync-secret"], "print");
}

#[test]
fn a_patch_never_carries_the_type() {
    let live = wire::live(recorded());
    let body = wire::body(&bench().task(), Some(&live)).expect("all is there");
    assert_eq!(body.get("provider_type"), None);
    let body = wire::body(&bench().task(), None).expect("all is there");
    assert_eq!(body["provider_type"], "okta");
    assert_eq!(body["dcr_config"], json!({ "dcr_token": "plain" }));
}

#[test]
fn foreign_labels_stay_and_kongctls_mark_goes() {
    let mut json = recorded();
    json["labels"] = json!({ "team": "red", "KONGCTL-namespace": "team-a" });
    let live = wire::live(json);
    let body = wire::body(&bench().task(), Some(&live)).expect("all is there");
    assert_eq!(
        body["labels"],
        json!({
            "team": "red", "KONGCTL-namespace": null,
            "dcrsync-owner": "payments", "dcrsync-secret": "print",
        })
    );
}
