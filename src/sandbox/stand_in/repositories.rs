//! Which repositories are served, under which name, and when a push to one is told.

use super::installations::now;
use super::{StandIn, StandInError};
use crate::sandbox::git::{GitRepository, Refs};
use crate::sandbox::state::{HostedRepository, NewRepository};
use crate::sandbox::watch::{announce, moves};
use crate::sandbox::webhook::{Move, RepositoryChange, emit, repository_event};
use std::path::Path;
use std::sync::Arc;

/// A push that is told by hand, whether it happened or not.
#[derive(Clone, Debug)]
pub struct PushSpec {
    /// In full: `refs/heads/main`
    pub reference: String,
    /// `None`: the ref was made by this push.
    pub before: Option<String>,
    /// `None`: the ref was deleted by this push.
    pub after: Option<String>,
}

impl StandIn {
    /// Serves a repository on disk, without telling; its refs as of now count as known.
    pub fn add_repository(&self, new: NewRepository) -> Result<i64, StandInError> {
        check_name(&new.full_name)?;
        let git = self.open(&new.path)?;
        let default_branch = new.default_branch.map_or_else(|| git.head_branch(), Ok)?;
        let pushed = Refs::read(&git)?;
        let mut state = self.hub.state();
        if state.repository_named(&new.full_name).is_some_and(|found| Some(found.id) != new.id) {
            return Err(StandInError::NameTaken(new.full_name));
        }
        let id = state.id(new.id);
        let repository = HostedRepository {
            id,
            installation: new.installation,
            full_name: new.full_name,
            former_names: Vec::new(),
            private: new.private,
            archived: false,
            default_branch,
            created_at: now(),
            git,
            pushed,
            stale: None,
            unseen: false,
        };
        state.repositories.insert(id, repository);
        Ok(id)
    }

    /// What is served under several names is opened once.
    fn open(&self, path: &Path) -> Result<Arc<GitRepository>, StandInError> {
        let opened =
            self.hub.state().repositories.values().find(|one| one.git.path() == path).map(|one| one.git.clone());
        opened.map_or_else(|| Ok(Arc::new(GitRepository::open(path)?)), Ok)
    }

    pub fn default_branch(&self, repository: i64) -> Result<String, StandInError> {
        Ok(self.repository(repository)?.default_branch)
    }

    /// Tells of every ref that moved since the last look; the GUIDs of the deliveries, in the order of the refs' names.
    pub async fn announce_pushes(&self, repository: i64) -> Result<Vec<String>, StandInError> {
        self.repository(repository)?;
        let mut guids = Vec::new();
        for moved in moves(&self.hub, repository).await {
            guids.extend(announce(&self.hub, repository, moved).await);
        }
        Ok(guids)
    }

    /// Tells of this push; its GUID, unless the installation is suspended or git does not know the commits.
    pub async fn push(&self, repository: i64, spec: PushSpec) -> Result<Option<String>, StandInError> {
        let known: Vec<String> = self.repository(repository)?.pushed.0.into_values().collect();
        let known = spec.before.iter().cloned().chain(known.into_iter().filter(|oid| Some(oid) != spec.after.as_ref()));
        let known = known.collect();
        let moved = Move { reference: spec.reference, before: spec.before, after: spec.after, known };
        Ok(announce(&self.hub, repository, moved).await)
    }

    /// The old name answers with a redirect from now on.
    pub async fn rename_repository(&self, id: i64, full_name: &str) -> Result<String, StandInError> {
        check_name(full_name)?;
        let from = self.repository(id)?;
        let change = RepositoryChange::Renamed { from: from.name().to_owned() };
        self.change_repository(id, change, |repository| {
            let old = std::mem::replace(&mut repository.full_name, full_name.to_owned());
            repository.former_names.push(old);
        })
        .await
    }

    pub async fn change_default_branch(&self, id: i64, branch: &str) -> Result<String, StandInError> {
        let change = RepositoryChange::DefaultBranch { from: self.repository(id)?.default_branch };
        self.change_repository(id, change, |repository| branch.clone_into(&mut repository.default_branch)).await
    }

    pub async fn archive(&self, id: i64, archived: bool) -> Result<String, StandInError> {
        let change = if archived { RepositoryChange::Archived } else { RepositoryChange::Unarchived };
        self.change_repository(id, change, |repository| repository.archived = archived).await
    }

    pub async fn make_private(&self, id: i64, private: bool) -> Result<String, StandInError> {
        let change = if private { RepositoryChange::Privatized } else { RepositoryChange::Publicized };
        self.change_repository(id, change, |repository| repository.private = private).await
    }

    /// Reads of the default branch answer from this commit until `fresh`.
    pub fn stale(&self, id: i64, commit: &str) {
        if let Some(repository) = self.hub.state().repositories.get_mut(&id) {
            repository.stale = Some(commit.to_owned());
        }
    }

    /// Reads do not show the default branch until `fresh`.
    pub fn unseen(&self, id: i64) {
        if let Some(repository) = self.hub.state().repositories.get_mut(&id) {
            repository.unseen = true;
        }
    }

    pub fn fresh(&self, id: i64) {
        if let Some(repository) = self.hub.state().repositories.get_mut(&id) {
            (repository.stale, repository.unseen) = (None, false);
        }
    }

    async fn change_repository(
        &self,
        id: i64,
        told: RepositoryChange,
        change: impl FnOnce(&mut HostedRepository),
    ) -> Result<String, StandInError> {
        if let Some(repository) = self.hub.state().repositories.get_mut(&id) {
            change(repository);
        }
        let repository = self.repository(id)?;
        Ok(emit(&self.hub, repository_event(&self.hub, &repository, &told)).await)
    }

    pub(super) fn repository(&self, id: i64) -> Result<HostedRepository, StandInError> {
        let unknown = || StandInError::Unknown { what: "repository", id: id.to_string() };
        self.hub.state().repositories.get(&id).cloned().ok_or_else(unknown)
    }
}

fn check_name(full_name: &str) -> Result<(), StandInError> {
    let is_part = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    match full_name.split_once('/') {
        Some((owner, name)) if is_part(owner) && is_part(name) => Ok(()),
        _ => Err(StandInError::BadName(full_name.to_owned())),
    }
}
