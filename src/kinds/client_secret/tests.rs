//! Konnect's ids and Okta's values belong together only where both tell the same.

use super::Issued;
use super::issued::join;
use crate::base::Secret;

fn one(id: &str, value: Option<&str>) -> Issued {
    Issued {
        id: id.to_owned(),
        created: None,
        active: true,
        value: value.map(Secret::new),
    }
}

fn told(issued: Option<Vec<Issued>>) -> Option<Vec<(String, String)>> {
    let pair = |one: Issued| (one.id, one.value.unwrap().expose().to_owned());
    issued.map(|all| all.into_iter().map(pair).collect())
}

#[test]
fn the_same_ids_are_the_same_secrets() {
    let handles = vec![one("b", None), one("a", None)];
    let values = vec![one("a", Some("A")), one("b", Some("B"))];
    let joined = told(join(handles, values)).unwrap();
    assert_eq!(joined, [("a".into(), "A".into()), ("b".into(), "B".into())]);
}

#[test]
fn other_ids_go_by_the_order_of_issue() {
    let handles = vec![one("first", None), one("second", None)];
    let values = vec![one("ocs1", Some("A")), one("ocs2", Some("B"))];
    let joined = told(join(handles, values)).unwrap();
    assert_eq!(
        joined,
        [("first".into(), "A".into()), ("second".into(), "B".into())]
    );
}

#[test]
fn another_number_of_them_is_told_apart_by_nobody() {
    let values = vec![one("ocs1", Some("A")), one("ocs2", Some("B"))];
    assert_eq!(told(join(vec![one("x", None)], values)), None);
}
