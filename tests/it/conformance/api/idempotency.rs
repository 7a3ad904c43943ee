//! `Idempotency-Key`: what makes something is done once.

use super::registry::{ADMIN, Answer, Registry};
use crate::support::Database;
use actix_web::http::header;
use actix_web::test::TestRequest;
use dotcursor::model::SessionId;
use dotcursor::store::tokens::{Role, hash};
use std::collections::BTreeMap;

const STYLE: (&str, &str) = (".cursor/rules/style.mdc", "Use tabs.");

/// A sync (of a kind, which is another request), which wakes a planner each time that it is really asked for.
async fn sync(registry: &Registry, key: &str, token: &str, kind: &str) -> Answer {
    let path = format!("/api/workspaces/{}{kind}/sync", registry.workspace().await);
    let request = TestRequest::post().uri(&path).insert_header(("Idempotency-Key", key));
    registry.send(request.insert_header((header::AUTHORIZATION, format!("Bearer {token}")))).await
}

fn woken(registry: &Registry) -> usize {
    registry.woken.lock().unwrap().len()
}

pub async fn the_same_request_is_answered_again(database: Database) {
    let registry = Registry::with(database, &[STYLE]).await;
    let first = sync(&registry, "k1", ADMIN, "").await;
    assert_eq!((first.status, first.header("idempotency-replayed")), (202, ""));
    let again = sync(&registry, "k1", ADMIN, "").await;
    assert_eq!((again.status, again.header("idempotency-replayed")), (202, "true"));
    assert_eq!((&again.body, again.header("content-type")), (&first.body, "application/json"));
    assert_eq!(woken(&registry), 1, "nothing was asked for again");

    sync(&registry, "k2", ADMIN, "").await;
    let writer = registry.token(Some(registry.workspace().await), Role::Write).await;
    sync(&registry, "k1", &writer, "").await;
    assert_eq!(woken(&registry), 3, "another key, and another sender with the same key, are other requests");
}

pub async fn a_key_belongs_to_one_request(database: Database) {
    let registry = Registry::with(database, &[STYLE]).await;
    sync(&registry, "k", ADMIN, "").await;
    let other = sync(&registry, "k", ADMIN, "/rules").await;
    assert_eq!((other.status, &other.body["error"]["code"]), (422, &"idempotency-key-reused".into()));
    for bad in ["", " ", "two words", &"k".repeat(256)] {
        let refused = sync(&registry, bad, ADMIN, "").await;
        assert_eq!((refused.status, &refused.body["error"]["details"][0]["field"]), (400, &"Idempotency-Key".into()));
    }
    assert_eq!(woken(&registry), 1);
}

pub async fn what_was_refused_leaves_its_key_free(database: Database) {
    let registry = Registry::with(database, &[STYLE]).await;
    let reader = registry.token(Some(registry.workspace().await), Role::Read).await;
    for _ in 0..2 {
        let refused = sync(&registry, "k", &reader, "").await;
        assert_eq!((refused.status, refused.header("idempotency-replayed")), (403, ""));
    }
    let nobody = sync(&registry, "k", "dcur_nobody", "").await;
    assert_eq!(nobody.status, 401);
}

pub async fn a_key_is_held_while_its_request_is_under_way_and_not_for_ever(database: Database) {
    let registry = Registry::with(database, &[STYLE]).await;
    sync(&registry, "k", ADMIN, "").await;
    let hold = "UPDATE idempotency_keys SET status = NULL, leased_until";
    registry.scene.database().tamper(&format!("{hold} = '2999-01-01 00:00:00'")).await;
    let running = sync(&registry, "k", ADMIN, "").await;
    assert_eq!((running.status, &running.body["error"]["code"]), (409, &"idempotency-key-in-use".into()));
    assert_eq!((running.header("retry-after"), woken(&registry)), ("1", 1));

    registry.scene.database().tamper(&format!("{hold} = '2000-01-01 00:00:00'")).await;
    let after_a_crash = sync(&registry, "k", ADMIN, "").await;
    assert_eq!((after_a_crash.status, after_a_crash.header("idempotency-replayed"), woken(&registry)), (202, "", 2));
    assert_eq!(sync(&registry, "k", ADMIN, "").await.header("idempotency-replayed"), "true");
}

pub async fn an_answer_is_kept_for_a_day(database: Database) {
    let registry = Registry::with(database, &[STYLE]).await;
    sync(&registry, "k", ADMIN, "").await;
    registry.scene.store.purge(chrono::TimeDelta::days(90)).await.unwrap();
    assert_eq!(sync(&registry, "k", ADMIN, "").await.header("idempotency-replayed"), "true");
    registry.scene.database().tamper("UPDATE idempotency_keys SET created_at = '2000-01-01 00:00:00'").await;
    assert_eq!(sync(&registry, "k", ADMIN, "").await.header("idempotency-replayed"), "");
    registry.scene.database().tamper("UPDATE idempotency_keys SET created_at = '2000-01-01 00:00:00'").await;
    registry.scene.store.purge(chrono::TimeDelta::days(90)).await.unwrap();
    // Were the row still there, another request would be refused.
    assert_eq!(sync(&registry, "k", ADMIN, "/rules").await.status, 202);
}

pub async fn of_two_at_once_one_is_done(database: Database) {
    let registry = Registry::with(database, &[STYLE]).await;
    let (one, two) = tokio::join!(sync(&registry, "k", ADMIN, ""), sync(&registry, "k", ADMIN, ""));
    assert_eq!(woken(&registry), 1);
    for answer in [one, two] {
        let is_told = answer.status == 202 || answer.body["error"]["code"] == "idempotency-key-in-use";
        assert!(is_told, "{}", answer.shown());
    }
}

pub async fn who_may_not_write_any_more_is_not_answered_again(database: Database) {
    let mut registry = Registry::with(database, &[STYLE]).await;
    let path = format!("/api/workspaces/{}/sync", registry.workspace().await);
    let cookie = registry.session("mona", &[(7, true)]).await;
    let ask = async |registry: &Registry| {
        let cookie = (header::COOKIE, format!("dotcursor_session={cookie}"));
        let request =
            TestRequest::post().uri(&path).insert_header(cookie).insert_header(("x-requested-with", "a test"));
        registry.send(request.insert_header(("Idempotency-Key", "k"))).await
    };
    assert_eq!(ask(&registry).await.status, 202);
    assert_eq!(ask(&registry).await.header("idempotency-replayed"), "true");
    let session = registry.scene.store.live_session(&hash(&cookie)).await.unwrap().unwrap();
    for (reach, expected) in [(BTreeMap::from([(7, false)]), 403), (BTreeMap::new(), 404)] {
        let id = SessionId::from_text(session.id.clone());
        registry.scene.store.note_reach(&id, &reach).await.unwrap();
        // Sessions are remembered for some seconds.
        registry.forget();
        let refused = ask(&registry).await;
        assert_eq!((refused.status, refused.header("idempotency-replayed")), (expected, ""), "{}", refused.shown());
    }
}
