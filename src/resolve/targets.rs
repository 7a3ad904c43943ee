//! What a reference means: the definition that has the name, or stands at the path.

use super::graph::{Called, Link, Node};
use super::names::Claimant;
use crate::model::location::place;
use crate::model::{DefinitionId, Kind, Place, Reference, ReferenceKind, RepositoryId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// A slash calls commands first; skills and agents are started by it too. Rules are not.
const STARTED: [Kind; 3] = [Kind::Command, Kind::Skill, Kind::Agent];
/// Where the text does not tell the kind.
const NAMED: [Kind; 4] = [Kind::Agent, Kind::Skill, Kind::Command, Kind::Rule];

/// Where everything is. Positions are those of the nodes that it was made of.
#[derive(Debug)]
pub struct Targets<'a> {
    by_name: HashMap<(Kind, &'a str), usize>,
    by_path: HashMap<(Option<RepositoryId>, &'a str), usize>,
    /// Skills by their folder.
    by_folder: HashMap<(Option<RepositoryId>, &'a str), usize>,
}

impl<'a> Targets<'a> {
    pub fn of(nodes: &'a [Node]) -> Self {
        let mut targets = Self { by_name: HashMap::new(), by_path: HashMap::new(), by_folder: HashMap::new() };
        for (at, node) in nodes.iter().enumerate() {
            if node.called == Called::ByName {
                targets.by_name.entry((node.kind, &node.name)).or_insert(at);
            }
            targets.by_path.insert((node.repository, &node.path), at);
            if let (Kind::Skill, Some((folder, _))) = (node.kind, node.path.rsplit_once('/')) {
                targets.by_folder.insert((node.repository, folder), at);
            }
        }
        // Behind the good ones, in the order in which they claim the name.
        for (name, at) in by_file(nodes).into_values() {
            targets.by_name.entry(name).or_insert(at);
        }
        targets
    }

    /// The definition that a file of `repository` means, if it is there.
    pub fn find(&self, repository: Option<RepositoryId>, reference: &Reference) -> Option<usize> {
        if reference.target.contains('/') {
            return self.at_path(repository, &reference.target);
        }
        let kinds: &[Kind] = match (&reference.target_kind, reference.kind) {
            (Some(kind), _) => std::slice::from_ref(kind),
            (None, ReferenceKind::Call) => &STARTED,
            (None, _) => &NAMED,
        };
        kinds.iter().find_map(|kind| self.by_name.get(&(*kind, reference.target.as_str())).copied())
    }

    /// A file or folder of a skill stands for the skill: the nearest one above.
    fn at_path(&self, repository: Option<RepositoryId>, path: &str) -> Option<usize> {
        if let Some(found) = self.by_path.get(&(repository, path)) {
            return Some(*found);
        }
        // A definition that is not there is missing, though a skill may stand around it.
        if matches!(place(path), Place::Definition(_)) {
            return None;
        }
        let folders = std::iter::successors(Some(path), |path| path.rsplit_once('/').map(|(folder, _)| folder));
        folders.into_iter().find_map(|folder| self.by_folder.get(&(repository, folder)).copied())
    }
}

/// What broken files are called, and where they are among the nodes.
fn by_file(nodes: &[Node]) -> BTreeMap<Claimant, ((Kind, &str), usize)> {
    let called = nodes.iter().enumerate().filter_map(|(at, node)| match &node.called {
        Called::ByFile(name) => Some((node.claimant(), ((node.kind, name.as_str()), at))),
        Called::ByName | Called::ByPath => None,
    });
    called.collect()
}

/// What several definitions say of each other, settled at once: links, and what is named outright and is not there. A mention
/// or a call may mean something else, and is never missing.
pub fn settle(nodes: &[Node], said: &HashMap<DefinitionId, Vec<Reference>>) -> (Vec<Link>, Vec<Missing>) {
    let targets = Targets::of(nodes);
    let (mut links, mut missing) = (Vec::new(), Vec::new());
    for node in nodes {
        for reference in said.get(&node.id).into_iter().flatten() {
            match targets.find(node.repository, reference).and_then(|to| nodes.get(to)) {
                Some(to) => links.push(Link {
                    from: node.id.clone(),
                    to: to.id.clone(),
                    kind: reference.kind,
                    line: reference.line,
                }),
                None if reference.is_meant() => {
                    missing.push(Missing { from: node.id.clone(), reference: reference.clone() });
                }
                None => {}
            }
        }
    }
    (links, missing)
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    pub from: DefinitionId,
    pub reference: Reference,
}
