//! Tokens, as far as the rest of the API does not show.

use super::registry::Registry;
use crate::support::Database;
use crate::support::wait::eventually;
use actix_web::http::Method;
use dotcursor::model::Actor;
use dotcursor::store::tokens::{Role, hash};

pub async fn a_token_is_kept_as_a_hash_and_its_use_is_noted(database: Database) {
    let registry = Registry::open(database).await;
    let (id, text) = registry.token_until(None, Role::Admin, None).await;
    assert!(text.starts_with("dcur_") && text.len() == "dcur_".len() + 64, "32 random bytes");
    let row = registry.scene.store.tokens().await.unwrap().remove(0);
    assert_eq!((row.id.as_str(), row.hash), (id.as_str(), hash(&text)));
    assert!(row.last_used_at.is_none());

    assert_eq!(registry.ask(Method::GET, "/api/workspaces", Some(&text)).await.status, 200);
    eventually("the token's use is noted", async || {
        let row = registry.scene.store.tokens().await.unwrap().remove(0);
        row.last_used_at.ok_or("never used".to_owned())
    })
    .await;
    let revoke = async || registry.scene.store.revoke_token(&id, &Actor::Cli).await.unwrap();
    assert!(revoke().await.is_some());
    assert!(revoke().await.is_none(), "it was revoked before");
}
