//! Who refers to whom, within one workspace.
//!
//! In come all definitions that stand and what their files name; out goes a graph that is asked in both directions. Pure, and
//! the same in whatever order its parts came: nodes are sorted, and a name belongs to whoever won it.

use super::targets::Targets;
use crate::model::{DefinitionId, Kind, Reference, ReferenceKind, RepositoryId};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A definition, as far as others can name it. The order of the fields is the order in which nodes are shown.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Node {
    pub kind: Kind,
    pub name: String,
    pub path: String,
    pub repository: Option<RepositoryId>,
    pub id: DefinitionId,
    /// It lost its name to another one, so that only its path leads here.
    pub nameless: bool,
}

/// From one definition to another, for all the reasons that there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Position in [`Graph::nodes`].
    pub to: usize,
    pub kinds: BTreeSet<ReferenceKind>,
    /// The first line that says so.
    pub line: u32,
}

/// What is named outright and is not there. A mention or a call may mean something else, and is never missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Position in [`Graph::nodes`].
    pub from: usize,
    pub reference: Reference,
}

#[derive(Clone, Debug, Default)]
pub struct Graph {
    nodes: Vec<Node>,
    places: HashMap<DefinitionId, usize>,
    uses: Vec<Vec<Edge>>,
    used_by: Vec<Vec<Edge>>,
    missing: Vec<Missing>,
}

/// Which way to follow the edges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// What a definition needs.
    Dependencies,
    /// What a change of it affects.
    Dependents,
}

impl Graph {
    /// `said` are the references of each definition; of definitions that are not among the nodes they are passed over.
    pub fn new(mut nodes: Vec<Node>, said: &HashMap<DefinitionId, Vec<Reference>>) -> Self {
        nodes.sort_unstable();
        let places = nodes.iter().enumerate().map(|(place, node)| (node.id.clone(), place)).collect();
        let targets = Targets::of(&nodes);
        let mut missing = Vec::new();
        let mut uses = Vec::with_capacity(nodes.len());
        for (from, node) in nodes.iter().enumerate() {
            let references = said.get(&node.id).map_or(&[][..], Vec::as_slice);
            let mut edges: BTreeMap<usize, Edge> = BTreeMap::new();
            for reference in references {
                match targets.find(node, reference) {
                    Some(to) if to == from => {}
                    Some(to) => {
                        let edge = edges.entry(to).or_insert_with(|| Edge::new(to, reference.line));
                        edge.kinds.insert(reference.kind);
                        edge.line = edge.line.min(reference.line);
                    }
                    None if is_meant(reference.kind) => missing.push(Missing { from, reference: reference.clone() }),
                    None => {}
                }
            }
            uses.push(edges.into_values().collect());
        }
        let used_by = turned_round(&uses);
        Self { nodes, places, uses, used_by, missing }
    }

    /// Sorted by kind, name and path.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    pub fn place_of(&self, id: &DefinitionId) -> Option<usize> {
        self.places.get(id).copied()
    }

    /// The edges of a node; of one that is not there, none.
    pub fn edges(&self, node: usize, direction: Direction) -> &[Edge] {
        let edges = match direction {
            Direction::Dependencies => &self.uses,
            Direction::Dependents => &self.used_by,
        };
        edges.get(node).map_or(&[], Vec::as_slice)
    }

    pub fn missing(&self) -> &[Missing] {
        &self.missing
    }
}

impl Edge {
    fn new(to: usize, line: u32) -> Self {
        Self { to, kinds: BTreeSet::new(), line }
    }
}

fn is_meant(kind: ReferenceKind) -> bool {
    matches!(kind, ReferenceKind::Explicit | ReferenceKind::Link)
}

fn turned_round(uses: &[Vec<Edge>]) -> Vec<Vec<Edge>> {
    let mut used_by: Vec<Vec<Edge>> = vec![Vec::new(); uses.len()];
    for (from, edges) in uses.iter().enumerate() {
        for edge in edges {
            if let Some(users) = used_by.get_mut(edge.to) {
                users.push(Edge { to: from, ..edge.clone() });
            }
        }
    }
    used_by
}

#[cfg(test)]
mod tests;
