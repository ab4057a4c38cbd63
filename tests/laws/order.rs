//! Priorities: whatever numbers the vendor makes of them, the declared order comes out in one run.

use std::fmt::Write as _;

use crate::world::World;

/// Policies in this order, far apart and with a text, and rules of the first in the same order.
fn document(names: &[&str], text: &str) -> String {
    let mut body = "okta:\n  authorization_servers:\n    default:\n      policies:\n".to_owned();
    for (at, name) in names.iter().enumerate() {
        let priority = (at + 1) * 10;
        let _ = writeln!(
            body,
            "        {name}: {{ clients: all, priority: {priority}, description: {text} }}"
        );
    }
    body.push_str("        with rules:\n          clients: all\n          rules:\n");
    for (at, name) in names.iter().enumerate() {
        let priority = at + 1;
        let _ = writeln!(
            body,
            "            {name}: {{ grant_types: [client_credentials], scopes: [\"*\"], priority: {priority}, active: {} }}",
            text == "one"
        );
    }
    body
}

/// The names of these as the vendor has them, in the vendor's order.
async fn live(world: &World, collection: &str, names: &[&str]) -> Vec<String> {
    let dump = world.dump().await;
    let mut found: Vec<(i64, String)> = dump
        .of(collection)
        .iter()
        .filter_map(|object| {
            let name = object["name"].as_str()?;
            let number = object["priority"].as_i64()?;
            names.contains(&name).then(|| (number, name.to_owned()))
        })
        .collect();
    found.sort();
    found.into_iter().map(|(_, name)| name).collect()
}

#[tokio::test]
async fn the_declared_order_comes_out_of_any_other() {
    let orders: [&[&str]; 9] = [
        &["a", "b", "c", "d"],
        &["d", "c", "b", "a"],
        &["b", "a", "d", "c"],
        &["d", "a", "b", "c"],
        &["b", "c", "d", "a"],
        &["e", "a", "c", "b", "d"],
        &["c", "e", "a"],
        &["a", "f", "e", "g", "c"],
        &["g", "f", "e", "c", "a"],
    ];
    let mut world = World::settled(&document(orders[0], "one")).await;
    for (at, order) in orders.iter().enumerate() {
        // every other time a text changes too, which writes all of them
        let text = if at % 2 == 0 { "one" } else { "two" };
        world.says(&document(order, text));
        world.converge().await;
        world.is_settled().await;
        for collection in ["okta default policies", "okta default rules"] {
            assert_eq!(
                live(&world, collection, order).await,
                *order,
                "{collection}"
            );
        }
    }
}

#[tokio::test]
async fn only_what_stands_wrong_is_moved() {
    let mut world = World::settled(&document(&["a", "b", "c", "d"], "one")).await;
    world.says(&document(&["d", "a", "b", "c"], "one"));
    let before = world.last();
    let planned = world.plan().await;
    let moved: Vec<&str> = planned
        .plan
        .steps
        .iter()
        .map(|step| step.address.as_str())
        .collect();
    assert_eq!(
        moved,
        [
            "okta.policy.default/d",
            "okta.policy_rule.default/with rules/d"
        ]
    );
    world.converge().await;
    assert_eq!(world.writes_since(before).len(), 2);
}
