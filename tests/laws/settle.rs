//! What was applied stays applied, and nothing is done twice.

use crate::kinds::examples;
use crate::world::World;

#[tokio::test]
async fn after_an_apply_nothing_is_left() {
    for (kind, example) in examples() {
        println!("{kind}");
        let world = World::settled(example).await;
        let before = world.last();
        world.is_settled().await;
        assert_eq!(world.writes_since(before), Vec::<String>::new(), "{kind}");
        world.verifies().await;
    }
}

#[tokio::test]
async fn applying_twice_is_applying_once() {
    for (kind, example) in examples() {
        println!("{kind}");
        let world = World::settled(example).await;
        let once = world.dump().await;
        world.converge().await;
        assert_eq!(world.dump().await, once, "{kind}");
    }
}
