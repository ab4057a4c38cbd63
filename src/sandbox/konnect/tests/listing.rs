use serde_json::{Value, json};

use super::world::World;

async fn names(world: &World, path: &str) -> Vec<String> {
    let list = world.admin("GET", path, Value::Null).await.with(200);
    let items = list["data"].as_array().unwrap().iter();
    items
        .map(|item| item["name"].as_str().unwrap().to_owned())
        .collect()
}

async fn with_apis(names: &[&str]) -> World {
    let world = World::start().await;
    for name in names {
        let body = json!({ "name": name, "labels": { "team": format!("t-{name}") } });
        let _ = world.admin("POST", "/v3/apis", body).await.with(201);
    }
    world
}

#[tokio::test]
async fn pages_are_cut_and_counted() {
    let world = with_apis(&["a", "b", "c", "d"]).await;
    let path = "/v3/apis?page[size]=2&page[number]=3&sort=name";
    let page = world.admin("GET", path, Value::Null).await.with(200);
    assert_eq!(page["data"][0]["name"], "orders");
    assert_eq!(page["data"].as_array().unwrap().len(), 1);
    assert_eq!(
        page["meta"],
        json!({ "page": { "number": 3, "size": 2, "total": 5 } })
    );
    let path = "/v3/apis?page%5Bsize%5D=2&page%5Bnumber%5D=9";
    let past = world.admin("GET", path, Value::Null).await.with(200);
    assert_eq!(past["data"], json!([]));
    let heard = world.admin("GET", "/v3/apis?page[size]=0&page[number]=x", Value::Null);
    assert_eq!(
        heard.await.invalid(),
        ["page[size]: min", "page[number]: is_integer"]
    );
}

#[tokio::test]
async fn filters_and_sorts_are_those_of_the_contract() {
    let world = with_apis(&["alpha", "beta", "alphabet"]).await;
    let cases = [
        ("filter[name][eq]=beta", vec!["beta"]),
        (
            "filter[name][contains]=alpha&sort=name",
            vec!["alpha", "alphabet"],
        ),
        (
            "filter[name][oeq]=beta,alpha&sort=name desc",
            vec!["beta", "alpha"],
        ),
        (
            "filter[name][neq]=orders&filter[name][contains]=bet&sort=name",
            vec!["alphabet", "beta"],
        ),
        ("filter[labels.team]=t-beta", vec!["beta"]),
    ];
    for (query, wanted) in cases {
        assert_eq!(
            names(&world, &format!("/v3/apis?{query}")).await,
            wanted,
            "{query}"
        );
    }
    for query in [
        "filter[colour]=red",
        "filter=name",
        "filter[name]=beta",
        "filter[id][contains]=a",
        "sort=colour",
        "sort=name up",
    ] {
        let heard = world
            .admin("GET", &format!("/v3/apis?{query}"), Value::Null)
            .await;
        assert_eq!(heard.status, 400, "{query}");
    }
}

/// The one list whose contract declares the short form.
#[tokio::test]
async fn providers_are_found_by_the_short_form_too() {
    let world = World::start().await;
    for name in ["one", "two"] {
        let body = json!({
            "provider_type": "http", "name": name, "issuer": "https://issuer.example.com",
            "dcr_config": { "dcr_base_url": "https://dcr.example.com", "api_key": "0123456789abcdef" },
        });
        let _ = world
            .admin("POST", "/v2/dcr-providers", body)
            .await
            .with(201);
    }
    for query in [
        "filter[name]=two",
        "filter[name][eq]=two",
        "filter[name][contains]=w",
    ] {
        let path = format!("/v2/dcr-providers?{query}");
        assert_eq!(names(&world, &path).await, ["two"], "{query}");
    }
}
