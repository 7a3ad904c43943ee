//! A graph for tools and for eyes: JSON, Mermaid, Graphviz and SVG.

use super::answer::{GraphEdge, GraphNode, MissingReference, WholeGraph};
use crate::model::Kind;
use crate::resolve::{Direction, Graph, Missing, Order};
use std::fmt::Write;

/// Nodes, edges by their ids, cycles, what is missing, and the order in which nothing comes before what it needs, where there
/// is one.
pub(super) fn whole<'a>(graph: &'a Graph, missing: &'a [Missing]) -> WholeGraph<'a> {
    let order = Order::of(graph);
    let id = |at: usize| &graph.nodes()[at].id;
    let ids = |group: &[usize]| group.iter().map(|at| id(*at).as_str()).collect::<Vec<_>>();
    WholeGraph {
        nodes: graph.nodes().iter().map(GraphNode::of).collect(),
        edges: edges(graph).map(|(from, edge)| GraphEdge::of(id(from), id(edge.to), edge)).collect(),
        missing: missing.iter().map(MissingReference::with_origin).collect(),
        cycles: order.cycles().map(|cycle| ids(cycle)).collect(),
        order: order.topological().map(|order| ids(&order)),
    }
}

fn edges(graph: &Graph) -> impl Iterator<Item = (usize, &crate::resolve::Edge)> {
    (0..graph.nodes().len())
        .flat_map(|from| graph.edges(from, Direction::Dependencies).iter().map(move |edge| (from, edge)))
}

pub(super) fn mermaid(graph: &Graph) -> String {
    let mut text = "flowchart LR\n".to_owned();
    for (at, node) in graph.nodes().iter().enumerate() {
        // Names are kebab-case, but a broken file's may be anything.
        let label = node.name.replace(['"', '\n', '<', '>', '&'], "'");
        let _ = writeln!(text, "  n{at}[\"{} {label}\"]", node.kind.as_str());
    }
    for (from, edge) in edges(graph) {
        let _ = writeln!(text, "  n{from} --> n{}", edge.to);
    }
    text
}

pub(super) fn dot(graph: &Graph) -> String {
    let mut text = "digraph definitions {\n  rankdir=LR;\n  node [shape=box];\n".to_owned();
    for (at, node) in graph.nodes().iter().enumerate() {
        let label = node.name.replace('\\', "\\\\").replace('"', "\\\"");
        let _ = writeln!(text, "  n{at} [label=\"{label}\", group={}];", node.kind.as_str());
    }
    for (from, edge) in edges(graph) {
        let _ = writeln!(text, "  n{from} -> n{};", edge.to);
    }
    text.push_str("}\n");
    text
}

const WIDTH: usize = 220;
const HEIGHT: usize = 26;
const GAP: usize = 140;

/// A column for each kind, an arc for each edge: every name can be read, and who is named most can be seen.
pub(super) fn svg(graph: &Graph) -> String {
    let kinds = Kind::ALL;
    let mut heights = [0usize; 4];
    let mut places = Vec::with_capacity(graph.nodes().len());
    for node in graph.nodes() {
        let column = kinds.iter().position(|kind| *kind == node.kind).unwrap_or(0);
        let row = &mut heights[column];
        places.push((20 + column * (WIDTH + GAP), 20 + *row * (HEIGHT + 6)));
        *row += 1;
    }
    let rows = heights.iter().max().copied().unwrap_or(0);
    let (width, height) = (40 + kinds.len() * (WIDTH + GAP), 40 + rows * (HEIGHT + 6));
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" font-size=\"12\">\n"
    );
    for (from, edge) in edges(graph) {
        let ((x, y), (to_x, to_y)) = (places[from], places[edge.to]);
        let (start, end) = (x + WIDTH, to_x + if to_x > x { 0 } else { WIDTH });
        let bend = start.max(end) + GAP / 2;
        let (y, to_y) = (y + HEIGHT / 2, to_y + HEIGHT / 2);
        let _ = writeln!(
            text,
            "<path d=\"M{start} {y} C{bend} {y} {bend} {to_y} {end} {to_y}\" fill=\"none\" stroke=\"#888\" stroke-opacity=\"0.4\"/>"
        );
    }
    for (node, (x, y)) in graph.nodes().iter().zip(&places) {
        let (label, path) = (escaped(&node.name), escaped(&node.path));
        let (kind, text_x, text_y) = (node.kind.as_str(), x + 8, y + 17);
        let _ = writeln!(
            text,
            "<g><title>{kind} {label} ({path})</title><rect x=\"{x}\" y=\"{y}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" rx=\"4\" \
             fill=\"#fff\" stroke=\"#333\"/><text x=\"{text_x}\" y=\"{text_y}\">{label}</text></g>"
        );
    }
    text.push_str("</svg>\n");
    text
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
