//! Dead letters, kept once.

use crate::conformance::store::scene::Scene;
use crate::support::Database;
use dotcursor::model::Actor;
use dotcursor::queue::{Cause, DeadLetter, Lane};
use dotcursor::store::catalog::Page;

const PAGE: Page = Page { number: 1, size: 10 };

pub async fn a_letter_that_comes_twice_is_kept_once(database: Database) {
    let scene = Scene::open(database).await;
    let died_at = scene.store.now().await.unwrap();
    let letter = DeadLetter { lane: Some(Lane::Bulk), cause: Cause::Unreadable, body: b"\xff\x00".to_vec(), died_at };
    let long = DeadLetter { lane: None, body: vec![b'x'; 1 << 20], ..letter.clone() };
    scene.store.keep_letters(&[letter.clone(), long]).await.unwrap();
    scene.store.keep_letters(&[letter]).await.unwrap();
    let (rows, total) = scene.store.letters(PAGE).await.unwrap();
    assert_eq!(total, 2);
    let long = rows.iter().find(|row| row.lane.is_none()).unwrap();
    assert!(long.size == 1 << 20 && long.body.len() < 10_000 && !long.is_whole(), "the body is bounded");
    let retried = scene.store.letter_retried(&long.id, &Actor::Cli).await.unwrap().unwrap();
    assert!(retried.retried_at.is_some());
}
