//! What the store promises, on SQLite and on PostgreSQL: the transactions of the sync protocol, without GitHub.

mod duties;
mod edits;
mod events;
mod jobs;
mod letters;
mod linking;
mod links;
pub mod scene;
mod worklist;

use crate::support::Database;
use dotcursor::model::{Delivery, DeliveryId, Event};
use dotcursor::plan::Planned;
use dotcursor::queue::Lane;
use dotcursor::store::intake::Outcome;
use dotcursor::store::migrate::{Direction, migrate};
use dotcursor::store::tasks::{Setback, Then};
use duties::{
    a_duty_that_took_too_long_is_anothers, processes_that_start_again_and_again_keep_to_the_schedules_share,
    settings_that_came_or_went_past_us_are_noticed, what_asks_for_a_duty_while_somebody_is_at_it_is_heard,
};
use edits::{
    a_broken_text_behind_an_edit_is_told, a_deleted_definition_is_hidden_until_git_changes_it,
    a_local_definition_is_made_changed_and_deleted, a_path_and_a_text_name_a_local_definition,
    a_preference_settles_conflicts_by_itself, a_preference_settles_what_git_deletes,
    an_edit_outlives_its_file_as_a_local_definition, an_edit_stands_beside_git_until_git_changes,
    an_edit_that_is_kept_is_based_on_what_was_seen, git_bringing_the_edit_itself_ends_it,
    git_deleting_an_edited_file_asks, names_and_links_follow_what_is_written, of_two_who_saw_the_same_one_writes,
    the_order_of_edit_and_push_does_not_matter, what_an_edit_said_that_went_with_its_file_is_no_new_version,
    what_is_hidden_can_be_put_back_or_go_for_good, what_never_was_good_can_be_edited,
};
use events::{
    a_sync_tells_what_it_does, events_are_seen_in_the_order_of_their_numbers, what_is_not_kept_is_lost_and_told_so,
};
use jobs::{
    a_job_is_promised_once_and_taken_by_one, a_job_that_is_given_back_is_taken_again,
    a_job_whose_workspace_is_gone_is_in_nobodys_way,
};
use letters::a_letter_that_comes_twice_is_kept_once;
use linking::{
    a_deleted_workspace_leaves_nothing_and_its_repositories_begin_anew, a_former_name_leads_to_the_same_repository,
    a_moved_repository_takes_along_what_came_from_it, a_worker_stores_where_its_repository_is_by_then,
    clashes_are_told_before_and_after, of_two_linked_repositories_one_has_the_name,
    two_moves_at_once_do_not_wait_for_ever, what_is_unlinked_has_a_workspace_of_its_own,
};
use links::{
    a_file_beside_a_skill_that_is_a_folder_of_its_own_is_found, an_edit_before_a_broken_file_has_its_name,
    links_are_settled_where_nothing_is_pushed, links_settled_in_the_middle_of_a_run_settle_names_too,
    nothing_leads_to_what_was_forgotten_with_its_repository, what_is_called_as_it_says_means_nobody,
};
use scene::Scene;
use worklist::{a_task_that_was_given_up_is_tried_again, the_files_of_a_run_that_were_given_up_are_tried_again};

/// Each expectation becomes a test on either database.
macro_rules! on_both_databases {
    ($($expectation:ident,)+) => {
        mod sqlite {
            $(
                #[tokio::test]
                async fn $expectation() {
                    super::$expectation(crate::support::Database::sqlite()).await;
                }
            )+
        }
        mod postgres {
            $(
                #[tokio::test]
                async fn $expectation() {
                    super::$expectation(crate::support::Database::postgres().await).await;
                }
            )+
        }
    };
}

