//! Jobs over what is stored: promised once, taken up by one, taken up again when whoever was at them died.

use crate::conformance::store::scene::Scene;
use crate::support::Database;
use dotcursor::model::{Actor, Kind, RunId, WorkStatus, WorkspaceId};
use dotcursor::store::jobs::{Progress, Subject};
use dotcursor::store::rows::run::RunRow;

async fn subject(scene: &Scene) -> Subject {
    scene.push(&[".cursor"]).await;
    let workspace: WorkspaceId = scene.store.workspace_of(scene.repository).await.unwrap().unwrap();
    Subject { workspace, kind: Some(Kind::Rule), definition: None }
}

async fn request(scene: &Scene, subject: &Subject) -> RunRow {
    scene.store.request_validation(subject, &Actor::Cli).await.unwrap().expect("a workspace")
}

pub async fn a_job_is_promised_once_and_taken_by_one(database: Database) {
    let scene = Scene::open(database).await;
    let rules = subject(&scene).await;
    let agents = Subject { kind: Some(Kind::Agent), ..rules.clone() };
    let first = request(&scene, &rules).await;
    assert_eq!(request(&scene, &rules).await.id, first.id);
    assert_ne!(request(&scene, &agents).await.id, first.id);
    let taken = scene.store.take_job().await.unwrap().unwrap();
    assert_eq!((taken.id.as_str(), taken.status.as_str()), (first.id.as_str(), "processing"));
    assert_eq!(request(&scene, &rules).await.id, first.id, "one is under way");
    assert_ne!(scene.store.take_job().await.unwrap().unwrap().id, first.id);
    assert!(scene.store.take_job().await.unwrap().is_none(), "all are taken");
    scene.store.end_job(&RunId::from_text(first.id.clone()), WorkStatus::Completed).await.unwrap();
    assert_ne!(request(&scene, &rules).await.id, first.id);
}

pub async fn a_job_that_is_given_back_is_taken_again(database: Database) {
    let scene = Scene::open(database).await;
    let rules = subject(&scene).await;
    request(&scene, &rules).await;
    let run = RunId::from_text(scene.store.take_job().await.unwrap().unwrap().id);
    scene.store.note_progress(&run, &Progress { total: 9, done: 4, ..Progress::default() }).await.unwrap();
    scene.store.end_job(&run, WorkStatus::Pending).await.unwrap();
    let again = scene.store.take_job().await.unwrap().unwrap();
    assert_eq!((again.id.as_str(), again.parsed_files), (run.as_str(), 4));
}

pub async fn a_job_whose_workspace_is_gone_is_in_nobodys_way(database: Database) {
    let scene = Scene::open(database).await;
    let rules = subject(&scene).await;
    let gone = Subject { workspace: WorkspaceId::generate(), ..rules.clone() };
    assert!(scene.store.request_validation(&gone, &Actor::Cli).await.unwrap().is_none());
    let done = Progress::default();
    assert!(scene.store.record_validation(&gone, &done, &Actor::Cli).await.unwrap().is_none());
    // As one that an earlier version promised to a workspace that was deleted at the same time.
    request(&scene, &rules).await;
    scene.database().tamper("UPDATE sync_runs SET workspace_id = 'gone'").await;
    let next = request(&scene, &rules).await;
    assert_eq!(scene.store.take_job().await.unwrap().expect("a job").id, next.id);
}
