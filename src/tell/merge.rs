//! What would come of a pull request: the changed files put in the place of those that stand, without storing anything.

use super::{Change, Finding, How};
use crate::model::{DefinitionId, Kind, Location, Parsed, Reference, RepositoryId, name};
use crate::plan::{SeenFile, Survey};
use crate::resolve::{self, Called, Claimant, Node};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A definition of the workspace as it stands.
#[derive(Clone, Debug)]
pub struct Standing {
    pub node: Node,
    /// What it says of files that the pull request touches.
    pub said: Vec<Reference>,
}

/// A pull request as far as it is ours.
#[derive(Debug)]
pub struct Merge<'a> {
    pub repository: RepositoryId,
    /// Where the branches parted.
    pub base: &'a Survey,
    pub head: &'a Survey,
    /// The files that [`Merge::to_read`] names.
    pub read: Vec<(Location, Parsed)>,
    /// Empty where the base is not the branch that the registry follows.
    pub standing: Vec<Standing>,
}

impl Merge<'_> {
    /// Files whose text in the head is not known: there were too many, or GitHub did not answer.
    fn unread(&self) -> impl Iterator<Item = &Location> {
        let read: BTreeSet<&str> = self.read.iter().map(|(location, _)| location.path.as_str()).collect();
        let all = Self::to_read(self.base, self.head).into_iter().map(|file| &file.location);
        all.filter(move |location| !read.contains(location.path.as_str()))
    }

    /// Files that are new in the head, or other than they were.
    pub fn to_read<'a>(base: &'a Survey, head: &'a Survey) -> Vec<&'a SeenFile> {
        let same = |file: &SeenFile| base.files.get(&file.location.path).is_some_and(|old| old.digest == file.digest);
        head.files.values().filter(|file| !same(file)).collect()
    }

    /// Paths that stand for something else after the merge, or for nothing.
    pub fn touched(base: &Survey, head: &Survey) -> BTreeSet<String> {
        let gone = base.files.keys().filter(|path| !head.files.contains_key(*path));
        gone.cloned().chain(Self::to_read(base, head).into_iter().map(|file| file.location.path.clone())).collect()
    }
}

/// The changes, and what is to be said of the files: by themselves, and as parts of the whole.
pub fn what_merges(merge: &Merge<'_>) -> (Vec<Change>, Vec<Finding>) {
    let own = merge.read.iter().flat_map(|(location, parsed)| {
        parsed.diagnostics.iter().map(|found| (location.path.clone(), found.clone(), true))
    });
    let mut found: Vec<_> = own.collect();
    if !merge.standing.is_empty() {
        let mut after = After::of(merge);
        found.extend(after.conflicts());
        found.extend(after.missing());
    }
    let finding = |(path, diagnostic, fresh)| Finding { path, fresh, diagnostic };
    (changes(merge), found.into_iter().map(finding).collect())
}

fn changes(merge: &Merge<'_>) -> Vec<Change> {
    let own = merge.standing.iter().map(|one| &one.node).filter(|node| node.repository == Some(merge.repository));
    let names: HashMap<&str, &str> = own.map(|node| (node.path.as_str(), node.name.as_str())).collect();
    let named = |path: &str| names.get(path).map(|name| (*name).to_owned());
    let mut gone: Vec<(&SeenFile, Option<String>)> = merge
        .base
        .files
        .values()
        .filter(|file| !merge.head.files.contains_key(&file.location.path))
        .map(|file| (file, named(&file.location.path)))
        .collect();
    let mut changes = Vec::new();
    for (location, parsed) in &merge.read {
        let blob = merge.head.files.get(&location.path).map(|file| &file.blob);
        let moved = |(old, name): &(&SeenFile, Option<String>)| {
            old.location.kind == location.kind && (Some(&old.blob) == blob || name.as_ref() == Some(&parsed.name))
        };
        let how = if merge.base.files.contains_key(&location.path) {
            How::Changed
        } else if let Some(place) = gone.iter().position(moved) {
            How::Moved { from: gone.swap_remove(place).0.location.path.clone() }
        } else {
            How::Added
        };
        changes.push(Change { how, kind: location.kind, path: location.path.clone(), name: parsed.name.clone() });
    }
    changes.extend(gone.into_iter().map(|(file, name)| Change {
        how: How::Removed,
        kind: file.location.kind,
        path: file.location.path.clone(),
        name: name.unwrap_or_else(|| name::from_path(&file.location)),
    }));
    changes
}