on_both_databases! {
    a_push_owes_and_a_doubled_delivery_looks_again,
    a_cancelled_task_stores_nothing,
    of_two_planners_the_one_that_read_earlier_changes_nothing,
    a_message_that_comes_twice_makes_one_version,
    deliveries_of_one_batch_share_a_transaction,
    many_files_are_stored_at_once,
    a_status_is_of_one_moment,
    of_two_workers_that_fail_with_one_task_one_counts,
    migrations_go_up_down_and_up,
    a_job_is_promised_once_and_taken_by_one,
    a_job_that_is_given_back_is_taken_again,
    a_job_whose_workspace_is_gone_is_in_nobodys_way,
    a_moved_repository_takes_along_what_came_from_it,
    a_worker_stores_where_its_repository_is_by_then,
    clashes_are_told_before_and_after,
    of_two_linked_repositories_one_has_the_name,
    two_moves_at_once_do_not_wait_for_ever,
    what_is_unlinked_has_a_workspace_of_its_own,
    a_deleted_workspace_leaves_nothing_and_its_repositories_begin_anew,
    a_former_name_leads_to_the_same_repository,
    links_settled_in_the_middle_of_a_run_settle_names_too,
    links_are_settled_where_nothing_is_pushed,
    a_file_beside_a_skill_that_is_a_folder_of_its_own_is_found,
    an_edit_before_a_broken_file_has_its_name,
    nothing_leads_to_what_was_forgotten_with_its_repository,
    what_is_called_as_it_says_means_nobody,
    a_local_definition_is_made_changed_and_deleted,
    a_path_and_a_text_name_a_local_definition,
    an_edit_stands_beside_git_until_git_changes,
    an_edit_that_is_kept_is_based_on_what_was_seen,
    the_order_of_edit_and_push_does_not_matter,
    git_bringing_the_edit_itself_ends_it,
    a_broken_text_behind_an_edit_is_told,
    what_an_edit_said_that_went_with_its_file_is_no_new_version,
    what_never_was_good_can_be_edited,
    a_deleted_definition_is_hidden_until_git_changes_it,
    what_is_hidden_can_be_put_back_or_go_for_good,
    git_deleting_an_edited_file_asks,
    an_edit_outlives_its_file_as_a_local_definition,
    a_preference_settles_conflicts_by_itself,
    a_preference_settles_what_git_deletes,
    of_two_who_saw_the_same_one_writes,
    names_and_links_follow_what_is_written,
    events_are_seen_in_the_order_of_their_numbers,
    a_sync_tells_what_it_does,
    what_is_not_kept_is_lost_and_told_so,
    a_task_that_was_given_up_is_tried_again,
    the_files_of_a_run_that_were_given_up_are_tried_again,
    a_letter_that_comes_twice_is_kept_once,
    a_duty_that_took_too_long_is_anothers,
    what_asks_for_a_duty_while_somebody_is_at_it_is_heard,
    processes_that_start_again_and_again_keep_to_the_schedules_share,
    settings_that_came_or_went_past_us_are_noticed,
}

const A: &str = ".cursor/rules/a.mdc";
const B: &str = ".cursor/rules/b.mdc";

async fn a_push_owes_and_a_doubled_delivery_looks_again(database: Database) {
    let scene = Scene::open(database).await;
    assert_eq!(scene.push(&[".cursor"]).await, Outcome::Owed(vec![scene.repository]));
    assert_eq!(scene.store.due_debts(10).await.unwrap(), [(scene.repository, Lane::Person)]);
    let debt = scene.store.take_debt(scene.repository).await.unwrap().unwrap();
    assert!(debt.needs_whole());
    assert_eq!(debt.folders.into_iter().collect::<Vec<_>>(), [".cursor"]);
    assert!(scene.store.take_debt(scene.repository).await.unwrap().is_none(), "another planner has it");
}

async fn a_cancelled_task_stores_nothing(database: Database) {
    let scene = Scene::open(database).await;
    scene.sync("one", &[(A, "first")]).await;
    let to_b = scene.compare("two", &[(A, "second")]).await;
    let planned = scene.apply(&to_b).await;
    let read = scene.read(&planned, &[(A, "second")]).await;
    // The head is put back before the worker stores.
    let back = scene.compare("one", &[(A, "first")]).await;
    scene.apply(&back).await;
    assert!(scene.store.store_batch(scene.repository, &read).await.unwrap().is_none());
}

