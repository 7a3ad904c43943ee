use super::super::{Missing, Order, settle};
use super::*;
use crate::model::Reference;
use proptest::prelude::*;

/// `.cursor/agents/a.md` is the agent `a`; other kinds alike.
fn node(path: &str) -> Node {
    let location = crate::model::Location::of(path).expect("a definition's path");
    let stem = path.rsplit('/').next().unwrap_or_default();
    let folder = path.rsplit('/').nth(1).unwrap_or_default();
    let name = if location.kind == Kind::Skill { folder } else { stem.split('.').next().unwrap_or_default() };
    Node {
        kind: location.kind,
        name: name.to_owned(),
        path: path.to_owned(),
        repository: Some(RepositoryId::new(1)),
        id: DefinitionId::from_text(path),
        called: Called::ByName,
    }
}

fn reference(kind: ReferenceKind, target_kind: Option<Kind>, target: &str, line: u32) -> Reference {
    Reference { kind, target_kind, target: target.to_owned(), line }
}

/// Each entry: who says what.
fn graph(paths: &[&str], said: Vec<(&str, Reference)>) -> Graph {
    let mut by_node: HashMap<DefinitionId, Vec<Reference>> = HashMap::new();
    for (from, reference) in said {
        by_node.entry(DefinitionId::from_text(from)).or_default().push(reference);
    }
    settled(paths.iter().map(|path| node(path)).collect(), &by_node).0
}

fn settled(nodes: Vec<Node>, said: &HashMap<DefinitionId, Vec<Reference>>) -> (Graph, Vec<Missing>) {
    let (links, missing) = settle(&nodes, said);
    (Graph::new(nodes, links), missing)
}

fn missing(paths: &[&str], said: Vec<(&str, Reference)>) -> Vec<Reference> {
    let by_node = said.into_iter().fold(HashMap::new(), |mut by_node: HashMap<_, Vec<_>>, (from, reference)| {
        by_node.entry(DefinitionId::from_text(from)).or_default().push(reference);
        by_node
    });
    let missing = settled(paths.iter().map(|path| node(path)).collect(), &by_node).1;
    missing.into_iter().map(|one| one.reference).collect()
}

const A: &str = ".cursor/agents/a.md";
const B: &str = ".cursor/agents/b.md";
const C: &str = ".cursor/agents/c.md";
const SHIP: &str = ".cursor/commands/ship.md";
const SHIP_SKILL: &str = ".cursor/skills/ship/SKILL.md";
const SHIP_RULE: &str = ".cursor/rules/ship.mdc";

fn paths_of(graph: &Graph, reached: &[super::super::Reached]) -> Vec<(String, u32)> {
    reached.iter().map(|one| (graph.nodes()[one.node].path.clone(), one.depth)).collect()
}

fn place(graph: &Graph, path: &str) -> usize {
    graph.place_of(&DefinitionId::from_text(path)).expect("a node")
}

#[test]
fn a_name_means_what_the_text_tells_of_its_kind() {
    let call = |kind| reference(ReferenceKind::Call, kind, "ship", 3);
    let found = |reference: Reference| {
        let graph = graph(&[A, SHIP, SHIP_SKILL, SHIP_RULE], vec![(A, reference)]);
        let edges = graph.edges(place(&graph, A), Direction::Dependencies).to_vec();
        edges.first().map(|edge| graph.nodes()[edge.to].path.clone())
    };
    assert_eq!(found(call(None)).as_deref(), Some(SHIP), "a slash calls commands first");
    assert_eq!(found(call(Some(Kind::Skill))).as_deref(), Some(SHIP_SKILL));
    let mention = reference(ReferenceKind::Mention, Some(Kind::Rule), "ship", 3);
    assert_eq!(found(mention).as_deref(), Some(SHIP_RULE));
    assert_eq!(found(reference(ReferenceKind::Explicit, Some(Kind::Agent), "ship", 3)), None);
}

#[test]
fn a_path_leads_to_a_definition_or_to_the_skill_around_it() {
    let link = |target: &str| reference(ReferenceKind::Link, None, target, 1);
    let gone = [".cursor/rules/gone.mdc", ".cursor/skills/ship/other/SKILL.md"];
    let targets = [SHIP_RULE, ".cursor/skills/ship/scripts/run.py", ".cursor/skills/ship/", gone[0], gone[1]];
    let said: Vec<(&str, Reference)> = targets.iter().map(|target| (A, link(target))).collect();
    let graph = graph(&[A, SHIP_RULE, SHIP_SKILL], said.clone());
    let edges = graph.edges(place(&graph, A), Direction::Dependencies);
    let found: Vec<&str> = edges.iter().map(|edge| graph.nodes()[edge.to].path.as_str()).collect();
    assert_eq!(found, [SHIP_RULE, SHIP_SKILL]);
    let missing = missing(&[A, SHIP_RULE, SHIP_SKILL], said);
    assert_eq!(missing.iter().map(|one| one.target.as_str()).collect::<Vec<_>>(), gone);
}

