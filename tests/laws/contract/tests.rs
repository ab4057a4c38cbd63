//! The judge itself: it refuses what it should.

use std::panic::{AssertUnwindSafe, catch_unwind};

use dcrsync::sandbox::Vendor;
use serde_json::json;

use super::book::Book;
use super::hearing::Sent;
use crate::world::World;

/// A contract with one of each thing that can be wrong.
const CONTRACT: &str = "
openapi: 3.1.0
components:
  schemas:
    Labels: { type: object, maxProperties: 1, additionalProperties: { type: string, pattern: '^[a-z]+$', nullable: true } }
    Thing:
      type: object
      required: [name]
      additionalProperties: false
      properties:
        id: { type: string, format: uuid, readOnly: true }
        name: { type: string, minLength: 1, maxLength: 5 }
        parent: { type: string, format: uuid, nullable: true }
        labels: { $ref: '#/components/schemas/Labels' }
        open: { type: object, properties: { a: { type: integer } } }
    Animal:
      type: object
      properties: { kind: { type: string } }
      discriminator: { propertyName: kind, mapping: { dog: '#/components/schemas/Dog' } }
    Dog:
      allOf:
        - $ref: '#/components/schemas/Animal'
        - { type: object, required: [barks], properties: { barks: { type: boolean } } }
  requestBodies:
    Thing: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } } }
