//! Which node comes next: the plan's order, what waits, what only one may hold, what is lost.

use std::sync::Arc;
use std::sync::Mutex;

use crate::base::{Address, KindName};
use crate::engine::board::Board;
use crate::engine::{Outcome, Progress};
use crate::kinds::KindError;
use crate::plan::{Action, BlastRadius, Node, Phase, Step};

const KIND: KindName = KindName::new("okta.scope");

/// Remembers what it was told.
#[derive(Default)]
struct Heard(Mutex<Vec<String>>);

impl Progress for Heard {
    fn started(&self, _: &Address, _: Action) {}

    fn ended(&self, address: &Address, _: Action, outcome: &Outcome) {
        let word = match outcome {
            Outcome::Done => "done",
            Outcome::Failed(_) => "failed",
            Outcome::Blocked(_) => "blocked",
            Outcome::Skipped => "skipped",
        };
        let mut heard = self.0.lock().unwrap();
        heard.push(format!("{} {word}", address.key()));
    }
}

fn step(name: &str) -> Step {
    Step {
        address: KIND.at(name),
        action: Action::Create,
        fields: Vec::new(),
        requires: Vec::new(),
        needs: Vec::new(),
        let_go: Vec::new(),
        because: None,
        blast_radius: BlastRadius::default(),
        warnings: Vec::new(),
        observed: "absent".to_owned(),
    }
}

/// One node for each list of nodes that come first.
fn nodes(requires: &[&[usize]]) -> (Vec<Step>, Vec<Node>) {
    let nodes = requires.iter().enumerate().map(|(step, requires)| Node {
        step,
        phase: Phase::Make,
        requires: requires.to_vec(),
    });
    let steps = (0..requires.len()).map(|at| step(&format!("s{at}")));
    (steps.collect(), nodes.collect())
}

fn error() -> Arc<KindError> {
    Arc::new(KindError::Missing {
        address: KIND.at("x"),
        needed: "nothing".to_owned(),
    })
}

fn all(board: &mut Board<'_>) -> Vec<usize> {
    std::iter::from_fn(|| board.take()).collect()
}

#[test]
fn what_waits_for_nothing_comes_in_the_plans_order() {
    let (steps, nodes) = nodes(&[&[], &[0], &[], &[0, 2]]);
    let heard = Heard::default();
    let mut board = Board::new(&nodes, &steps, |_| None);
    assert_eq!(all(&mut board), [0, 2]);
    board.end(2, None, &heard);
    assert_eq!(all(&mut board), [0; 0]);
    board.end(0, None, &heard);
    assert_eq!(all(&mut board), [1, 3]);
}

#[test]
fn only_one_holds_a_lock_and_the_next_in_order_follows() {
    let (steps, nodes) = nodes(&[&[], &[], &[], &[], &[]]);
    let heard = Heard::default();
    // the last one needs no lock
    let lock = |step: &Step| (step.address.key() != "s4").then(|| KIND.at("lock"));
    let mut board = Board::new(&nodes, &steps, lock);
    assert_eq!(all(&mut board), [0, 4]);
    board.end(4, None, &heard);
    assert_eq!(all(&mut board), [0; 0]);
    for at in 0..3 {
        board.end(at, None, &heard);
        assert_eq!(all(&mut board), [at + 1]);
    }
    board.end(3, None, &heard);
    assert_eq!(all(&mut board), [0; 0]);
}

#[test]
fn a_lock_goes_on_past_one_that_was_blocked_meanwhile() {
    // 1 and 2 wait for the lock that 0 holds; 1 is lost with 3, which it does not wait for yet
    let (mut steps, mut nodes) = nodes(&[&[], &[], &[], &[]]);
    nodes.push(Node {
        step: 1,
        phase: Phase::Remove,
        requires: vec![],
    });
    steps[1].action = Action::Replace;
    let heard = Heard::default();
    let lock = |step: &Step| (step.address.key() != "s3").then(|| KIND.at("lock"));
    let mut board = Board::new(&nodes, &steps, lock);
    assert_eq!(all(&mut board), [0, 3]);
    board.end(0, None, &heard);
    // 1 has its turn now, but before it is taken, something that it belongs to fails
    board.end(4, Some(error()), &heard);
    assert_eq!(all(&mut board), [2]);
}

#[test]
fn all_that_waited_for_a_failed_one_is_blocked_and_others_go_on() {
    let (steps, nodes) = nodes(&[&[], &[0], &[1], &[]]);
    let heard = Heard::default();
    let mut board = Board::new(&nodes, &steps, |_| None);
    assert_eq!(all(&mut board), [0, 3]);
    board.end(0, Some(error()), &heard);
    assert_eq!(all(&mut board), [0; 0]);
    let outcomes = board.outcomes(&heard);
    assert!(matches!(&outcomes[2].2, Outcome::Blocked(by) if by.key() == "s0"));
    assert_eq!(
        *heard.0.lock().unwrap(),
        ["s0 failed", "s1 blocked", "s2 blocked", "s3 skipped"]
    );
}

#[test]
fn a_step_is_done_when_both_halves_are() {
    let steps = vec![step("s0")];
    let half = |phase, requires| Node {
        step: 0,
        phase,
        requires,
    };
    let nodes = [half(Phase::Remove, vec![]), half(Phase::Make, vec![0])];
    let heard = Heard::default();
    let mut board = Board::new(&nodes, &steps, |_| None);
    assert_eq!(all(&mut board), [0]);
    board.end(0, None, &heard);
    assert_eq!(heard.0.lock().unwrap().len(), 0);
    assert_eq!(all(&mut board), [1]);
    board.end(1, None, &heard);
    assert_eq!(*heard.0.lock().unwrap(), ["s0 done"]);
}
