//! Rule 2 and 6 of the sync protocol: what is owed is read first, then the head, then the trees at that head.

use super::comparison::{Facts, Head, Reason};
use super::{Comparison, Coverage, Noted, Survey};
use crate::github::{FolderState, GitHub, GitHubError, InstallationClient, Look, RepositoryRef, Urgency};
use crate::model::{CommitSha, InstallationId, RepositoryId};
use crate::queue::Lane;
use crate::settings::Layout;
use crate::store::rows::debt::Debt;
use crate::store::{Store, StoreError};
use chrono::TimeDelta;
use std::collections::BTreeSet;
use std::sync::Arc;

/// With more folders than this the whole tree is read: one call, where each folder makes the query longer.
const FOLDERS_AT_ONCE: usize = 20;

/// Looks at folders that may fail before the whole tree is read instead.
const NARROW_ATTEMPTS: i32 = 2;

/// Reads what a debt asks for.
#[derive(Clone, Debug)]
pub struct Comparer {
    pub store: Store,
    pub github: GitHub,
    /// How long GitHub's replicas may lag behind a push that was delivered.
    pub lag: TimeDelta,
}

/// Why there is no comparison.
#[derive(Debug, thiserror::Error)]
pub enum CompareError {
    #[error(transparent)]
    GitHub(#[from] GitHubError),
    #[error(transparent)]
    Store(#[from] StoreError),
    /// GitHub showed a head that a delivery says it has left.
    #[error("GitHub still shows {0}, which a push has left; reading again when its replicas have caught up")]
    Stale(CommitSha),
    /// GitHub showed no branch where a delivery says that there is one.
    #[error("GitHub does not show the branch yet that was pushed; reading again when its replicas have caught up")]
    Unseen,
}

impl Comparer {
    /// Makes the comparison that pays `debt`.
    pub async fn compare(&self, debt: &Debt) -> Result<Comparison, CompareError> {
        if debt.repository.state == "removed" {
            let settings = Some(Noted::none(debt));
            return Ok(Comparison { survey: Some(Survey::empty()), settings, ..without_head(debt) });
        }
        let urgency = match reason(debt).lane() {
            Lane::Person => Urgency::Person,
            Lane::Bulk => Urgency::Bulk,
        };
        let client = self.github.installation(InstallationId::new(debt.repository.installation_id)).with(urgency);
        let name =
            RepositoryRef { id: RepositoryId::new(debt.repository.id), full_name: debt.repository.full_name.clone() };
        let folders = is_narrow(debt).then_some(&debt.folders);
        let asked: Vec<String> = folders.into_iter().flatten().cloned().collect();
        let mut look = client.look(&name, debt.repository.tracked_branch.as_deref(), &asked).await?;
        let mut noted = Noted::of(debt, &look);
        if noted.in_force.branch != debt.repository.tracked_branch {
            // The owner has chosen another branch: what was seen of the old one says nothing.
            look.head = client.look(&name, noted.in_force.branch.as_deref(), &[]).await?.head;
        }
        let is_missing = noted.in_force.branch.is_some() && look.head.is_none() && look.default_head.is_some();
        if is_missing {
            noted.miss_branch(&look);
            look.head.clone_from(&look.default_head);
        }
        let head = look.head.as_ref().map(|head| Head { commit: head.commit.clone(), branch: head.branch.clone() });
        // The settings may be stale as well, where they are not of the head itself.
        let default_head = look.default_head.iter().filter(|seen| Some(*seen) != look.head.as_ref());
        for seen in look.head.iter().chain(default_head) {
            self.refuse_stale(debt, &seen.commit).await?;
        }
        if is_missing || look.head.is_none() {
            self.refuse_unseen(debt).await?;
        }
        // Folders were listed at the head of the branch that was asked for, by the settings that were in force.
        let folders = folders.filter(|_| !is_missing && !noted.is_change());
        let survey = self.survey(&client, debt, (look.clone(), &noted), folders).await?;
        Ok(Comparison { head, facts: Some(facts(look)), settings: Some(noted), survey, ..without_head(debt) })
    }

    /// Rule 6. After the lag whatever GitHub shows is believed.
    async fn refuse_stale(&self, debt: &Debt, head: &CommitSha) -> Result<(), CompareError> {
        let repository = RepositoryId::new(debt.repository.id);
        if self.store.has_left(repository, head, debt.now - self.lag, debt.now).await? {
            return Err(CompareError::Stale(head.clone()));
        }
        Ok(())
    }

    /// The same where GitHub shows no head, or none of the branch that is followed: it may have been pushed just now.
    async fn refuse_unseen(&self, debt: &Debt) -> Result<(), CompareError> {
        let repository = RepositoryId::new(debt.repository.id);
        if self.store.has_come(repository, debt.now - self.lag, debt.now).await? {
            return Err(CompareError::Unseen);
        }
        Ok(())
    }

    async fn survey(
        &self,
        client: &InstallationClient,
        debt: &Debt,
        (look, noted): (Look, &Noted),
        folders: Option<&BTreeSet<String>>,
    ) -> Result<Option<Survey>, CompareError> {
        let layout = Arc::new(Layout::of(&noted.in_force));
        let Some(head) = look.head else {
            return Ok(Some(Survey::empty()));
        };
        if let Some(folders) = folders {
            let entries = look.folders.into_iter().flat_map(|listing| match listing.state {
                FolderState::Tree(entries) => entries,
                FolderState::NotAFolder(entry) => vec![entry],
                FolderState::Missing => vec![],
            });
            return Ok(Some(Survey::of(entries, Coverage::Folders(folders.clone()), &layout)));
        }
        if !noted.is_change() && debt.repository.is_compared_at(head.commit.as_str(), &head.branch) {
            return Ok(None);
        }
        let name = RepositoryRef { id: RepositoryId::new(debt.repository.id), full_name: look.full_name };
        let entries = client.tree(&name, &head.tree, &layout).await?;
        Ok(Some(Survey::of(entries, Coverage::Whole, &layout)))
    }
}

/// The folders that pushes named are enough, and GitHub has not failed to list them time and again: a large one may take it too
/// long, where the whole tree has a way of its own.
fn is_narrow(debt: &Debt) -> bool {
    !debt.needs_whole() && debt.folders.len() <= FOLDERS_AT_ONCE && debt.attempts < NARROW_ATTEMPTS
}

fn facts(look: Look) -> Facts {
    let Look { full_name, private, archived, default_branch, .. } = look;
    Facts { full_name, private, archived, default_branch }
}

fn without_head(debt: &Debt) -> Comparison {
    Comparison {
        repository: RepositoryId::new(debt.repository.id),
        wanted: debt.wanted,
        wanted_whole: debt.wanted_whole,
        head: None,
        facts: None,
        settings: None,
        survey: None,
        reason: reason(debt),
        delivery: debt.delivery.clone(),
    }
}

fn reason(debt: &Debt) -> Reason {
    if debt.urgent {
        Reason::Request
    } else if debt.repository.compared == 0 {
        Reason::Import
    } else if debt.has_push() {
        Reason::Push
    } else {
        Reason::Check
    }
}
