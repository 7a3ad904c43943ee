//! Installations, their accounts, and repositories, as they stand in several payloads.

use super::text::Text;
use crate::model::{Account, InstallationId, RepositoryFacts, RepositoryId};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(super) struct Installation<'a> {
    id: i64,
    #[serde(borrow)]
    account: Option<Owner<'a>>,
}

/// A user or an organisation. An enterprise has no login.
#[derive(Debug, Deserialize)]
pub(super) struct Owner<'a> {
    #[serde(borrow)]
    login: Option<Text<'a>>,
}

impl<'a> Installation<'a> {
    pub(super) fn id(&self) -> InstallationId {
        InstallationId::new(self.id)
    }

    pub(super) fn account(&self) -> Account {
        self.account_or_owner(None)
    }

    /// Outside of installation events an installation is an id only; its account is the repository's owner.
    pub(super) fn account_or_owner(&self, owner: Option<&Owner<'a>>) -> Account {
        let login = self.account.as_ref().or(owner).and_then(|owner| owner.login.as_ref());
        Account { installation: self.id(), login: login.map(Text::kept).unwrap_or_default() }
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Repository<'a> {
    id: i64,
    #[serde(borrow)]
    full_name: Text<'a>,
    /// Should it ever be missing, the careful answer is yes.
    #[serde(default = "yes")]
    private: bool,
    #[serde(borrow)]
    default_branch: Option<Text<'a>>,
    #[serde(borrow)]
    pub owner: Option<Owner<'a>>,
}

fn yes() -> bool {
    true
}

impl Repository<'_> {
    pub(super) fn facts(&self) -> RepositoryFacts {
        RepositoryFacts {
            id: RepositoryId::new(self.id),
            full_name: self.full_name.kept(),
            private: self.private,
            default_branch: self.default_branch.as_ref().map(Text::kept),
        }
    }
}
