//! What one process does at a time: its lease, what asks for it meanwhile, and processes that start again and again.

use crate::conformance::store::scene::Scene;
use crate::support::Database;
use chrono::TimeDelta;
use dotcursor::model::{InstallationId, RepositoryId};
use dotcursor::store::duties::Duty;
use dotcursor::store::glances::SHARE;

pub async fn a_duty_that_took_too_long_is_anothers(database: Database) {
    let scene = Scene::open(database).await;
    let mut slow = scene.store.take_duty(Duty::Deliveries).await.unwrap().expect("it is due");
    assert!(scene.store.renew_duty(&mut slow).await.unwrap());
    assert!(scene.store.take_duty(Duty::Deliveries).await.unwrap().is_none(), "somebody is at it");
    scene.database().tamper("UPDATE duties SET leased_until = '2000-01-01 00:00:00'").await;
    let mut quick = scene.store.take_duty(Duty::Deliveries).await.unwrap().expect("its lease is over");
    assert!(!scene.store.renew_duty(&mut slow).await.unwrap());
    scene.store.end_duty(&slow, None, TimeDelta::zero()).await.unwrap();
    scene.store.put_off_duty(&slow, scene.store.now().await.unwrap()).await.unwrap();
    assert!(scene.store.renew_duty(&mut quick).await.unwrap(), "the slow one changed nothing");
    scene.store.end_duty(&quick, None, TimeDelta::zero()).await.unwrap();
    assert_eq!(scene.store.take_duty(Duty::Deliveries).await.unwrap().expect("it is due").attempts, 0);
}

pub async fn what_asks_for_a_duty_while_somebody_is_at_it_is_heard(database: Database) {
    let scene = Scene::open(database).await;
    let hour = TimeDelta::hours(1);
    let turn = scene.store.take_duty(Duty::Installations).await.unwrap().expect("it is due");
    scene.store.end_duty(&turn, None, hour).await.unwrap();
    assert!(scene.store.take_duty(Duty::Installations).await.unwrap().is_none());

    scene.store.doubt_installation(InstallationId::new(99)).await.unwrap();
    let turn = scene.store.take_duty(Duty::Installations).await.unwrap().expect("an unknown one was named");
    scene.store.doubt_installation(InstallationId::new(98)).await.unwrap();
    scene.store.end_duty(&turn, None, hour).await.unwrap();
    let turn = scene.store.take_duty(Duty::Installations).await.unwrap().expect("another one was named");

    // Sooner than GitHub allows it cannot be done, whatever asks for it.
    scene.store.doubt_installation(InstallationId::new(97)).await.unwrap();
    scene.store.put_off_duty(&turn, scene.store.now().await.unwrap() + hour).await.unwrap();
    assert!(scene.store.take_duty(Duty::Installations).await.unwrap().is_none());
}

pub async fn settings_that_came_or_went_past_us_are_noticed(database: Database) {
    let scene = Scene::open(database).await;
    scene.sync("one", &[(".cursor/rules/a.mdc", "A.")]).await;
    let all = RepositoryId::new(8);
    scene.push_of(all, "octo/.github").await;
    let outdated = async || {
        scene.database().tamper("UPDATE wants SET look_at = '2000-01-01 00:00:00', wanted_whole = 0").await;
        let turns = scene.store.take_turns(TimeDelta::hours(1)).await.unwrap().expect("turns");
        assert_eq!(turns.repositories.len(), 2);
        turns.ruled_otherwise.into_iter().collect::<Vec<_>>()
    };
    assert!(outdated().await.is_empty());
    let says = "UPDATE repositories SET own_settings = jsonb('{\"prefix\": \"web\"}') WHERE id = 8";
    scene.database().tamper(says).await;
    assert_eq!(outdated().await, [scene.repository.0], "nobody told it what its organisation says");
    scene.database().tamper("UPDATE repositories SET settings = jsonb('{\"prefix\": \"web\"}') WHERE id = 7").await;
    assert!(outdated().await.is_empty());
    scene.database().tamper("UPDATE repositories SET full_name = 'corp/.github' WHERE id = 8").await;
    assert!(outdated().await.is_empty(), "the owner is called otherwise, and is the same");
    scene.database().tamper("UPDATE repositories SET state = 'removed' WHERE id = 8").await;
    scene.database().tamper("UPDATE wants SET look_at = '2000-01-01 00:00:00'").await;
    let turns = scene.store.take_turns(TimeDelta::hours(1)).await.unwrap().expect("a turn");
    assert_eq!(turns.ruled_otherwise.into_iter().collect::<Vec<_>>(), [scene.repository.0]);
}

pub async fn processes_that_start_again_and_again_keep_to_the_schedules_share(database: Database) {
    let scene = Scene::open(database).await;
    for id in 1..=20 {
        scene.push_of(RepositoryId::new(id), &format!("octo/{id}")).await;
    }
    let first = scene.store.look_at_all().await.unwrap();
    assert!(first <= scene.store.now().await.unwrap());
    let second = scene.store.look_at_all().await.unwrap();
    assert!(second - first >= SHARE * 20, "{}", second - first);
    scene.database().tamper("UPDATE duties SET due_at = '2999-01-01 00:00:00' WHERE name = 'starts'").await;
    let third = scene.store.look_at_all().await.unwrap();
    assert!(third <= scene.store.now().await.unwrap() + SHARE * 20, "a clock was put back");
}
