//! Installation tokens, in the long form that GitHub gives out since 2026.

use super::State;
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
    ) -> Result<(String, Token), jsonwebtoken::errors::Error> {
        let expires_at = Utc::now() + lifetime;
        let claims = serde_json::json!({
            "iss": "https://github.invalid", "sub": format!("installation/{installation}"),
            "exp": expires_at.timestamp(), "jti": Uuid::new_v4().to_string(),
        });
        let secret = EncodingKey::from_secret(Uuid::new_v4().as_bytes());
        let jwt = jsonwebtoken::encode(&Header::default(), &claims, &secret)?;
        let text = format!("ghs_{}_{jwt}", self.app.id);
        let token = Token { installation, repositories, expires_at };
        self.tokens.retain(|_, token| !token.is_expired());
        self.tokens.insert(text.clone(), token.clone());
        Ok((text, token))
    }
}
