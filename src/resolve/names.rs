//! Names are unique per workspace and kind: the shallowest path wins, then the first.

use crate::model::{DefinitionId, RepositoryId};

/// A definition that claims a name. The order of the fields is the order in which they decide.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Claimant {
    /// A broken file keeps its last good name, but never takes a name from a good one: whether a good definition has its
    /// name must not depend on what a broken file once said.
    pub broken: bool,
    /// What is taken in from elsewhere never takes a name from what is synced.
    pub imported: bool,
    pub depth: i32,
    pub path: String,
    /// Workspaces may hold several repositories with equal paths.
    pub repository: Option<RepositoryId>,
    pub id: DefinitionId,
}

/// Who has the name; `None` only if nobody claims it.
pub fn winner(claimants: &[Claimant]) -> Option<&Claimant> {
    claimants.iter().min()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claimant(path: &str, broken: bool) -> Claimant {
        Claimant {
            broken,
            imported: false,
            depth: i32::try_from(path.matches('/').count()).unwrap(),
            path: path.into(),
            repository: Some(RepositoryId::new(1)),
            id: DefinitionId::from_text(path),
        }
    }

    #[test]
    fn the_shallowest_then_the_first_path_wins_in_any_order() {
        let deep = claimant("a/.cursor/agents/x.md", false);
        let first = claimant(".cursor/agents/a.md", false);
        let second = claimant(".cursor/agents/b.md", false);
        for order in [[&deep, &first, &second], [&second, &deep, &first], [&first, &second, &deep]] {
            let claimants: Vec<Claimant> = order.into_iter().cloned().collect();
            assert_eq!(winner(&claimants), Some(&first));
        }
    }

    #[test]
    fn a_broken_file_never_takes_the_name_of_a_good_one() {
        let good = claimant("z/y/.cursor/agents/x.md", false);
        assert_eq!(winner(&[claimant(".cursor/agents/a.md", true), good.clone()]), Some(&good));
    }
}
