//! Tasks that were given up, and are tried again because a person asks.

use crate::conformance::store::scene::Scene;
use crate::support::Database;
use dotcursor::model::{Actor, RunId, TaskId};
use dotcursor::plan::Planned;
use dotcursor::store::catalog::Page;
use dotcursor::store::runs::RunFilter;
use dotcursor::store::tasks::{Setback, Then};

const FILES: [(&str, &str); 2] = [(".cursor/rules/a.mdc", "A."), (".cursor/rules/b.mdc", "B.")];
const PAGE: Page = Page { number: 1, size: 10 };

/// A run whose first file was stored and whose second was given up.
async fn with_failure(database: Database) -> (Scene, Planned, RunId) {
    let scene = Scene::open(database).await;
    let comparison = scene.compare("one", &FILES).await;
    let planned = scene.apply(&comparison).await;
    let mut read = scene.read(&planned, &FILES).await;
    read.sort_by(|one, other| one.task.path.cmp(&other.task.path));
    scene.store.store_batch(scene.repository, &read[..1]).await.unwrap();
    for attempts in 0..6 {
        let task = TaskId::from_text(read[1].task.id.clone());
        let setback = Setback { task, attempts, error: "no luck".into(), then: Then::TryAgain };
        scene.store.set_back(scene.repository, &[setback]).await.unwrap();
    }
    let run = RunId::from_text(read[1].task.run_id.clone());
    (scene, planned, run)
}

pub async fn a_task_that_was_given_up_is_tried_again(database: Database) {
    let (scene, planned, run) = with_failure(database).await;
    let workspace = scene.store.workspace_of(scene.repository).await.unwrap().unwrap();
    let (failed, _) = scene.store.tasks(&workspace, Some("failed"), PAGE).await.unwrap();
    assert_eq!((failed.len(), failed[0].attempts, failed[0].error.as_deref()), (1, 6, Some("no luck")));
    let row = scene.store.run(&run).await.unwrap().unwrap();
    assert_eq!((row.status.as_str(), row.failed_files), ("failed", 1));

    let task = TaskId::from_text(failed[0].id.clone());
    let again = scene.store.retry_task(&workspace, &task, &Actor::Cli).await.unwrap().unwrap();
    assert_eq!((again.status.as_str(), again.attempts, again.priority, again.not_before), ("pending", 0, 0, None));
    let row = scene.store.run(&run).await.unwrap().unwrap();
    assert_eq!((row.status.as_str(), row.failed_files, row.finished_at), ("processing", 0, None));

    let read = scene.read(&planned, &FILES).await;
    scene.store.store_batch(scene.repository, &read).await.unwrap();
    let row = scene.store.run(&run).await.unwrap().unwrap();
    assert_eq!((row.status.as_str(), row.parsed_files, row.failed_files), ("completed", 2, 0));
    assert_eq!(scene.store.tasks(&workspace, None, PAGE).await.unwrap().1, 0);
    assert!(scene.store.retry_task(&workspace, &task, &Actor::Cli).await.unwrap().is_none(), "it is done");
    // The head that was forgotten on account of the failure is looked up without further delay.
    assert_eq!(scene.store.schedule_repairs(10).await.unwrap(), [scene.repository]);
}

pub async fn the_files_of_a_run_that_were_given_up_are_tried_again(database: Database) {
    let (scene, _, run) = with_failure(database).await;
    let workspace = scene.store.workspace_of(scene.repository).await.unwrap().unwrap();
    let elsewhere = scene.store.create_workspace("elsewhere", &Actor::Cli).await.unwrap();
    let retry = async |workspace| scene.store.retry_run(workspace, &run, &Actor::Cli).await.unwrap();
    assert!(retry(&elsewhere).await.is_none(), "it is none of another workspace's");
    let again = retry(&workspace).await.unwrap();
    assert_eq!((again.status.as_str(), again.failed_files, &again.errors), ("processing", 0, &serde_json::json!([])));
    assert_eq!(scene.store.tasks(&workspace, Some("pending"), PAGE).await.unwrap().1, 1);
    assert!(retry(&workspace).await.is_none(), "nothing is given up any more");
    let filter = RunFilter { status: dotcursor::model::WorkStatus::from_text("processing"), job: None };
    assert_eq!(scene.store.runs(&workspace, &filter, PAGE).await.unwrap().1, 1);
    let filter = RunFilter { job: dotcursor::model::JobType::from_text("validate_agent_schema"), ..filter };
    assert_eq!(scene.store.runs(&workspace, &filter, PAGE).await.unwrap().1, 0);
}
