//! Who refers to whom, within one workspace.
//!
//! In come the definitions that stand and the links between them; out goes a graph that is asked in both directions. The same
//! in whatever order its parts came.

use super::names::Claimant;
use crate::model::{DefinitionId, Kind, ReferenceKind, RepositoryId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A definition, as far as others can name it. The order of the fields is the order in which nodes are shown.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Node {
    pub kind: Kind,
    pub name: String,
    pub path: String,
    pub repository: Option<RepositoryId>,
    pub id: DefinitionId,
    pub called: Called,
}

/// What leads to a definition, besides its path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Called {
    ByName,
    /// Its file is broken: the name that the file has by its path. The name that it has kept from its last good text is
    /// whatever pushes happened to be seen; what good files mean must depend on git alone.
    ByFile(String),
    /// Nothing: it lost its name to another one.
    ByPath,
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

#[derive(Clone, Debug, Default)]
pub struct Graph {
    nodes: Vec<Node>,
    places: HashMap<DefinitionId, usize>,
    uses: Vec<Vec<Edge>>,
    used_by: Vec<Vec<Edge>>,
}

/// Which way to follow the edges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// What a definition needs.
    Dependencies,
    /// What a change of it affects.
    Dependents,
}

/// A reference whose target is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    pub from: DefinitionId,
    pub to: DefinitionId,
    pub kind: ReferenceKind,
    pub line: u32,
}

impl Node {
    /// What it brings forward where several claim one name.
    pub fn claimant(&self) -> Claimant {
        Claimant {
            broken: matches!(self.called, Called::ByFile(_)),
            imported: self.repository.is_none(),
            depth: i32::try_from(self.path.matches('/').count()).unwrap_or(i32::MAX),
            path: self.path.clone(),
            repository: self.repository,
            id: self.id.clone(),
        }
    }
}

impl Graph {
    /// Of links that are settled. A link from or to what is not among the nodes is passed over, and so is one to itself.
    pub fn new(mut nodes: Vec<Node>, links: impl IntoIterator<Item = Link>) -> Self {
        nodes.sort_unstable();
        let places: HashMap<DefinitionId, usize> =
            nodes.iter().enumerate().map(|(place, node)| (node.id.clone(), place)).collect();
        let mut edges: Vec<BTreeMap<usize, Edge>> = vec![BTreeMap::new(); nodes.len()];
        for link in links {
            let (Some(from), Some(to)) = (places.get(&link.from), places.get(&link.to)) else {
                continue;
            };
            let Some(edges) = edges.get_mut(*from).filter(|_| from != to) else {
                continue;
            };
            let edge = edges.entry(*to).or_insert_with(|| Edge::new(*to, link.line));
            edge.kinds.insert(link.kind);
            edge.line = edge.line.min(link.line);
        }
        let uses: Vec<Vec<Edge>> = edges.into_iter().map(|edges| edges.into_values().collect()).collect();
        let used_by = turned_round(&uses);
        Self { nodes, places, uses, used_by }
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
}

impl Edge {
    fn new(to: usize, line: u32) -> Self {
        Self { to, kinds: BTreeSet::new(), line }
    }
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