#[test]
fn only_what_is_meant_can_be_missing() {
    let kinds = [ReferenceKind::Explicit, ReferenceKind::Link, ReferenceKind::Call, ReferenceKind::Mention];
    let said = kinds.into_iter().map(|kind| (A, reference(kind, None, "nobody", 1))).collect();
    let kinds: Vec<ReferenceKind> = missing(&[A], said).iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [ReferenceKind::Explicit, ReferenceKind::Link]);
}

#[test]
fn a_document_in_capitals_is_no_missing_agent() {
    let link = |kind, target| (A, reference(ReferenceKind::Link, Some(kind), target, 1));
    let said = vec![
        link(Kind::Agent, ".cursor/agents/CODE_OF_CONDUCT.md"),
        link(Kind::Agent, ".cursor/agents/Reviewer.md"),
        link(Kind::Command, ".cursor/commands/README.md"),
        link(Kind::Command, ".cursor/commands/2024.md"),
        link(Kind::Skill, ".cursor/skills/gone/SKILL.md"),
    ];
    let missing: Vec<String> = missing(&[A], said).into_iter().map(|one| one.target).collect();
    assert_eq!(missing, [".cursor/agents/Reviewer.md", ".cursor/commands/2024.md", ".cursor/skills/gone/SKILL.md"]);
}

#[test]
fn one_edge_tells_all_its_reasons_and_is_seen_from_both_ends() {
    let said = vec![
        (A, reference(ReferenceKind::Mention, None, "b", 9)),
        (A, reference(ReferenceKind::Explicit, None, "b", 2)),
        (A, reference(ReferenceKind::Explicit, None, "a", 2)),
    ];
    let graph = graph(&[A, B], said);
    let edge = &graph.edges(place(&graph, B), Direction::Dependents)[0];
    assert_eq!((edge.to, edge.line), (place(&graph, A), 2));
    assert_eq!(edge.kinds, BTreeSet::from([ReferenceKind::Explicit, ReferenceKind::Mention]));
    assert!(graph.edges(place(&graph, A), Direction::Dependents).is_empty(), "nobody refers to itself");
}

#[test]
fn who_lost_a_name_is_found_by_path_alone() {
    let mut loser = node(".cursor/agents/deep/a.md");
    loser.called = Called::ByPath;
    let said = HashMap::from([(
        DefinitionId::from_text(B),
        vec![
            reference(ReferenceKind::Mention, None, "a", 1),
            reference(ReferenceKind::Link, None, ".cursor/agents/deep/a.md", 2),
        ],
    )]);
    let (graph, _) = settled(vec![loser, node(A), node(B)], &said);
    let found = graph.edges(place(&graph, B), Direction::Dependencies);
    let found: Vec<&str> = found.iter().map(|edge| graph.nodes()[edge.to].path.as_str()).collect();
    assert_eq!(found, [A, ".cursor/agents/deep/a.md"]);
}

#[test]
fn a_broken_file_is_found_by_the_name_of_its_file_behind_good_ones() {
    let broken = |path: &str| Node { called: Called::ByFile("a".into()), name: "once".into(), ..node(path) };
    let (deep, deeper) = (broken("x/.cursor/agents/a.md"), broken("x/y/.cursor/agents/a.md"));
    let said = HashMap::from([(
        DefinitionId::from_text(B),
        ["a", "once"].map(|name| reference(ReferenceKind::Explicit, Some(Kind::Agent), name, 1)).to_vec(),
    )]);
    let meant = |nodes: Vec<Node>| {
        let (graph, missing) = settled(nodes, &said);
        let found = graph.edges(place(&graph, B), Direction::Dependencies);
        let found: Vec<String> = found.iter().map(|edge| graph.nodes()[edge.to].path.clone()).collect();
        (found, missing.into_iter().map(|one| one.reference.target).collect::<Vec<_>>())
    };
    assert_eq!(meant(vec![deeper.clone(), deep.clone(), node(B)]), (vec![deep.path.clone()], vec!["once".to_owned()]));
    assert_eq!(meant(vec![deep, node("z/y/x/.cursor/agents/a.md"), deeper, node(B)]).0, ["z/y/x/.cursor/agents/a.md"]);
}