paths:
  /things:
    get:
      parameters:
        - { name: 'page[size]', in: query, schema: { type: integer } }
        - { name: sort, in: query, required: true, schema: { type: string, enum: [name] } }
        - name: filter
          in: query
          style: deepObject
          schema: { type: object, additionalProperties: false, properties: { name: { type: object, properties: { eq: { type: string } } } } }
    post: { requestBody: { $ref: '#/components/requestBodies/Thing' } }
  /things/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: string, format: uuid } }]
    delete: {}
  /things/last:
    delete: {}
  /animals:
    post: { requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Animal' } } } } }
  /token:
    post:
      requestBody:
        required: true
        content:
          application/x-www-form-urlencoded:
            schema: { type: object, required: [grant_type], properties: { grant_type: { enum: [code] }, ttl: { type: integer } } }
";

const JSON: Option<&str> = Some("application/json");
const ID: &str = "b5c2f1a0-0c8e-4f8e-8d9a-3f2e1d0c9b8a";

fn judged(request: &str, content_type: Option<&str>, body: &str) -> (Option<String>, String) {
    let book = Book::of(&[(Vendor::Konnect, CONTRACT.to_owned())]);
    let (method, path) = request.split_once(' ').unwrap();
    let verdict = book.judge(&Sent {
        vendor: Vendor::Konnect,
        method: method.to_owned(),
        path: path.to_owned(),
        content_type: content_type.map(str::to_owned),
        body: body.as_bytes().to_owned(),
    });
    (verdict.operation, verdict.faults.join("\n"))
}

#[track_caller]
fn good(request: &str, content_type: Option<&str>, body: &str) {
    assert_eq!(
        judged(request, content_type, body).1,
        "",
        "{request} {body}"
    );
}

#[track_caller]
fn bad(request: &str, content_type: Option<&str>, body: &str, says: &str) {
    let (_, faults) = judged(request, content_type, body);
    assert!(faults.contains(says), "{request} {body}: {faults:?}");
}

#[test]
fn an_operation_is_found_by_method_and_path_the_plainer_one_first() {
    bad("GET /nothing", None, "", "no contract has this operation");
    bad("PUT /things", None, "", "no contract has this operation");
    bad(
        "DELETE /things/last/",
        None,
        "",
        "no contract has this operation",
    );
    let found = |request| judged(request, None, "").0.unwrap();
    assert_eq!(found("DELETE /things/last"), "konnect DELETE /things/last");
    assert_eq!(
        found(&format!("DELETE /things/{ID}")),
        "konnect DELETE /things/{id}"
    );
}

#[test]
fn parameters_are_known_valid_and_there() {
    good(
        "GET /things?sort=name&page%5Bsize%5D=100&filter[name][eq]=x",
        None,
        "",
    );
    bad("GET /things", None, "", "`sort` is missing");
    bad("GET /things?sort=age", None, "", "`sort` is \"age\"");
    bad(
        "GET /things?sort=name&q=x",
        None,
        "",
        "`q` is not in the contract",
    );
    bad(
        "GET /things?sort=name&page[size]=ten",
        None,
        "",
        "`page[size]` is \"ten\"",
    );
    bad(
        "GET /things?sort=name&filter[age]=1",
        None,
        "",
        "`filter` is",
    );
    bad(
        "GET /things?sort=name&filter=x",
        None,
        "",
        "`filter` is not in the contract",
    );
    bad("DELETE /things/7", None, "", "`id` is \"7\"");
}

#[test]
fn a_body_is_there_where_it_belongs_and_of_a_type_that_is_taken() {
    bad("POST /things", None, "", "the body is missing");
    bad("POST /things", None, "{}", "no content type");
    bad(
        "POST /things",
        Some("text/plain"),
        "x",
        "`text/plain` is not taken",
    );
    bad("POST /things", JSON, "{", "no JSON");
    bad(
        &format!("DELETE /things/{ID}"),
        JSON,
        "{}",
        "where none belongs",
    );
    good(&format!("DELETE /things/{ID}"), None, "");
    good("POST /animals", None, "");
}

#[test]
fn a_body_agrees_with_its_schema() {
    let post = "POST /things";
    good(
        post,
        Some("application/json; charset=utf-8"),
        r#"{"name":"a"}"#,
    );
    good(
        post,
        JSON,
        r#"{"name":"a","parent":null,"labels":{"x":null}}"#,
    );
    bad(post, JSON, "{}", "'name'");
    bad(post, JSON, r#"{"name":7}"#, "/name");
    bad(post, JSON, r#"{"name":null}"#, "/name");
    bad(post, JSON, r#"{"name":"longer"}"#, "/name");
    bad(post, JSON, r#"{"name":"a","nam":"b"}"#, "'nam'");
    bad(post, JSON, r#"{"name":"a","parent":"x"}"#, "/parent");
    bad(
        post,
        JSON,
        r#"{"name":"a","labels":{"x":"A"}}"#,
        "/labels/x",
    );
    bad(
        post,
        JSON,
        r#"{"name":"a","labels":{"x":"a","y":"a"}}"#,
        "/labels",
    );
    let id = format!(r#"{{"name":"a","id":"{ID}"}}"#);
    bad(post, JSON, &id, "`/id` is the vendor's to set");
    // JSON Schema would let it pass
    bad(
        post,
        JSON,
        r#"{"name":"a","open":{"b":1}}"#,
        "`/open/b` is not in the contract",
    );
}

#[test]
fn a_member_says_which_schema_is_meant() {
    good("POST /animals", JSON, r#"{"kind":"dog","barks":true}"#);
    bad("POST /animals", JSON, r#"{"kind":"dog"}"#, "'barks'");
    bad(
        "POST /animals",
        JSON,
        r#"{"kind":"cat"}"#,
        "`cat`, which is no choice",
    );
    bad(
        "POST /animals",
        JSON,
        r#"{"kind":"dog","barks":true,"tail":1}"#,
        "`/tail`",
    );
}

#[test]
fn a_form_is_held_to_its_schema_as_well() {
    let form = Some("application/x-www-form-urlencoded");
    good("POST /token", form, "grant_type=code&ttl=3");
    bad("POST /token", form, "grant_type=magic", "/grant_type");
    bad("POST /token", form, "grant_type=code&ttl=long", "/ttl");
    bad("POST /token", JSON, r#"{"grant_type":"code"}"#, "not taken");
}

/// The vendors' own contracts, if they are there, say no to this.
#[track_caller]
fn refused(vendor: Vendor, request: &str, body: &str, says: &str) {
    let Some(book) = Book::open() else { return };
    let (method, path) = request.split_once(' ').unwrap();
    let verdict = book.judge(&Sent {
        vendor,
        method: method.to_owned(),
        path: path.to_owned(),
        content_type: (!body.is_empty()).then(|| "application/json".to_owned()),
        body: body.as_bytes().to_owned(),
    });
    let faults = verdict.faults.join("\n");
    if says.is_empty() {
        assert_eq!(faults, "", "{request} {body}");
    } else {
        assert!(faults.contains(says), "{request} {body}: {faults:?}");
    }
}

#[test]
fn the_vendors_contracts_refuse_what_they_should() {
    let (konnect, okta) = (Vendor::Konnect, Vendor::Okta);
    let post = "POST /v2/dcr-providers";
    let provider = |config: &str| {
        format!(
            r#"{{"provider_type":"okta","name":"n","issuer":"https://a.okta.com/oauth2/default","dcr_config":{config}}}"#
        )
    };
    refused(konnect, post, &provider(r#"{"dcr_token":"t"}"#), "");
    refused(konnect, post, &provider("{}"), "'dcr_token'");
    refused(
        konnect,
        post,
        &provider(r#"{"dcr_token":"t","more":1}"#),
        "'more'",
    );
    let patch = format!("PATCH /v2/dcr-providers/{ID}");
    // `nullable` means a null type: it removes a label
    refused(konnect, &patch, r#"{"labels":{"team":null}}"#, "");
    refused(
        konnect,
        &patch,
        r#"{"labels":{"team":"a b"}}"#,
        "/labels/team",
    );
    refused(
        konnect,
        &patch,
        r#"{"provider_type":"okta"}"#,
        "'provider_type'",
    );
    refused(
        konnect,
        "GET /v3/apis?page[size]=100&filter[name][eq]=a",
        "",
        "",
    );
    refused(
        konnect,
        "GET /v3/apis?page[limit]=100",
        "",
        "not in the contract",
    );
    refused(
        konnect,
        "GET /v2/portals",
        "",
        "no contract has this operation",
    );
    let scopes = "POST /api/v1/authorizationServers/default/scopes";
    refused(okta, scopes, r#"{"name":"s","consent":"IMPLICIT"}"#, "");
    refused(
        okta,
        scopes,
        r#"{"name":"s","consent":"maybe"}"#,
        "/consent",
    );
    // Okta's schemas are open, so it is the second look that finds a misspelt member
    refused(
        okta,
        scopes,
        r#"{"name":"s","consnet":"IMPLICIT"}"#,
        "`/consnet`",
    );
    let app = r#"{"signOnMode":"OPENID_CONNECT","label":7}"#;
    refused(okta, "POST /api/v1/apps", app, "/label");
}

#[tokio::test]
async fn a_wrong_request_of_ours_ends_the_test_that_sent_it() {
    if Book::open().is_none() {
        return;
    }
    let world = World::new("konnect: { portals: {} }").await;
    let client = reqwest::Client::builder()
        .user_agent("dcrsync/0")
        .no_proxy();
    let url = format!("{}/v3/portals", world.sandbox.origins.konnect);
    let sent = client
        .build()
        .unwrap()
        .post(url)
        .json(&json!({ "nam": "p" }));
    sent.send().await.unwrap();
    let ended = catch_unwind(AssertUnwindSafe(|| drop(world)));
    let why = ended.unwrap_err();
    let why = why.downcast_ref::<String>().unwrap();
    assert!(why.contains("konnect POST /v3/portals: "), "{why}");
    assert!(why.contains("'nam'"), "{why}");
}