async fn of_two_planners_the_one_that_read_earlier_changes_nothing(database: Database) {
    let scene = Scene::open(database).await;
    let early = scene.compare("one", &[(A, "first")]).await;
    scene.store.settle_debt(scene.repository, 0, None).await.unwrap();
    let late = scene.compare("two", &[(A, "second"), (B, "new")]).await;
    assert!(matches!(scene.apply(&late).await, Planned::Run { .. }));
    assert!(matches!(scene.apply(&early).await, Planned::Superseded));
}

async fn of_two_workers_that_fail_with_one_task_one_counts(database: Database) {
    let scene = Scene::open(database).await;
    let comparison = scene.compare("one", &[(A, "first")]).await;
    let planned = scene.apply(&comparison).await;
    let Planned::Run { tasks, .. } = planned else { panic!("{planned:?}") };
    let setback = Setback { task: tasks[0].task.clone(), attempts: 0, error: "no answer".into(), then: Then::TryAgain };
    for _ in 0..2 {
        scene.store.set_back(scene.repository, std::slice::from_ref(&setback)).await.unwrap();
    }
    assert_eq!(scene.store.open_tasks(&[tasks[0].task.clone()]).await.unwrap()[0].attempts, 1);
}

async fn a_message_that_comes_twice_makes_one_version(database: Database) {
    let scene = Scene::open(database).await;
    let comparison = scene.compare("one", &[(A, "first")]).await;
    let planned = scene.apply(&comparison).await;
    let read = scene.read(&planned, &[(A, "first")]).await;
    assert!(scene.store.store_batch(scene.repository, &read).await.unwrap().is_some());
    assert!(scene.store.store_batch(scene.repository, &read).await.unwrap().is_none());
    assert_eq!(scene.store.backlog().await.unwrap().0, 0);
}

async fn deliveries_of_one_batch_share_a_transaction(database: Database) {
    let scene = Scene::open(database).await;
    let ping =
        |id: &str| Delivery { id: DeliveryId(id.into()), name: "ping".into(), action: None, event: Event::Nothing };
    let outcomes = scene.store.record(&[ping("1"), ping("2"), ping("1")]).await.unwrap();
    assert_eq!(outcomes, [Outcome::Recorded, Outcome::Recorded, Outcome::Recorded]);
    scene.store.record(&[ping("2")]).await.unwrap();
}

async fn many_files_are_stored_at_once(database: Database) {
    let scene = Scene::open(database).await;
    let paths: Vec<String> = (0..3000).map(|n| format!(".cursor/rules/r{n}.mdc")).collect();
    let files: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), "text")).collect();
    scene.sync("one", &files).await;
    assert_eq!(scene.store.backlog().await.unwrap().0, 0);
    scene.sync("two", &files[..10]).await;
}

/// A head that is synced is never shown beside the counts of the head before it.
async fn a_status_is_of_one_moment(database: Database) {
    let scene = Scene::open(database).await;
    scene.sync("both", &[(A, "first"), (B, "second")]).await;
    let workspace = scene.store.workspace_of(scene.repository).await.unwrap().unwrap();
    let both = scene.store.standing(&workspace, None).await.unwrap().repositories[0].synced_head.clone();
    let writing = async {
        for _ in 0..100 {
            scene.sync("one", &[(A, "first")]).await;
            scene.sync("both", &[(A, "first"), (B, "second")]).await;
        }
    };
    let reading = async {
        loop {
            let status = scene.store.standing(&workspace, None).await.unwrap();
            let live: i64 = status.counts.iter().map(|(_, count)| count).sum();
            let repository = &status.repositories[0];
            if repository.open_tasks == 0 {
                assert_eq!(live, if repository.synced_head == both { 2 } else { 1 });
            }
        }
    };
    tokio::select! {
        () = writing => {}
        () = reading => {}
    }
}

async fn migrations_go_up_down_and_up(database: Database) {
    let config = database.config();
    let applied = |rows: Vec<dotcursor::store::migrate::Migration>| rows.iter().filter(|row| row.applied).count();
    let all = applied(migrate(&config, Direction::Up).await.unwrap());
    assert!(all > 0);
    for left in (0..all).rev() {
        assert_eq!(applied(migrate(&config, Direction::Down).await.unwrap()), left);
    }
    assert_eq!(applied(migrate(&config, Direction::Up).await.unwrap()), all);
}
