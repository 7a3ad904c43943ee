//! API tokens: shown once, kept as a hash.

use super::catalog::Page;
use super::rows::listing::TokenRow;
use super::{Store, StoreError};
use crate::model::{Actor, TokenId, WorkspaceId};
use chrono::NaiveDateTime;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

/// What a token lets its bearer do. Later ones include the earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    Read,
    Write,
    Admin,
}

impl Role {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Admin => "admin",
        }
    }

    pub fn from_text(text: &str) -> Option<Self> {
        [Self::Read, Self::Write, Self::Admin].into_iter().find(|role| role.as_str() == text)
    }
}

/// Whom a token speaks for.
#[derive(Clone, Debug)]
pub struct NewToken {
    pub name: String,
    /// `None` for an administrator's.
    pub workspace: Option<WorkspaceId>,
    pub role: Role,
    pub expires_at: Option<NaiveDateTime>,
}

/// A new token's text: 32 random bytes behind a mark that scanners of leaked secrets can find.
fn generate() -> SecretString {
    let bytes: [u8; 32] = rand::random();
    format!("dcur_{}", hex::encode(bytes)).into()
}

/// What is kept of a token. It has 256 random bits, so one round of SHA-256 is enough.
pub fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token))
}

impl Store {
    /// Makes a token; its text is not to be had again.
    pub async fn create_token(&self, new: &NewToken, by: &Actor) -> Result<(TokenRow, SecretString), StoreError> {
        let text = generate();
        let id = TokenId::generate();
        let row = commit!(self, tokens::insert(&id, new, &hash(text.expose_secret()), by))?;
        Ok((row, text))
    }

    /// Newest first; only those of `some` workspaces where the asker may see no others.
    pub async fn tokens_of(
        &self,
        some: Option<&[WorkspaceId]>,
        page: Page,
    ) -> Result<(Vec<TokenRow>, i64), StoreError> {
        snapshot!(self, tokens::page(some, page))
    }

    pub async fn token(&self, id: &TokenId) -> Result<Option<TokenRow>, StoreError> {
        read!(self, tokens::find(id.as_str()))
    }

    /// All of them, newest first; revoked ones too.
    pub async fn tokens(&self) -> Result<Vec<TokenRow>, StoreError> {
        read!(self, tokens::list())
    }

    /// The token as it was, if there was one that was not revoked before.
    pub async fn revoke_token(&self, id: &TokenId, by: &Actor) -> Result<Option<TokenRow>, StoreError> {
        commit!(self, tokens::revoke(id.as_str(), by))
    }

    /// The token with this hash, if it is good now.
    pub async fn live_token(&self, hash: &str) -> Result<Option<TokenRow>, StoreError> {
        read!(self, tokens::live(hash))
    }

    /// Notes that a token was used.
    pub async fn token_used(&self, id: &str) -> Result<(), StoreError> {
        commit!(self, tokens::used(id))
    }
}
