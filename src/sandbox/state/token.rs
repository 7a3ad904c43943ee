//! Installation tokens: in the long form that GitHub gives out since 2026, or in the short one of Enterprise Server.

use super::State;
use crate::sandbox::options::Edition;
use chrono::{DateTime, Utc};
use jsonwebtoken::{EncodingKey, Header};
use std::collections::BTreeSet;
use std::time::Duration;
use uuid::Uuid;

#[derive(Clone, Debug)]
pub struct Token {
    pub installation: i64,
    /// Narrowed to these, if its request said so.
    pub repositories: Option<BTreeSet<i64>>,
    pub expires_at: DateTime<Utc>,
}

impl Token {
    pub fn is_expired(&self) -> bool {
        self.expires_at <= Utc::now()
    }

    pub fn reaches(&self, repository: i64) -> bool {
        self.repositories.as_ref().is_none_or(|ids| ids.contains(&repository))
    }
}

impl State {
    /// Gives out a new token; its text says nothing that the stand-in relies on.
    pub fn mint(
        &mut self,
        installation: i64,
        repositories: Option<BTreeSet<i64>>,
        lifetime: Duration,
        edition: Edition,
    ) -> Result<(String, Token), jsonwebtoken::errors::Error> {
        let expires_at = Utc::now() + lifetime;
        let text = match edition {
            Edition::Cloud => format!("ghs_{}_{}", self.app.id, signed(installation, expires_at)?),
            Edition::EnterpriseServer => format!("ghs_{:036x}", Uuid::new_v4().as_u128()),
        };
        let token = Token { installation, repositories, expires_at };
        self.tokens.retain(|_, token| !token.is_expired());
        self.tokens.insert(text.clone(), token.clone());
        Ok((text, token))
    }
}

/// Says nothing that the stand-in relies on.
fn signed(installation: i64, expires_at: DateTime<Utc>) -> Result<String, jsonwebtoken::errors::Error> {
    let claims = serde_json::json!({
        "iss": "https://github.invalid", "sub": format!("installation/{installation}"),
        "exp": expires_at.timestamp(), "jti": Uuid::new_v4().to_string(),
    });
    let secret = EncodingKey::from_secret(Uuid::new_v4().as_bytes());
    jsonwebtoken::encode(&Header::default(), &claims, &secret)
}
