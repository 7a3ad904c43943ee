//! Who has the App installed. Each change is told by its webhook, as GitHub would.

use super::{StandIn, StandInError};
use crate::sandbox::state::Installation;
use crate::sandbox::webhook::{emit, installation_event, ping_event, repositories_event};
use chrono::{SecondsFormat, Utc};
use std::collections::BTreeMap;

impl StandIn {
    /// Installs the App on an account, without telling; `id` keeps the number of an earlier start.
    pub fn install(&self, account: &str, id: Option<i64>) -> i64 {
        let mut state = self.hub.state();
        let id = state.id(id);
        let (account, permissions, events) =
            (account.to_owned(), state.app.permissions.clone(), state.app.events.clone());
        let installed = Installation { id, account, permissions, events, suspended_at: None, created_at: now() };
        state.installations.insert(id, installed);
        id
    }

    /// Sends `installation` `created` with the repositories that are there by now.
    pub async fn announce_installation(&self, id: i64) -> Result<String, StandInError> {
        self.tell("created", &self.installation(id)?).await
    }

    /// No token from now on, and no push is told.
    pub async fn suspend(&self, id: i64) -> Result<String, StandInError> {
        self.change_installation(id, "suspend", |installation| installation.suspended_at = Some(now())).await
    }

    pub async fn unsuspend(&self, id: i64) -> Result<String, StandInError> {
        self.change_installation(id, "unsuspend", |installation| installation.suspended_at = None).await
    }

    /// The App is gone from the account: its tokens die, its repositories are out of reach.
    pub async fn uninstall(&self, id: i64) -> Result<String, StandInError> {
        let installation = self.installation(id)?;
        let event = {
            let repositories = self.hub.state().repositories_of(id);
            installation_event(&self.hub, "deleted", &installation, &repositories)
        };
        {
            let mut state = self.hub.state();
            state.installations.remove(&id);
            state.repositories.retain(|_, repository| repository.installation != id);
        }
        Ok(emit(&self.hub, event).await)
    }

    /// Sends `installation_repositories` `added` for a repository that is there.
    pub async fn announce_repository(&self, repository: i64) -> Result<String, StandInError> {
        let repository = self.repository(repository)?;
        let installation = self.installation(repository.installation)?;
        Ok(emit(&self.hub, repositories_event(&self.hub, "added", &installation, &[repository])).await)
    }

    /// Takes a repository out of its installation and tells.
    pub async fn remove_repository(&self, repository: i64) -> Result<String, StandInError> {
        let repository = self.repository(repository)?;
        let installation = self.installation(repository.installation)?;
        self.hub.state().repositories.remove(&repository.id);
        Ok(emit(&self.hub, repositories_event(&self.hub, "removed", &installation, &[repository])).await)
    }

    /// The account is called otherwise, and its repositories with it, without telling.
    pub fn rename_account(&self, id: i64, login: &str) {
        let mut state = self.hub.state();
        if let Some(installation) = state.installations.get_mut(&id) {
            login.clone_into(&mut installation.account);
        }
        for repository in state.repositories.values_mut().filter(|repository| repository.installation == id) {
            let name = format!("{login}/{}", repository.name());
            let old = std::mem::replace(&mut repository.full_name, name);
            repository.former_names.push(old);
        }
    }

    /// The owner grants what the App asks for by now.
    pub async fn accept_permissions(&self, id: i64) -> Result<String, StandInError> {
        let (permissions, events) = self.app_grants();
        self.grant(id, permissions, events);
        self.tell("new_permissions_accepted", &self.installation(id)?).await
    }

    /// The owner grants this no more, or again. Nobody is told of either.
    pub fn set_granted(&self, id: i64, permission: &str, granted: bool) {
        let mut state = self.hub.state();
        let asked =
            state.app.permissions.get_key_value(permission).map(|(name, access)| (name.clone(), access.clone()));
        if let Some(installation) = state.installations.get_mut(&id) {
            installation.permissions.remove(permission);
            if granted {
                installation.permissions.extend(asked);
            }
        }
    }

    /// A repository goes to another account that has the App. Only that one is told, and not by this: GitHub sends it as
    /// `repository` `transferred`, which a test may lose.
    pub fn transfer_repository(&self, id: i64, installation: i64, full_name: &str) -> Result<(), StandInError> {
        let mut state = self.hub.state();
        let unknown = || StandInError::Unknown { what: "repository", id: id.to_string() };
        let repository = state.repositories.get_mut(&id).ok_or_else(unknown)?;
        let old = std::mem::replace(&mut repository.full_name, full_name.to_owned());
        repository.former_names.push(old);
        repository.installation = installation;
        Ok(())
    }

    /// What an installation lets the App do and hear, without telling.
    pub fn grant(&self, id: i64, permissions: BTreeMap<String, String>, events: Vec<String>) {
        if let Some(installation) = self.hub.state().installations.get_mut(&id) {
            (installation.permissions, installation.events) = (permissions, events);
        }
    }

    /// What the App asks for: permissions, and events.
    pub fn app_grants(&self) -> (BTreeMap<String, String>, Vec<String>) {
        let state = self.hub.state();
        (state.app.permissions.clone(), state.app.events.clone())
    }

    /// From now on the App asks for this; its installations stay as they are until their owners accept it.
    pub fn set_app_grants(&self, permissions: BTreeMap<String, String>, events: Vec<String>) {
        let mut state = self.hub.state();
        (state.app.permissions, state.app.events) = (permissions, events);
    }

    pub async fn ping(&self) -> String {
        emit(&self.hub, ping_event(&self.hub)).await
    }

    async fn change_installation(
        &self,
        id: i64,
        action: &str,
        change: impl FnOnce(&mut Installation),
    ) -> Result<String, StandInError> {
        if let Some(installation) = self.hub.state().installations.get_mut(&id) {
            change(installation);
        }
        self.tell(action, &self.installation(id)?).await
    }

    async fn tell(&self, action: &str, installation: &Installation) -> Result<String, StandInError> {
        let repositories = self.hub.state().repositories_of(installation.id);
        Ok(emit(&self.hub, installation_event(&self.hub, action, installation, &repositories)).await)
    }

    fn installation(&self, id: i64) -> Result<Installation, StandInError> {
        let unknown = || StandInError::Unknown { what: "installation", id: id.to_string() };
        self.hub.state().installations.get(&id).cloned().ok_or_else(unknown)
    }
}

pub(super) fn now() -> String {
    Utc::now().to_rfc3339_opts(SecondsFormat::Secs, true)
}
