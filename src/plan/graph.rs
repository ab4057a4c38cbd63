use std::collections::{HashMap, HashSet};

use super::{Action, Step};
use crate::base::Address;

/// One half of a step: a replace removes first and makes later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Phase {
    /// The live object is deleted.
    Remove,
    /// The object is created, adopted or updated.
    Make,
}

/// One node of the dependency graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// The step, by its place in the plan.
    pub step: usize,
    /// Which half of it.
    pub phase: Phase,
    /// The nodes that come first, by their place in the graph.
    pub requires: Vec<usize>,
}

/// Builds the dependency graph of a plan's steps; there is no barrier but these edges.
///
/// Makes wait for the makes of what they need; removes wait until all that hang on the object are
/// removed or let go of it; the make of a replace waits for its remove.
pub fn graph(steps: &[Step]) -> Vec<Node> {
    let mut nodes: Vec<Node> = Vec::new();
    let mut place: HashMap<(&Address, Phase), usize> = HashMap::new();
    for (step, data) in steps.iter().enumerate() {
        for phase in phases(data.action) {
            place.insert((&data.address, *phase), nodes.len());
            nodes.push(Node {
                step,
                phase: *phase,
                requires: Vec::new(),
            });
        }
    }
    let mut edges: Vec<(usize, usize)> = Vec::new();
    for step in steps {
        let make = place.get(&(&step.address, Phase::Make));
        let remove = place.get(&(&step.address, Phase::Remove));
        if let (Some(make), Some(remove)) = (make, remove) {
            edges.push((*make, *remove));
        }
        for needed in &step.needs {
            if let (Some(make), Some(first)) = (make, place.get(&(needed, Phase::Make))) {
                edges.push((*make, *first));
            }
        }
        for holder in &step.let_go {
            let first = place
                .get(&(holder, Phase::Remove))
                .or_else(|| place.get(&(holder, Phase::Make)));
            if let (Some(remove), Some(first)) = (remove, first) {
                edges.push((*remove, *first));
            }
        }
    }
    let mut known = HashSet::with_capacity(edges.len());
    for (node, needed) in edges {
        if known.insert((node, needed))
            && let Some(node) = nodes.get_mut(node)
        {
            node.requires.push(needed);
        }
    }
    nodes
}

fn phases(action: Action) -> &'static [Phase] {
    match action {
        Action::Create | Action::Adopt | Action::Update => &[Phase::Make],
        Action::Delete => &[Phase::Remove],
        Action::Replace => &[Phase::Remove, Phase::Make],
    }
}
