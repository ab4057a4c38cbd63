use super::layers::layers;
use super::nodes::{Node, of_kinds};
use crate::status::{ObjectState, ObjectStatus};

fn node(needs: &[usize]) -> Node {
    Node {
        title: String::new(),
        below: String::new(),
        whole: String::new(),
        state: ObjectState::InSync,
        needs: needs.to_vec(),
    }
}

#[test]
fn each_stands_right_of_all_that_it_needs() {
    // 3 needs 0 and 2, which needs 1
    let nodes = [node(&[]), node(&[]), node(&[1]), node(&[0, 2]), node(&[0])];
    assert_eq!(layers(&nodes), [vec![0, 1], vec![4, 2], vec![3]]);
}

#[test]
fn a_circle_ends() {
    let nodes = [node(&[2]), node(&[0]), node(&[1])];
    assert_eq!(layers(&nodes).concat().len(), 3);
}

#[test]
fn a_kind_shows_its_worst_state_and_needs_other_kinds_only() {
    let object = |address: &str, state, needs: &[&str]| ObjectStatus {
        address: address.parse().unwrap(),
        state,
        needs: needs.iter().map(|it| it.parse().unwrap()).collect(),
    };
    let nodes = of_kinds(&[
        object("okta.policy.default/a", ObjectState::InSync, &[]),
        object(
            "okta.scope.default/a",
            ObjectState::InSync,
            &["okta.policy.default/a"],
        ),
        object(
            "okta.scope.default/b",
            ObjectState::Missing,
            &["okta.scope.default/a"],
        ),
        object("okta.scope.default/c", ObjectState::Drifted, &[]),
    ]);
    let [policies, scopes] = &nodes[..] else {
        panic!("two kinds make two boxes");
    };
    assert_eq!(policies.title, "1 policy");
    assert_eq!(policies.below, "all in sync");
    assert_eq!(scopes.title, "3 scopes");
    assert_eq!(scopes.state, ObjectState::Missing);
    assert_eq!(scopes.below, "1 missing, 1 drifted");
    assert_eq!(scopes.needs, [0]);
}
