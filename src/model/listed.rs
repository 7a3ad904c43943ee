//! What GitHub lists of the App: where it is installed, and what it may see there.

use super::{Account, RepositoryFacts};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedInstallation {
    pub account: Account,
    pub suspended: bool,
    /// What the owner grants, in the order of names: `checks:write contents:read`.
    pub permissions: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedRepository {
    pub facts: RepositoryFacts,
    pub archived: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepositoryList {
    pub repositories: Vec<ListedRepository>,
    /// As many as GitHub says there are, with each page. A list that changed between two pages may leave one out.
    pub is_whole: bool,
}