#[test]
fn what_is_reached_is_told_with_the_shortest_way() {
    let to = |target: &str| reference(ReferenceKind::Explicit, None, target, 1);
    let graph = graph(&[A, B, C], vec![(A, to("b")), (B, to("c")), (C, to("a"))]);
    let reached = graph.reach(place(&graph, A), Direction::Dependencies, u32::MAX);
    assert_eq!(paths_of(&graph, &reached), [(B.to_owned(), 1), (C.to_owned(), 2)]);
    let near = graph.reach(place(&graph, A), Direction::Dependents, 1);
    assert_eq!(paths_of(&graph, &near), [(C.to_owned(), 1)]);
    assert_eq!(Order::of(&graph).topological(), None);
    assert_eq!(Order::of(&graph).cycles().collect::<Vec<_>>(), [&vec![0, 1, 2]]);
}

#[test]
fn who_needs_a_cycle_is_not_in_it() {
    let to = |target: &str| reference(ReferenceKind::Explicit, None, target, 1);
    let graph = graph(&[A, B, C], vec![(A, to("b")), (B, to("c")), (C, to("b"))]);
    assert_eq!(Order::of(&graph).cycles().collect::<Vec<_>>(), [&vec![1, 2]]);
    // A group is sorted, whichever way round its cycle is found.
    let round = self::graph(&[A, B, C], vec![(A, to("c")), (C, to("b")), (B, to("a"))]);
    assert_eq!(Order::of(&round).cycles().collect::<Vec<_>>(), [&vec![0, 1, 2]]);
}

#[test]
fn a_chain_of_a_hundred_thousand_needs_no_stack() {
    let name = |number: usize| format!("n{number}");
    let nodes: Vec<Node> = (0..100_000)
        .map(|number| Node {
            kind: Kind::Agent,
            name: name(number),
            path: name(number),
            repository: None,
            id: DefinitionId::from_text(name(number)),
            called: Called::ByName,
        })
        .collect();
    let said = (0..99_999)
        .map(|number| {
            let next = reference(ReferenceKind::Explicit, None, &name(number + 1), 1);
            (DefinitionId::from_text(name(number)), vec![next])
        })
        .collect();
    let (graph, _) = settled(nodes, &said);
    assert_eq!(Order::of(&graph).topological().map(|order| order.len()), Some(100_000));
}

/// Up to twelve agents and who names whom.
fn any_graph() -> impl Strategy<Value = (Vec<Node>, HashMap<DefinitionId, Vec<Reference>>)> {
    let edges = proptest::collection::vec((0usize..12, 0usize..12), 0..40);
    (1usize..12, edges).prop_map(|(count, edges)| {
        let path = |number: usize| format!(".cursor/agents/n{number}.md");
        let nodes = (0..count).map(|number| node(&path(number))).collect();
        let mut said: HashMap<DefinitionId, Vec<Reference>> = HashMap::new();
        for (from, to) in edges {
            let reference = reference(ReferenceKind::Explicit, None, &format!("n{to}"), 1);
            said.entry(DefinitionId::from_text(path(from))).or_default().push(reference);
        }
        (nodes, said)
    })
}

proptest! {
    #[test]
    fn the_order_of_arrival_makes_no_difference((nodes, said) in any_graph()) {
        let (there, _) = settled(nodes.clone(), &said);
        let (back, _) = settled(nodes.into_iter().rev().collect(), &said);
        prop_assert_eq!(&there.nodes, &back.nodes);
        prop_assert_eq!(&there.uses, &back.uses);
        prop_assert_eq!(&there.used_by, &back.used_by);
    }

    #[test]
    fn a_cycle_is_what_reaches_itself((nodes, said) in any_graph()) {
        let (graph, _) = settled(nodes, &said);
        let order = Order::of(&graph);
        let reaches = |from: usize, to: usize| {
            graph.reach(from, Direction::Dependencies, u32::MAX).iter().any(|reached| reached.node == to)
        };
        let group_of: HashMap<usize, usize> = order.groups().iter().enumerate()
            .flat_map(|(group, members)| members.iter().map(move |member| (*member, group)))
            .collect();
        prop_assert_eq!(group_of.len(), graph.nodes().len());
        for from in 0..graph.nodes().len() {
            for to in (0..graph.nodes().len()).filter(|to| *to != from) {
                let together = group_of[&from] == group_of[&to];
                prop_assert_eq!(together, reaches(from, to) && reaches(to, from));
                prop_assert!(!reaches(from, to) || group_of[&to] <= group_of[&from], "what is needed comes first");
            }
        }
    }
}
