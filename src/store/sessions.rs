//! Who signed in with GitHub, and what they can reach.

use super::rows::session::SessionRow;
use super::tokens::{Role, hash};
use super::{Store, StoreError};
use crate::model::{SessionId, WorkspaceId};
use chrono::NaiveDateTime;
use secrecy::{ExposeSecret, SecretString};
use std::collections::BTreeMap;

/// Repositories by GitHub's number, and whether the user may push there.
pub type Reached = BTreeMap<i64, bool>;

#[derive(Clone, Debug)]
pub struct NewSession {
    /// What the browser keeps.
    pub cookie: SecretString,
    pub user_id: i64,
    pub login: String,
    /// The user's token at GitHub, sealed.
    pub sealed_token: Vec<u8>,
    pub reach: Reached,
    pub expires_at: NaiveDateTime,
}

impl Store {
    pub async fn open_session(&self, new: &NewSession) -> Result<SessionId, StoreError> {
        let id = SessionId::generate();
        commit!(self, sessions::open(&id, new, &hash(new.cookie.expose_secret())))?;
        Ok(id)
    }

    /// The session whose cookie has this hash, if it is good now.
    pub async fn live_session(&self, hash: &str) -> Result<Option<SessionRow>, StoreError> {
        read!(self, sessions::live(hash))
    }

    /// What GitHub says by now of the session's user.
    pub async fn note_reach(&self, id: &SessionId, reach: &Reached) -> Result<(), StoreError> {
        commit!(self, sessions::note_reach(id.as_str(), reach))
    }

    /// Whether there was such a session.
    pub async fn close_session(&self, hash: &str) -> Result<bool, StoreError> {
        commit!(self, sessions::close(hash))
    }

    /// The workspaces of which every repository is reached, and what may be done there: write where the user may push to
    /// every one of them, else read.
    pub async fn reached_workspaces(&self, reach: &Reached) -> Result<BTreeMap<WorkspaceId, Role>, StoreError> {
        let members = read!(self, sessions::neighbours(reach))?;
        let mut workspaces: BTreeMap<String, Option<Role>> = BTreeMap::new();
        for (repository, workspace) in members {
            let role = reach.get(&repository).map(|pushes| if *pushes { Role::Write } else { Role::Read });
            let so_far = workspaces.entry(workspace).or_insert(role);
            // The least of all; of one that is not reached, nothing.
            *so_far = (*so_far).min(role);
        }
        let seen = workspaces.into_iter().filter_map(|(id, role)| Some((WorkspaceId::from_text(id), role?)));
        Ok(seen.collect())
    }
}
