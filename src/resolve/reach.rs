//! All that a definition needs, or that needs it, near and far.

use super::graph::{Direction, Graph};
use crate::model::ReferenceKind;
use std::collections::{BTreeSet, VecDeque};

/// A node that is reached from another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// Position in [`Graph::nodes`].
    pub node: usize,
    /// Edges on the shortest way; 1 is a direct one.
    pub depth: u32,
    /// The kinds of reference on the last step of a shortest way.
    pub kinds: BTreeSet<ReferenceKind>,
    /// The line of that step's first reference, in the file that refers.
    pub line: u32,
}

impl Graph {
    /// Nearest first, each once, without the node itself. No further than `depth` edges.
    pub fn reach(&self, start: usize, direction: Direction, depth: u32) -> Vec<Reached> {
        let mut seen = vec![false; self.nodes().len()];
        if let Some(seen) = seen.get_mut(start) {
            *seen = true;
        }
        let mut reached = Vec::new();
        let mut waiting = VecDeque::from([(start, 0)]);
        while let Some((node, steps)) = waiting.pop_front() {
            if steps == depth {
                continue;
            }
            for edge in self.edges(node, direction) {
                let Some(known) = seen.get_mut(edge.to).filter(|known| !**known) else {
                    continue;
                };
                *known = true;
                waiting.push_back((edge.to, steps + 1));
                reached.push(Reached { node: edge.to, depth: steps + 1, kinds: edge.kinds.clone(), line: edge.line });
            }
        }
        reached
    }
}
