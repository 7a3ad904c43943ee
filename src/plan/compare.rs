//! Rule 2 and 6 of the sync protocol: what is owed is read first, then the head, then the trees at that head.

use super::comparison::{Facts, Head, Reason};
use super::{Comparison, Coverage, Survey};
use crate::github::{FolderState, GitHub, GitHubError, InstallationClient, Look, RepositoryRef, Urgency};
use crate::model::{CommitSha, InstallationId, RepositoryId};
use crate::queue::Lane;
use crate::store::rows::debt::Debt;
use crate::store::{Store, StoreError};
use chrono::TimeDelta;
use std::collections::BTreeSet;

/// With more folders than this the whole tree is read: one call, where each folder makes the query longer.
const FOLDERS_AT_ONCE: usize = 20;

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
}

impl Comparer {
    /// Makes the comparison that pays `debt`.
    pub async fn compare(&self, debt: &Debt) -> Result<Comparison, CompareError> {
        if debt.repository.state == "removed" {
            return Ok(Comparison { survey: Some(Survey::empty()), ..without_head(debt) });
        }
        let urgency = match reason(debt).lane() {
            Lane::Person => Urgency::Person,
            Lane::Bulk => Urgency::Bulk,
        };
        let client = self.github.installation(InstallationId::new(debt.repository.installation_id)).with(urgency);
        let name =
            RepositoryRef { id: RepositoryId::new(debt.repository.id), full_name: debt.repository.full_name.clone() };
        let folders = (!debt.needs_whole() && debt.folders.len() <= FOLDERS_AT_ONCE).then_some(&debt.folders);
        let asked: Vec<String> = folders.into_iter().flatten().cloned().collect();
        let look = client.look(&name, debt.repository.tracked_branch.as_deref(), &asked).await?;
        let head = look.head.as_ref().map(|head| Head { commit: head.commit.clone(), branch: head.branch.clone() });
        if let Some(head) = &head {
            self.refuse_stale(debt, &head.commit).await?;
        }
        let survey = self.survey(&client, debt, look.clone(), folders).await?;
        Ok(Comparison { head, facts: Some(facts(look)), survey, ..without_head(debt) })
    }

    /// Rule 6. After the lag whatever GitHub shows is believed.
    async fn refuse_stale(&self, debt: &Debt, head: &CommitSha) -> Result<(), CompareError> {
        let repository = RepositoryId::new(debt.repository.id);
        if self.store.has_left(repository, head, debt.now - self.lag, debt.now).await? {
            return Err(CompareError::Stale(head.clone()));
        }
        Ok(())
    }

    async fn survey(
        &self,
        client: &InstallationClient,
        debt: &Debt,
        look: Look,
        folders: Option<&BTreeSet<String>>,
    ) -> Result<Option<Survey>, CompareError> {
        let Some(head) = look.head else {
            return Ok(Some(Survey::empty()));
        };
        if let Some(folders) = folders {
            let entries = look.folders.into_iter().flat_map(|listing| match listing.state {
                FolderState::Tree(entries) => entries,
                FolderState::NotAFolder(entry) => vec![entry],
                FolderState::Missing => vec![],
            });
            return Ok(Some(Survey::of(entries, Coverage::Folders(folders.clone()))));
        }
        if debt.repository.is_compared_at(head.commit.as_str(), &head.branch) {
            return Ok(None);
        }
        let name = RepositoryRef { id: RepositoryId::new(debt.repository.id), full_name: look.full_name };
        Ok(Some(Survey::of(client.tree(&name, &head.tree).await?, Coverage::Whole)))
    }
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
