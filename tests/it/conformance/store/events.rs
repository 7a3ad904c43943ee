//! Events: numbered in the order in which they can be seen, whoever commits first.

use crate::conformance::store::scene::Scene;
use crate::support::Database;
use dotcursor::model::{Actor, WorkspaceId};
use dotcursor::store::Store;
use dotcursor::store::events::{Event, Following};
use dotcursor::store::jobs::{Progress, Subject};

async fn workspace(scene: &Scene) -> WorkspaceId {
    scene.push(&[".cursor"]).await;
    scene.store.workspace_of(scene.repository).await.unwrap().unwrap()
}

async fn after(store: &Store, workspace: &WorkspaceId, number: i64) -> Vec<i64> {
    match store.events_after(workspace, number, 1000).await.unwrap() {
        Following::Events(rows) => rows.into_iter().map(|row| row.number).collect(),
        other => panic!("{other:?} after {number}"),
    }
}

pub async fn events_are_seen_in_the_order_of_their_numbers(database: Database) {
    const WRITERS: i64 = 8;
    const EACH: i64 = 10;
    let scene = Scene::open(database).await;
    let workspace = workspace(&scene).await;
    let from = scene.store.last_event(&workspace).await.unwrap().unwrap();
    let mut writing = tokio::task::JoinSet::new();
    for _ in 0..WRITERS {
        let (store, workspace) = (scene.store.clone(), workspace.clone());
        writing.spawn(async move {
            let subject = Subject { workspace, kind: None, definition: None };
            for _ in 0..EACH {
                store.record_validation(&subject, &Progress::default(), &Actor::Cli).await.unwrap().unwrap();
            }
        });
    }
    // Whatever is seen while they write has no gap.
    let mut seen = from;
    while seen < from + WRITERS * EACH {
        for number in after(&scene.store, &workspace, seen).await {
            assert_eq!(number, seen + 1);
            seen = number;
        }
    }
    writing.join_all().await;
    assert_eq!(scene.store.last_event(&workspace).await.unwrap(), Some(seen));
    assert!(after(&scene.store, &workspace, seen).await.is_empty());
}

pub async fn a_sync_tells_what_it_does(database: Database) {
    let scene = Scene::open(database).await;
    scene.sync("one", &[(".cursor/rules/a.mdc", "A."), (".cursor/rules/b.mdc", "B.")]).await;
    let workspace = scene.store.workspace_of(scene.repository).await.unwrap().unwrap();
    let Following::Events(rows) = scene.store.events_after(&workspace, 0, 100).await.unwrap() else {
        panic!("events are kept");
    };
    let told = rows.into_iter().map(|row| match serde_json::from_value(row.data).unwrap() {
        Event::Progress(run) => format!("{} {}/{}", run.status, run.parsed_files, run.total_files),
        Event::Completed(run) => format!("{} {}/{}", run.status, run.parsed_files, run.total_files),
        Event::Invalidate(stale) if stale.everything => "everything".to_owned(),
        Event::Invalidate(stale) => format!("{:?}", stale.kinds),
    });
    assert_eq!(told.collect::<Vec<_>>(), ["{Rule}", "processing 0/2", "{Rule}", "completed 2/2"]);
}

pub async fn what_is_not_kept_is_lost_and_told_so(database: Database) {
    let scene = Scene::open(database).await;
    let workspace = workspace(&scene).await;
    let last = scene.store.last_event(&workspace).await.unwrap().unwrap();
    let lost = async |number| match scene.store.events_after(&workspace, number, 10).await.unwrap() {
        Following::Lost { last } => Some(last),
        _ => None,
    };
    assert_eq!(lost(last).await, None);
    assert_eq!(lost(last + 1).await, Some(last));
    assert_eq!(lost(-1).await, Some(last));
    assert_eq!(lost(i64::MAX).await, Some(last));
    assert_eq!(lost(i64::MIN).await, Some(last));
    let nowhere = scene.store.events_after(&WorkspaceId::generate(), 0, 10).await.unwrap();
    assert!(matches!(nowhere, Following::Gone));
}
