//! Who refers to whom.

use super::{SAMPLE_ID, Sample};
use crate::model::{DefinitionId, Kind, Reference, ReferenceKind};
use crate::resolve::{Graph, Missing, Node, Reached};
use serde::Serialize;
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// A definition, as far as others can name it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(in crate::api) struct GraphNode<'a> {
    pub id: &'a str,
    pub kind: Kind,
    pub name: &'a str,
    pub path: &'a str,
}

/// A definition that is reached from another one.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct ReachedNode<'a> {
    #[serde(flatten)]
    pub node: GraphNode<'a>,
    /// Steps on the shortest way; 1 is a direct one.
    #[schema(minimum = 1)]
    pub depth: u32,
    /// The kinds of reference on the last step.
    pub reference_kinds: Vec<ReferenceKind>,
    /// The line of that step's first reference, in the file that refers.
    pub line: u32,
}

/// What a file names outright and is not there.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct MissingReference<'a> {
    pub target: &'a str,
    #[schema(required)]
    pub target_kind: Option<Kind>,
    pub reference_kind: ReferenceKind,
    pub line: u32,
    /// Who names it; left out where only one can.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<&'a str>,
}

/// What a definition needs, near and far.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct Dependencies<'a> {
    pub definition: GraphNode<'a>,
    /// Those that need each other and it, if there are any.
    #[schema(required)]
    pub cycle: Option<Vec<GraphNode<'a>>>,
    /// Nearest first.
    pub dependencies: Vec<ReachedNode<'a>>,
    pub missing: Vec<MissingReference<'a>>,
}

/// What a change of a definition affects, near and far.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct Dependents<'a> {
    pub definition: GraphNode<'a>,
    /// Those that need each other and it, if there are any.
    #[schema(required)]
    pub cycle: Option<Vec<GraphNode<'a>>>,
    /// Nearest first.
    pub dependents: Vec<ReachedNode<'a>>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct GraphEdge<'a> {
    pub from: &'a str,
    pub to: &'a str,
    pub reference_kinds: Vec<ReferenceKind>,
    /// The first line that says so.
    pub line: u32,
}

/// All definitions of a workspace and what they say of each other; definitions are named by their ids.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Graph)]
pub(in crate::api) struct WholeGraph<'a> {
    pub nodes: Vec<GraphNode<'a>>,
    pub edges: Vec<GraphEdge<'a>>,
    pub missing: Vec<MissingReference<'a>>,
    pub cycles: Vec<Vec<&'a str>>,
    /// Everything after what it needs; `null` if there is a cycle.
    #[schema(required)]
    pub order: Option<Vec<&'a str>>,
}

impl<'a> GraphNode<'a> {
    pub(in crate::api) fn of(node: &'a Node) -> Self {
        Self { id: node.id.as_str(), kind: node.kind, name: &node.name, path: &node.path }
    }
}

impl<'a> ReachedNode<'a> {
    pub(in crate::api) fn of(graph: &'a Graph, reached: &Reached) -> Self {
        Self {
            node: GraphNode::of(&graph.nodes()[reached.node]),
            depth: reached.depth,
            reference_kinds: listed(&reached.kinds),
            line: reached.line,
        }
    }
}

impl<'a> MissingReference<'a> {
    pub(in crate::api) fn of(reference: &'a Reference) -> Self {
        Self {
            target: &reference.target,
            target_kind: reference.target_kind,
            reference_kind: reference.kind,
            line: reference.line,
            from: None,
        }
    }

    pub(in crate::api) fn with_origin(missing: &'a Missing) -> Self {
        Self { from: Some(missing.from.as_str()), ..Self::of(&missing.reference) }
    }
}

impl<'a> GraphEdge<'a> {
    pub(in crate::api) fn of(from: &'a DefinitionId, to: &'a DefinitionId, edge: &crate::resolve::Edge) -> Self {
        Self { from: from.as_str(), to: to.as_str(), reference_kinds: listed(&edge.kinds), line: edge.line }
    }
}

fn listed(kinds: &BTreeSet<ReferenceKind>) -> Vec<ReferenceKind> {
    kinds.iter().copied().collect()
}

impl Sample for GraphNode<'static> {
    fn sample() -> Self {
        Self { id: SAMPLE_ID, kind: Kind::Agent, name: "reviewer", path: ".cursor/agents/reviewer.md" }
    }
}

fn reached() -> ReachedNode<'static> {
    let node = GraphNode { kind: Kind::Rule, name: "style", path: ".cursor/rules/style.mdc", ..GraphNode::sample() };
    ReachedNode { node, depth: 1, reference_kinds: vec![ReferenceKind::Explicit], line: 3 }
}

impl Sample for Dependencies<'static> {
    fn sample() -> Self {
        Self { definition: GraphNode::sample(), cycle: None, dependencies: vec![reached()], missing: vec![] }
    }
}

impl Sample for Dependents<'static> {
    fn sample() -> Self {
        Self { definition: GraphNode::sample(), cycle: None, dependents: vec![reached()] }
    }
}

impl Sample for WholeGraph<'static> {
    fn sample() -> Self {
        let node = GraphNode::sample();
        Self { order: Some(vec![node.id]), nodes: vec![node], edges: vec![], missing: vec![], cycles: vec![] }
    }
}
