//! What a reference means: the definition that has the name, or stands at the path.

use super::graph::Node;
use crate::model::location::place;
use crate::model::{Kind, Place, Reference, ReferenceKind, RepositoryId};
use std::collections::HashMap;

/// A slash calls commands first; skills and agents are started by it too. Rules are not.
const CALLED: [Kind; 3] = [Kind::Command, Kind::Skill, Kind::Agent];
/// Where the text does not tell the kind.
const NAMED: [Kind; 4] = [Kind::Agent, Kind::Skill, Kind::Command, Kind::Rule];

/// Where everything is. Positions are those of the nodes that it was made of.
#[derive(Debug)]
pub(super) struct Targets<'a> {
    by_name: HashMap<(Kind, &'a str), usize>,
    by_path: HashMap<(Option<RepositoryId>, &'a str), usize>,
    /// Skills by their folder.
    by_folder: HashMap<(Option<RepositoryId>, &'a str), usize>,
}

impl<'a> Targets<'a> {
    pub(super) fn of(nodes: &'a [Node]) -> Self {
        let mut targets = Self { by_name: HashMap::new(), by_path: HashMap::new(), by_folder: HashMap::new() };
        for (at, node) in nodes.iter().enumerate() {
            if !node.nameless {
                targets.by_name.entry((node.kind, &node.name)).or_insert(at);
            }
            targets.by_path.insert((node.repository, &node.path), at);
            if let (Kind::Skill, Some((folder, _))) = (node.kind, node.path.rsplit_once('/')) {
                targets.by_folder.insert((node.repository, folder), at);
            }
        }
        targets
    }

    /// The definition that `from` means, if it is there.
    pub(super) fn find(&self, from: &Node, reference: &Reference) -> Option<usize> {
        if reference.target.contains('/') {
            return self.at_path(from.repository, &reference.target);
        }
        let kinds: &[Kind] = match (&reference.target_kind, reference.kind) {
            (Some(kind), _) => std::slice::from_ref(kind),
            (None, ReferenceKind::Call) => &CALLED,
            (None, _) => &NAMED,
        };
        kinds.iter().find_map(|kind| self.by_name.get(&(*kind, reference.target.as_str())).copied())
    }

    /// A file or folder of a skill stands for the skill: the nearest one above.
    fn at_path(&self, repository: Option<RepositoryId>, path: &str) -> Option<usize> {
        let path = path.trim_end_matches('/');
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
