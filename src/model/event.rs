//! What a webhook tells us, in our own small words: GitHub's payload is read once, at the door, and then let go.

use super::{CommitSha, DeliveryId, InstallationId, Reach, RepositoryId, ToolFolder};
use std::collections::BTreeSet;

/// One webhook as it came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    pub id: DeliveryId,
    /// `X-GitHub-Event`, for people and metrics.
    pub name: String,
    pub action: Option<String>,
    pub event: Event,
}

impl Delivery {
    /// Where it was pushed to, if it tells of a push.
    pub fn pushed(&self) -> Option<RepositoryId> {
        match &self.event {
            Event::Push(push) => Some(push.repository.id),
            _ => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    Push(Push),
    Installation(InstallationEvent),
    /// Repositories were added to or taken from an installation.
    InstallationRepositories {
        installation: Account,
        added: Vec<RepositoryFacts>,
        removed: Vec<RepositoryId>,
    },
    /// Something about a repository is other than before: its name, default branch, visibility.
    Repository {
        installation: Option<Account>,
        repository: RepositoryFacts,
        change: RepositoryChange,
    },
    /// Somebody asks for our check of this commit once more.
    CheckRerequested {
        repository: RepositoryId,
        head: CommitSha,
    },
    /// A pull request has a head, or a base, that was not looked at.
    PullRequest(PullRequest),
    /// `ping`, and events that we do not know: recorded, nothing owed.
    Nothing,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InstallationEvent {
    /// Created, or new permissions accepted.
    Active {
        installation: Account,
        repositories: Vec<RepositoryFacts>,
    },
    Suspended(InstallationId),
    Unsuspended(InstallationId),
    Deleted(InstallationId),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RepositoryChange {
    /// Renamed, edited, transferred, (un)archived, publicised, privatised, created.
    Facts,
    Deleted,
}

/// An installation and the account that it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub installation: InstallationId,
    /// Login of the user or organisation; empty where the payload does not tell.
    pub login: String,
}

/// What payloads tell of a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepositoryFacts {
    pub id: RepositoryId,
    pub full_name: String,
    pub private: bool,
    /// Installation events do not tell it.
    pub default_branch: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PullRequest {
    pub repository: RepositoryFacts,
    pub number: i64,
    pub head: CommitSha,
    /// The head that this one took the place of.
    pub before: Option<CommitSha>,
    /// The head of the branch that it is to be merged into, and its name.
    pub base: CommitSha,
    pub base_ref: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Push {
    /// Missing from webhooks that belong to a repository instead of an App.
    pub installation: Option<Account>,
    pub repository: RepositoryFacts,
    /// `refs/heads/main`, `refs/tags/v1`
    pub git_ref: String,
    /// `None` where GitHub writes zeros: the branch was made by this push.
    pub before: Option<CommitSha>,
    /// `None` where GitHub writes zeros: the branch was deleted by this push.
    pub after: Option<CommitSha>,
    pub forced: bool,
    pub touched: Touched,
    /// Folders of other tools that the lists name.
    pub tools: BTreeSet<ToolFolder>,
}

/// Which of our folders the lists of a push name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Touched {
    /// The lists are complete; these `.cursor` folders are in them, perhaps none.
    Folders(Vec<String>),
    /// The lists are cut off or missing, or name too many folders.
    Unknown,
}

/// What a push makes us owe: rule 1 of the sync protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Debt {
    /// It is on another ref, or certainly touches nothing of ours.
    Nothing(NoDebt),
    /// A comparison of the folders known and of these.
    Narrow(Vec<String>),
    /// A comparison of the whole tree.
    Whole,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoDebt {
    OtherRef,
    Untouched,
}

impl Push {
    /// `tracked` is the branch that we follow, `reach` where definitions may lie.
    ///
    /// The payload's own idea of the default branch counts too: ours may be older.
    pub fn debt(&self, tracked: &Tracked, reach: &Reach) -> Debt {
        let Some(branch) = self.git_ref.strip_prefix("refs/heads/") else {
            return Debt::Nothing(NoDebt::OtherRef);
        };
        match tracked.standing(branch, self.repository.default_branch.as_deref()) {
            Standing::Followed => self.debt_of_followed(reach),
            // The settings are read there, and the branch itself is followed while the chosen one is missing.
            Standing::Default => match self.debt_of_followed(reach) {
                Debt::Nothing(_) => Debt::Nothing(NoDebt::OtherRef),
                owed => owed,
            },
            Standing::Other => Debt::Nothing(NoDebt::OtherRef),
        }
    }

    fn debt_of_followed(&self, reach: &Reach) -> Debt {
        // A forced push lists what is new, not what it threw away; a branch that was made lists what no other branch has.
        if self.forced || self.before.is_none() || self.after.is_none() {
            return Debt::Whole;
        }
        match &self.touched {
            Touched::Unknown => Debt::Whole,
            Touched::Folders(_) if self.reaches(reach) => Debt::Whole,
            Touched::Folders(folders) if folders.is_empty() => Debt::Nothing(NoDebt::Untouched),
            Touched::Folders(folders) => Debt::Narrow(folders.clone()),
        }
    }

    /// Whether something elsewhere than below `.cursor` may be touched.
    fn reaches(&self, reach: &Reach) -> bool {
        match reach {
            Reach::Cursor => false,
            Reach::Folders(folders) => folders.iter().any(|folder| self.tools.contains(folder)),
            Reach::Anywhere => self.before != self.after,
        }
    }
}

/// Which branch of a repository is followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tracked {
    /// The owner's choice, and the default branch by the name that we last knew.
    Branch { chosen: String, default: Option<String> },
    /// The default branch, by the name that we last knew.
    Default(Option<String>),
}

/// What a branch is to us.
enum Standing {
    Followed,
    /// Another one is followed.
    Default,
    Other,
}

impl Tracked {
    fn standing(&self, branch: &str, default_now: Option<&str>) -> Standing {
        let is_default = |known: &Option<String>| {
            known.as_deref() == Some(branch)
                || default_now == Some(branch)
                || (known.is_none() && default_now.is_none())
        };
        match self {
            Self::Branch { chosen, .. } if chosen == branch => Standing::Followed,
            Self::Branch { default, .. } if is_default(default) => Standing::Default,
            Self::Default(known) if is_default(known) => Standing::Followed,
            Self::Branch { .. } | Self::Default(_) => Standing::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn push() -> Push {
        let sha = |digit: &str| CommitSha::new(&digit.repeat(40)).ok();
        Push {
            installation: None,
            repository: RepositoryFacts {
                id: RepositoryId::new(1),
                full_name: "o/r".into(),
                private: false,
                default_branch: Some("main".into()),
            },
            git_ref: "refs/heads/main".into(),
            before: sha("1"),
            after: sha("2"),
            forced: false,
            touched: Touched::Folders(vec![]),
            tools: BTreeSet::new(),
        }
    }

    fn main() -> Tracked {
        Tracked::Default(Some("main".into()))
    }

    #[test]
    fn a_complete_push_that_touches_nothing_owes_nothing() {
        assert_eq!(push().debt(&main(), &Reach::Cursor), Debt::Nothing(NoDebt::Untouched));
    }

    #[test]
    fn a_touched_folder_owes_a_narrow_comparison() {
        let touching = Push { touched: Touched::Folders(vec![".cursor".into()]), ..push() };
        assert_eq!(touching.debt(&main(), &Reach::Cursor), Debt::Narrow(vec![".cursor".into()]));
    }

    #[test]
    fn forced_incomplete_created_and_deleted_owe_a_whole_one() {
        assert_eq!(Push { forced: true, ..push() }.debt(&main(), &Reach::Cursor), Debt::Whole);
        assert_eq!(Push { touched: Touched::Unknown, ..push() }.debt(&main(), &Reach::Cursor), Debt::Whole);
        assert_eq!(Push { before: None, ..push() }.debt(&main(), &Reach::Cursor), Debt::Whole);
        assert_eq!(Push { after: None, ..push() }.debt(&main(), &Reach::Cursor), Debt::Whole);
    }

    #[test]
    fn tags_and_other_branches_owe_nothing() {
        let other =
            |git_ref: &str| Push { git_ref: git_ref.into(), forced: true, ..push() }.debt(&main(), &Reach::Cursor);
        assert_eq!(other("refs/tags/main"), Debt::Nothing(NoDebt::OtherRef));
        assert_eq!(other("refs/heads/main2"), Debt::Nothing(NoDebt::OtherRef));
    }

    #[test]
    fn a_default_branch_that_we_do_not_know_yet_is_believed() {
        let renamed = Push { git_ref: "refs/heads/trunk".into(), forced: true, ..push() };
        let renamed = Push {
            repository: RepositoryFacts { default_branch: Some("trunk".into()), ..renamed.repository.clone() },
            ..renamed
        };
        assert_eq!(renamed.debt(&main(), &Reach::Cursor), Debt::Whole);
    }

    #[test]
    fn where_a_branch_is_chosen_the_default_branch_counts_for_its_settings() {
        let tracked = Tracked::Branch { chosen: "release".into(), default: Some("main".into()) };
        let debt = |git_ref: &str, folders: &[&str]| {
            let touched = Touched::Folders(folders.iter().map(|folder| (*folder).to_owned()).collect());
            Push { git_ref: git_ref.into(), touched, ..push() }.debt(&tracked, &Reach::Cursor)
        };
        assert_eq!(debt("refs/heads/release", &[]), Debt::Nothing(NoDebt::Untouched));
        assert_eq!(debt("refs/heads/main", &[]), Debt::Nothing(NoDebt::OtherRef));
        assert_eq!(debt("refs/heads/main", &[".cursor"]), Debt::Narrow(vec![".cursor".into()]));
        assert_eq!(debt("refs/heads/other", &[".cursor"]), Debt::Nothing(NoDebt::OtherRef));
    }

    #[test]
    fn what_settings_reach_owes_a_whole_comparison() {
        let agents = ToolFolder::ALL[1];
        let touching = Push { tools: [agents].into(), ..push() };
        assert_eq!(touching.debt(&main(), &Reach::Cursor), Debt::Nothing(NoDebt::Untouched));
        assert_eq!(touching.debt(&main(), &Reach::Folders(vec![agents])), Debt::Whole);
        let other = Reach::Folders(vec![ToolFolder::ALL[0]]);
        assert_eq!(touching.debt(&main(), &other), Debt::Nothing(NoDebt::Untouched));
        assert_eq!(push().debt(&main(), &Reach::Anywhere), Debt::Whole);
    }
}
