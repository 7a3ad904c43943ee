//! The decision itself: the tree on one side, the rows and open tasks on the other.

use super::{SeenFile, Survey};
use crate::model::DefinitionId;
use std::collections::HashMap;

/// A definition that stands, as far as the decision needs it.
#[derive(Clone, Debug)]
pub struct KnownRow {
    pub id: DefinitionId,
    pub path: String,
    /// The digest that it was last made from, also if that was broken.
    pub seen: Option<String>,
    pub gone: bool,
    pub pending: bool,
}

/// An open task of the repository, whichever run it is of.
#[derive(Clone, Debug)]
pub struct OpenTask {
    pub path: String,
    pub seen: String,
    pub attempts: i32,
}

/// What is to be done. Every open task of the repository is answered by it: one that is not in `parse` is to be deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// Files to be read, with the number of times that reading the very same failed before.
    pub parse: Vec<(SeenFile, i32)>,
    /// Definitions whose file is to be read.
    pub pending: Vec<DefinitionId>,
    /// Definitions that equal the tree though a change was on its way.
    pub settled: Vec<DefinitionId>,
    /// Definitions whose file is not in the tree.
    pub gone: Vec<DefinitionId>,
    /// Definitions that were gone, and are in the tree again.
    pub back: Vec<DefinitionId>,
}

impl Decision {
    pub fn is_empty(&self) -> bool {
        self.parse.is_empty() && self.gone.is_empty() && self.back.is_empty() && self.settled.is_empty()
    }
}

/// Holds the survey against what we have. `None` if the survey does not cover all of it.
pub fn decide(survey: &Survey, rows: Vec<KnownRow>, open: &[OpenTask]) -> Option<Decision> {
    let covered = |path: &str| survey.coverage.covers(path);
    if !rows.iter().all(|row| covered(&row.path)) || !open.iter().all(|task| covered(&task.path)) {
        return None;
    }
    let open: HashMap<&str, &OpenTask> = open.iter().map(|task| (task.path.as_str(), task)).collect();
    let mut decision = Decision::default();
    let mut equal = std::collections::HashSet::new();
    for row in rows {
        let file = survey.files.get(&row.path);
        match file {
            None => decision.gone.push(row.id),
            Some(file) => {
                if row.gone {
                    decision.back.push(row.id.clone());
                }
                if row.seen.as_ref() != Some(&file.digest) {
                    decision.pending.push(row.id);
                } else {
                    equal.insert(row.path);
                    if row.pending {
                        decision.settled.push(row.id);
                    }
                }
            }
        }
    }
    let to_read = survey.files.values().filter(|file| !equal.contains(&file.location.path));
    decision.parse = to_read
        .map(|file| {
            let before = open.get(file.location.path.as_str()).filter(|task| task.seen == file.digest);
            (file.clone(), before.map_or(0, |task| task.attempts))
        })
        .collect();
    Some(decision)
}

#[cfg(test)]
mod tests {
    use super::super::{Coverage, TreeEntry};
    use super::*;
    use crate::model::{BlobSha, FileMode};

    fn survey(files: &[(&str, &str)]) -> Survey {
        let entries = files.iter().map(|(path, text)| TreeEntry {
            path: (*path).to_owned(),
            mode: FileMode::File,
            sha: BlobSha::of_bytes(text.as_bytes()),
            size: None,
        });
        Survey::of(entries, Coverage::Whole, &crate::settings::Layout::default())
    }

    fn row(path: &str, seen: &Survey) -> KnownRow {
        KnownRow {
            id: DefinitionId::from_text(path),
            path: path.to_owned(),
            seen: seen.files.get(path).map(|file| file.digest.clone()),
            gone: false,
            pending: false,
        }
    }

    const A: &str = ".cursor/rules/a.mdc";
    const B: &str = ".cursor/rules/b.mdc";

    fn paths(decision: &Decision) -> Vec<&str> {
        decision.parse.iter().map(|(file, _)| file.location.path.as_str()).collect()
    }

    #[test]
    fn an_equal_tree_leaves_nothing_to_do() {
        let tree = survey(&[(A, "1")]);
        assert!(decide(&tree, vec![row(A, &tree)], &[]).unwrap().is_empty());
    }

    #[test]
    fn new_and_changed_files_are_read_and_missing_ones_are_gone() {
        let before = survey(&[(A, "1"), (B, "1")]);
        let now = survey(&[(A, "2"), (".cursor/agents/c.md", "1")]);
        let decision = decide(&now, vec![row(A, &before), row(B, &before)], &[]).unwrap();
        assert_eq!(paths(&decision), [".cursor/agents/c.md", A]);
        assert_eq!(decision.gone, [DefinitionId::from_text(B)]);
    }

    #[test]
    fn a_file_back_at_what_the_row_holds_drops_its_open_task() {
        let tree = survey(&[(A, "1")]);
        let on_its_way = OpenTask { path: A.into(), seen: "another".into(), attempts: 0 };
        let waiting = KnownRow { pending: true, ..row(A, &tree) };
        let decision = decide(&tree, vec![waiting], &[on_its_way]).unwrap();
        assert!(decision.parse.is_empty());
        assert_eq!(decision.settled, [DefinitionId::from_text(A)]);
    }

    #[test]
    fn the_same_bytes_that_failed_keep_their_count() {
        let tree = survey(&[(A, "1")]);
        let failed = OpenTask { path: A.into(), seen: tree.files[A].digest.clone(), attempts: 4 };
        assert_eq!(decide(&tree, vec![], &[failed]).unwrap().parse[0].1, 4);
    }

    #[test]
    fn a_row_outside_the_coverage_asks_for_another_reading() {
        let root = Survey { coverage: Coverage::Folders([".cursor".to_owned()].into()), ..survey(&[]) };
        let elsewhere = "pkg/.cursor/rules/a.mdc";
        assert_eq!(decide(&root, vec![row(elsewhere, &root)], &[]), None);
    }
}
