use std::time::Duration;

use axum::http::StatusCode;
use futures_util::StreamExt as _;
use roxmltree::{Document, Node, ParsingOptions};

use super::client::{Client, hostile, open_door, request};
use super::made_up::{self, SHOP};
use crate::status::{Health, Status};
use crate::web::view::address_of;

/// The page as XML, which our own pages are but for what HTML leaves out.
fn parse(page: &str) -> Document<'_> {
    let options = ParsingOptions {
        allow_dtd: true,
        ..ParsingOptions::default()
    };
    Document::parse_with_options(page, options).expect("a page is well-formed")
}

/// HTML's void elements get an end, bare attributes a value.
fn as_xml(page: &str) -> String {
    let mut xml = page.replacen("<!DOCTYPE html>", "", 1);
    for name in ["meta", "link", "input", "br"] {
        let pattern = regex::Regex::new(&format!("<{name}([^>]*)>")).unwrap();
        xml = pattern
            .replace_all(&xml, format!("<{name}$1/>"))
            .into_owned();
    }
    let bare = ["hidden", "defer", "disabled", "data-ask", "data-relative"];
    bare.iter().fold(xml, |xml, name| {
        xml.replace(&format!(" {name}>"), &format!(" {name}=\"\">"))
            .replace(&format!(" {name} "), &format!(" {name}=\"\" "))
    })
}

async fn shop(status: Status) -> String {
    let client = Client::with(status, open_door());
    let answer = client.get("/documents/shop").await;
    assert_eq!(answer.status, StatusCode::OK);
    answer.text
}

