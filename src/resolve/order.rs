//! Cycles, and the order in which definitions can be taken so that what each needs comes before it.
//!
//! Tarjan's strongly connected components ("Depth-first search and linear graph algorithms", 1972), without recursion: real
//! workspaces have cycles of a hundred files, and hostile ones chains of a hundred thousand.

use super::graph::{Direction, Graph};

/// Groups of nodes that reach each other, each sorted; what a group needs comes before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    groups: Vec<Vec<usize>>,
}

impl Order {
    pub fn of(graph: &Graph) -> Self {
        let mut search = Search::new(graph);
        for node in 0..graph.nodes().len() {
            if search.number[node].is_none() {
                search.from(node);
            }
        }
        Self { groups: search.groups }
    }

    pub fn groups(&self) -> &[Vec<usize>] {
        &self.groups
    }

    /// Groups of more than one: each of them needs, by some way, every other one of its group.
    pub fn cycles(&self) -> impl Iterator<Item = &Vec<usize>> {
        self.groups.iter().filter(|group| group.len() > 1)
    }

    /// Everything after what it needs; `None` if there is a cycle.
    pub fn topological(&self) -> Option<Vec<usize>> {
        self.groups.iter().map(|group| (group.len() == 1).then(|| group[0])).collect()
    }
}

struct Search<'a> {
    graph: &'a Graph,
    /// In the order in which nodes are found; `None` while they are not.
    number: Vec<Option<usize>>,
    /// The least number that is known to be reached from here, among the nodes on the stack.
    low: Vec<usize>,
    on_stack: Vec<bool>,
    stack: Vec<usize>,
    found: usize,
    groups: Vec<Vec<usize>>,
}

impl<'a> Search<'a> {
    fn new(graph: &'a Graph) -> Self {
        let nodes = graph.nodes().len();
        Self {
            graph,
            number: vec![None; nodes],
            low: vec![0; nodes],
            on_stack: vec![false; nodes],
            stack: Vec::new(),
            found: 0,
            groups: Vec::new(),
        }
    }

    /// Finds all that is reached from `start` and was not found before.
    fn from(&mut self, start: usize) {
        self.enter(start);
        // Where we are on the way, and which edge comes next.
        let mut way = vec![(start, 0)];
        while let Some((node, next)) = way.last_mut() {
            let node = *node;
            let Some(edge) = self.graph.edges(node, Direction::Dependencies).get(*next) else {
                way.pop();
                self.leave(node);
                if let Some((parent, _)) = way.last() {
                    self.low[*parent] = self.low[*parent].min(self.low[node]);
                }
                continue;
            };
            *next += 1;
            match self.number[edge.to] {
                None => {
                    self.enter(edge.to);
                    way.push((edge.to, 0));
                }
                Some(number) if self.on_stack[edge.to] => self.low[node] = self.low[node].min(number),
                Some(_) => {}
            }
        }
    }

    fn enter(&mut self, node: usize) {
        self.number[node] = Some(self.found);
        self.low[node] = self.found;
        self.found += 1;
        self.stack.push(node);
        self.on_stack[node] = true;
    }

    /// Everything on the stack from `node` on is a group, if nothing before it is reached.
    fn leave(&mut self, node: usize) {
        if self.number[node] != Some(self.low[node]) {
            return;
        }
        let start = self.stack.iter().rposition(|on| *on == node).unwrap_or(0);
        let mut group = self.stack.split_off(start);
        for member in &group {
            self.on_stack[*member] = false;
        }
        group.sort_unstable();
        self.groups.push(group);
    }
}
