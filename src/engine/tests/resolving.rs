//! Fields that come from other objects, and secrets as fingerprints.

use serde_json::Value as Json;

use super::{GOOD, declared};
use crate::base::{Address, Fingerprint, Value};
use crate::engine::execute::keep_ignored;
use crate::engine::resolve;
use crate::kinds::okta::authorization_server;
use crate::kinds::{Objects, infos};
use crate::plan::{Guard, Live, Plan, PlanInput, World};

const ISSUER: &str = "https://acme.okta.com/oauth2/default";

fn at(text: &str) -> Address {
    text.parse().expect("the tests write addresses right")
}

fn server() -> Live {
    let mut live = Live::new(authorization_server::NAME, "aus1", Json::Null);
    live.fields.insert("name", Value::text("default"));
    live.fields.insert("issuer", Value::text(ISSUER));
    live
}

#[test]
fn an_issuer_is_read_from_the_server_through_the_provider() {
    let declared = declared(GOOD);
    let world = World::link(&infos(), vec![server()], &declared);
    let settled = resolve::fields(&declared, &world);
    for place in [
        "konnect.dcr_provider.okta-prod",
        "konnect.auth_strategy.okta-oidc",
    ] {
        let issuer = settled
            .get(&at(place))
            .map(|desired| desired.field("issuer"));
        assert_eq!(issuer, Some(&Value::text(ISSUER)), "{place}");
    }
}

#[test]
fn what_is_not_known_yet_stays_a_pointer() {
    let declared = declared(GOOD);
    let settled = resolve::fields(&declared, &World::default());
    let strategy = settled.get(&at("konnect.auth_strategy.okta-oidc"));
    let issuer = strategy.map(|desired| desired.field("issuer"));
    assert!(matches!(issuer, Some(Value::Of(_, "issuer"))), "{issuer:?}");
}

#[test]
fn what_became_known_meanwhile_is_filled_in() {
    let declared = declared(GOOD);
    let strategy = declared.get(&at("konnect.auth_strategy.okta-oidc"));
    let strategy = strategy.expect("it is declared");
    let objects = Objects::default();
    objects.insert(at("okta.authorization_server.default"), server());
    let now = resolve::now(strategy, &declared, &objects);
    assert_eq!(now.field("issuer"), &Value::text(ISSUER));
}

#[test]
fn secrets_become_fingerprints() {
    let mut declared = declared(GOOD);
    let provider = at("konnect.dcr_provider.okta-prod");
    let fingerprint = Fingerprint("abc".to_owned());
    let known = [((provider.clone(), "dcr_token"), fingerprint.clone())];
    resolve::fingerprints(&mut declared, &known.into());
    let desired = declared.get(&provider).expect("it is declared");
    assert_eq!(desired.field("dcr_token"), &Value::Fingerprint(fingerprint));
}

#[test]
fn an_ignored_field_is_sent_as_it_is() {
    let text = super::with(&[(
        "{ description: Read orders }",
        "{ description: Read, consent: implicit, \
         ignore: [{ field: description, reason: edited, until: 2027-01-01 }] }",
    )]);
    let declared = declared(&text);
    let address = at("okta.scope.default/orders.read");
    let mut live = Live::new(crate::kinds::okta::scope::NAME, "scp1", Json::Null);
    live.parent = Some("aus1".to_owned());
    live.fields.insert("name", Value::text("orders.read"));
    live.fields.insert("description", Value::text("Edited"));
    live.fields.insert("consent", Value::text("required"));
    let world = World::link(&infos(), vec![server(), live.clone()], &declared);
    for (today, description) in [("2026-12-31", "Edited"), ("2027-01-02", "Read")] {
        let plan = Plan::make(&PlanInput {
            kinds: &infos(),
            declared: &declared,
            world: &world,
            document: "payments",
            guard: &Guard::default(),
            prune: &[],
            take_over: false,
            today,
        });
        let step = plan.step(&address).expect("the consent differs");
        let mut desired = declared.get(&address).expect("it is declared").clone();
        keep_ignored(&mut desired, step, &live);
        assert_eq!(
            desired.field("description"),
            &Value::text(description),
            "{today}"
        );
        assert_eq!(
            desired.field("consent"),
            &Value::text("implicit"),
            "{today}"
        );
    }
}