/// The texts below an element, joined as a reader hears them.
fn words(node: Node<'_, '_>) -> String {
    let texts = node.descendants().filter(Node::is_text);
    let texts = texts.filter_map(|it| it.text()).map(str::trim);
    texts
        .filter(|it| !it.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn by_id<'a>(document: &'a Document<'_>, id: &str) -> Node<'a, 'a> {
    let found = document
        .descendants()
        .find(|it| it.attribute("id") == Some(id));
    found.unwrap_or_else(|| panic!("nothing has the id `{id}`"))
}

#[tokio::test]
async fn home_shows_each_document() {
    let page = Client::new().get("/").await.text;
    let xml = as_xml(&page);
    let page = parse(&xml);
    let main = words(by_id(&page, "main"));
    for text in [
        "1 document needs a look",
        "shop drifted A vendor is not as the document says.",
        "12 objects · 2 differences",
        "payments in sync",
        "partners standby",
        "okta.claim.default/client_id is gone",
    ] {
        assert!(main.contains(text), "`{text}` is not in\n{main}");
    }
}

#[tokio::test]
async fn a_document_tells_who_changed_what_and_where_it_is_declared() {
    let page = shop(made_up::drifted()).await;
    let xml = as_xml(&page);
    let page = parse(&xml);
    let table = by_id(&page, "differences-table");
    let rows: Vec<String> = table
        .descendants()
        .filter(|it| it.has_tag_name("tr"))
        .skip(1)
        .map(words)
        .collect();
    assert_eq!(
        rows,
        [
            "okta.scope.default/orders.read warning shop.yaml:14 description Read orders changed by hand live \
             Ada Example ada@acme.example from 192.0.2.7 oauth2.scope.updated 12 minutes ago since \
             12 minutes ago , 2 times",
            "okta.claim.default/client_id critical shop.yaml:17 the whole there missing live not known not known \
             since 12 minutes ago",
        ]
    );
    assert!(words(by_id(&page, "plan")).contains("1 to create, 1 to update"));
    let history = words(by_id(&page, "history"));
    assert!(history.contains("to slack #1"), "{history}");
    assert!(history.contains("run: differs"), "{history}");
    let secrets = words(by_id(&page, "secrets"));
    assert!(
        secrets.contains("sops:okta.api_token 41 days in 4 days"),
        "{secrets}"
    );
    assert!(words(by_id(&page, "budgets")).contains("41 50"));
}

#[tokio::test]
async fn a_secret_difference_shows_no_value() {
    let mut status = made_up::drifted();
    let field = &mut status.documents[0].differences[0].fields[0];
    field.sensitive = true;
    let page = shop(status).await;
    let (_, table) = page.split_once("differences-table").unwrap();
    let (table, _) = table.split_once("</table>").unwrap();
    assert!(table.contains("not shown") && !table.contains("changed by hand"));
}

#[tokio::test]
async fn the_picture_has_a_box_for_each_object_or_each_kind() {
    let boxes = |page: &str| page.matches("class=\"box\"").count();
    assert_eq!(boxes(&shop(made_up::drifted()).await), 12);
    assert_eq!(boxes(&shop(made_up::crowd(59)).await), 59);
    let crowd = shop(made_up::crowd(60)).await;
    assert_eq!(boxes(&crowd), 1);
    assert!(crowd.contains("60 scopes"));
    assert_eq!(
        crowd.matches("okta.scope.default/s").count(),
        60,
        "the table has all"
    );
}

/// What comes from others is text wherever it lands, and the page is whole.
#[tokio::test]
async fn names_are_text() {
    let status = hostile();
    let name = status.documents[0].name.clone();
    let client = Client::with(status, open_door());
    for path in ["/", &address_of(&name), "/documents/%3Cscript%3E"] {
        let answer = client.get(path).await;
        assert!(!answer.text.contains("<script>alert"), "{path}");
        assert!(!answer.text.contains("<img"), "{path}");
        parse(&as_xml(&answer.text));
    }
    let page = client.get(&address_of(&name)).await;
    assert_eq!(page.status, StatusCode::OK);
}

/// The policy forbids both, so they would not work.
#[tokio::test]
async fn nothing_is_inline_and_nothing_is_elsewhere() {
    for path in ["/", "/documents/shop"] {
        let page = Client::new().get(path).await.text;
        let xml = as_xml(&page);
        for node in parse(&xml).descendants().filter(Node::is_element) {
            assert!(!node.has_tag_name("style"), "{path}");
            assert!(
                !node.has_tag_name("script") || words(node).is_empty(),
                "{path}"
            );
            for attribute in node.attributes() {
                assert_ne!(attribute.name(), "style", "{path}");
                assert!(
                    !attribute.name().starts_with("on"),
                    "{path}: {}",
                    attribute.name()
                );
                if ["href", "src", "action"].contains(&attribute.name()) {
                    let target = attribute.value();
                    let is_here = target.is_empty()
                        || target == "data:,"
                        || target.starts_with('#')
                        || (target.starts_with('/') && !target.starts_with("//"));
                    assert!(is_here, "{path} leads to {target}");
                }
            }
        }
    }
}

#[tokio::test]
async fn assets_are_named_for_what_they_hold() {
    let client = Client::new();
    let page = client.get("/").await.text;
    let ids = regex::Regex::new("page-[0-9a-f]{12}").unwrap();
    for (begin, kind) in [
        ("href=\"/assets/", "text/css"),
        ("src=\"/assets/", "text/javascript"),
    ] {
        let (_, rest) = page.split_once(begin).unwrap();
        let (name, _) = rest.split_once('"').unwrap();
        let answer = client.get(&format!("/assets/{name}")).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert!(
            answer.headers["content-type"]
                .to_str()
                .unwrap()
                .starts_with(kind)
        );
        assert!(
            answer.headers["cache-control"]
                .to_str()
                .unwrap()
                .contains("immutable")
        );
        assert!(ids.is_match(name));
        assert!(!answer.text.contains("http://") && !answer.text.contains("https://"));
    }
}

#[tokio::test]
async fn the_api_answers_what_its_schema_says() {
    let text = Client::new().get("/api/v1/status").await.text;
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut schemas = boon::Schemas::new();
    let mut compiler = boon::Compiler::new();
    let schema = crate::status::schema();
    compiler.add_resource("status.json", schema).unwrap();
    let index = compiler.compile("status.json", &mut schemas).unwrap();
    schemas
        .validate(&value, index)
        .map_err(|it| it.to_string())
        .unwrap();
    assert_eq!(value["documents"][0]["name"], SHOP);
    assert_eq!(value["documents"][0]["history"][1]["kind"], "alerted");
}

#[tokio::test]
async fn a_change_is_told_once_and_a_burst_too() {
    let client = Client::new();
    let response = client.raw(request("GET", "/events", &[], "")).await;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut stream = response.into_body().into_data_stream();
    let mut next = async || {
        let bytes = tokio::time::timeout(Duration::from_secs(1), stream.next()).await;
        bytes.map(|it| it.map(|it| String::from_utf8(it.unwrap().to_vec()).unwrap()))
    };
    let first = next().await.unwrap().unwrap();
    let page = client.get("/documents/shop").await.text;
    let (_, version) = page.split_once("data-version=\"").unwrap();
    let (version, _) = version.split_once('"').unwrap();
    assert!(
        first.contains(&format!("data: {version}\n")),
        "{first} {version}"
    );

    client.status.send_modify(|_| ());
    assert!(next().await.is_err(), "the same status is no news");

    for health in [Health::Failed, Health::Refused, Health::Fighting] {
        let mut status = made_up::in_sync();
        status.documents[0].health = health;
        client.status.send_replace(made_up::shared(status));
    }
    let second = next().await.unwrap().unwrap();
    assert_ne!(first, second);
    assert!(next().await.is_err(), "a burst is one message");

    client.closing.send_replace(true);
    assert_eq!(next().await, Ok(None), "it ends with the process");
}

#[tokio::test]
async fn too_many_streams_are_refused_until_one_ends() {
    let client = Client::new();
    let events = || client.raw(request("GET", "/events", &[], ""));
    let mut open = Vec::new();
    for _ in 0..128 {
        open.push(events().await);
    }
    let refused = events().await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(refused.headers().contains_key("retry-after"));
    open.pop();
    assert_eq!(events().await.status(), StatusCode::OK);
}