type Found = (String, crate::model::Diagnostic, bool);

/// The workspace as it would be.
struct After {
    repository: RepositoryId,
    /// The good ones by the name that they claim, and whether they had it before.
    claims: BTreeMap<(Kind, String), Vec<(Claimant, bool)>>,
    nodes: Vec<Node>,
    said: HashMap<DefinitionId, Vec<Reference>>,
    fresh: BTreeSet<String>,
}

impl After {
    fn of(merge: &Merge<'_>) -> Self {
        let touched = Merge::touched(merge.base, merge.head);
        let mut after = Self {
            repository: merge.repository,
            claims: BTreeMap::new(),
            nodes: Vec::new(),
            said: HashMap::new(),
            fresh: merge.read.iter().map(|(location, _)| location.path.clone()).collect(),
        };
        let unread: BTreeMap<&str, &Location> = merge.unread().map(|one| (one.path.as_str(), one)).collect();
        let mut known = BTreeSet::new();
        for one in &merge.standing {
            let is_ours = one.node.repository == Some(merge.repository);
            let path = one.node.path.as_str();
            if is_ours {
                known.insert(path);
            }
            if !is_ours || !touched.contains(path) {
                after.add(one.node.clone(), one.said.clone());
            } else if unread.contains_key(path) {
                // Its name has probably stayed. What it says by then is not known.
                after.add(one.node.clone(), Vec::new());
            }
        }
        for (location, parsed) in &merge.read {
            after.add(after.node(location, &parsed.name, parsed.error().is_none()), parsed.references.clone());
        }
        for location in unread.into_values().filter(|location| !known.contains(location.path.as_str())) {
            after.add(after.node(location, &name::from_path(location), false), Vec::new());
        }
        after
    }

    fn node(&self, location: &Location, name: &str, good: bool) -> Node {
        Node {
            kind: location.kind,
            name: name.to_owned(),
            path: location.path.clone(),
            repository: Some(self.repository),
            id: DefinitionId::from_text(location.path.clone()),
            called: if good { Called::ByName } else { Called::ByFile(name.to_owned()) },
        }
    }

    fn add(&mut self, node: Node, said: Vec<Reference>) {
        let had_it = match node.called {
            Called::ByName => Some(true),
            Called::ByPath => Some(false),
            Called::ByFile(_) => None,
        };
        if let Some(had_it) = had_it {
            self.claims.entry((node.kind, node.name.clone())).or_default().push((node.claimant(), had_it));
        }
        // Of a broken file nothing is said but why it is broken.
        if !matches!(node.called, Called::ByFile(_)) {
            self.said.insert(node.id.clone(), said);
        }
        self.nodes.push(node);
    }

    /// Names that a changed file would not get, or would take from another one.
    fn conflicts(&mut self) -> Vec<Found> {
        let mut found = Vec::new();
        let mut losers = BTreeSet::new();
        for ((kind, name), claims) in &self.claims {
            let all: Vec<Claimant> = claims.iter().map(|(claimant, _)| claimant.clone()).collect();
            let Some(winner) = resolve::winner(&all) else { continue };
            for (loser, had_it) in claims.iter().filter(|(one, _)| one.id != winner.id) {
                losers.insert(loser.id.clone());
                let is_fresh = self.fresh.contains(&loser.path) || self.fresh.contains(&winner.path);
                if *had_it && is_fresh && loser.repository == Some(self.repository) {
                    let fresh = self.fresh.contains(&loser.path);
                    found.push((loser.path.clone(), resolve::name_conflict(*kind, name, &winner.path), fresh));
                }
            }
        }
        for node in &mut self.nodes {
            match &node.called {
                _ if losers.contains(&node.id) => node.called = Called::ByPath,
                Called::ByPath => node.called = Called::ByName,
                Called::ByName | Called::ByFile(_) => {}
            }
        }
        found
    }

    /// What would lead nowhere.
    fn missing(&self) -> Vec<Found> {
        let paths: HashMap<&DefinitionId, &Node> = self.nodes.iter().map(|node| (&node.id, node)).collect();
        let (_, missing) = resolve::settle(&self.nodes, &self.said);
        let of_ours = missing.iter().filter_map(|one| {
            let node = paths.get(&one.from).filter(|node| node.repository == Some(self.repository))?;
            Some((node.path.clone(), resolve::missing(&one.reference), self.fresh.contains(&node.path)))
        });
        of_ours.collect()
    }
}

#[cfg(test)]
mod tests;
