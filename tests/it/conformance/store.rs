//! What the store promises, on SQLite and on PostgreSQL: the transactions of the sync protocol, without GitHub.

use dotcursor::config::DatabaseConfig;
use dotcursor::model::{
    Account, BlobSha, CommitSha, Delivery, DeliveryId, Event, FileMode, InstallationId, Push, RepositoryFacts,
    RepositoryId, Touched,
};
use dotcursor::parse;
use dotcursor::plan::comparison::{Facts, Head, Reason};
use dotcursor::plan::{Comparison, Coverage, Planned, Survey, TreeEntry};
use dotcursor::store::Store;
use dotcursor::store::batch::ReadFile;
use dotcursor::store::intake::Outcome;
use dotcursor::store::migrate::{Direction, migrate};
use std::sync::atomic::{AtomicU64, Ordering};

struct Scene {
    store: Store,
    repository: RepositoryId,
    deliveries: AtomicU64,
}

impl Scene {
    async fn open(config: &DatabaseConfig) -> Self {
        migrate(config, Direction::Up).await.unwrap();
        let store = Store::connect(config).await.unwrap();
        Self { store, repository: RepositoryId::new(7), deliveries: AtomicU64::new(0) }
    }

    async fn push(&self, touched: &[&str]) -> Outcome {
        let number = self.deliveries.fetch_add(1, Ordering::Relaxed);
        let push = Push {
            installation: Some(Account { installation: InstallationId::new(1), login: "octo".into() }),
            repository: RepositoryFacts {
                id: self.repository,
                full_name: "octo/repo".into(),
                private: false,
                default_branch: Some("main".into()),
            },
            git_ref: "refs/heads/main".into(),
            before: Some(commit(&format!("before {number}"))),
            after: Some(commit(&format!("after {number}"))),
            forced: false,
            touched: Touched::Folders(touched.iter().map(|&folder| folder.to_owned()).collect()),
        };
        let delivery = Delivery {
            id: DeliveryId(format!("delivery-{number}")),
            name: "push".into(),
            action: None,
            event: Event::Push(push),
        };
        self.store.record(&[delivery]).await.unwrap().remove(0)
    }

    /// A push, and the comparison that a planner would make of a tree with these files.
    async fn compare(&self, name: &str, files: &[(&str, &str)]) -> Comparison {
        self.push(&[".cursor"]).await;
        let debt = self.store.take_debt(self.repository).await.unwrap().unwrap();
        let entries = files.iter().map(|(path, text)| TreeEntry {
            path: (*path).to_owned(),
            mode: FileMode::File,
            sha: BlobSha::of_bytes(text.as_bytes()),
            size: Some(text.len() as u64),
        });
        Comparison {
            repository: self.repository,
            wanted: debt.wanted,
            wanted_whole: debt.wanted_whole,
            head: Some(Head { commit: commit(name), branch: "main".into() }),
            facts: Some(Facts { full_name: "octo/repo".into(), private: false, default_branch: Some("main".into()) }),
            survey: Some(Survey::of(entries, Coverage::Whole)),
            reason: Reason::Push,
            delivery: None,
        }
    }

    async fn apply(&self, comparison: &Comparison) -> Planned {
        let planned = self.store.apply(comparison).await.unwrap();
        self.store.settle_debt(self.repository, comparison.wanted).await.unwrap();
        planned
    }

    /// What workers would read for the planned tasks.
    async fn read(&self, planned: &Planned, files: &[(&str, &str)]) -> Vec<ReadFile> {
        let Planned::Run { tasks, .. } = planned else {
            return vec![];
        };
        let ids: Vec<_> = tasks.iter().map(|task| task.task.clone()).collect();
        let rows = self.store.open_tasks(&ids).await.unwrap();
        rows.into_iter()
            .map(|task| {
                let text = files.iter().find(|(path, _)| *path == task.path).unwrap().1;
                let location = dotcursor::model::Location::of(&task.path).unwrap();
                let parsed = parse::parse(&location, text.as_bytes(), &[]);
                ReadFile { task, location, parsed }
            })
            .collect()
    }

    /// A whole sync, as it goes when nothing comes in between.
    async fn sync(&self, name: &str, files: &[(&str, &str)]) {
        let comparison = self.compare(name, files).await;
        let planned = self.apply(&comparison).await;
        let read = self.read(&planned, files).await;
        self.store.store_batch(self.repository, &read).await.unwrap();
    }
}

fn commit(name: &str) -> CommitSha {
    CommitSha::new(BlobSha::of_bytes(name.as_bytes()).as_str()).unwrap()
}

const A: &str = ".cursor/rules/a.mdc";
const B: &str = ".cursor/rules/b.mdc";

async fn a_push_owes_and_a_doubled_delivery_looks_again(config: DatabaseConfig) {
    let scene = Scene::open(&config).await;
    assert_eq!(scene.push(&[".cursor"]).await, Outcome::Owed(vec![scene.repository]));
    assert_eq!(scene.store.due_debts(10).await.unwrap(), [scene.repository]);
    let debt = scene.store.take_debt(scene.repository).await.unwrap().unwrap();
    assert!(debt.needs_whole());
    assert_eq!(debt.folders.into_iter().collect::<Vec<_>>(), [".cursor"]);
    assert!(scene.store.take_debt(scene.repository).await.unwrap().is_none(), "another planner has it");
}

async fn a_cancelled_task_stores_nothing(config: DatabaseConfig) {
    let scene = Scene::open(&config).await;
    scene.sync("one", &[(A, "first")]).await;
    let to_b = scene.compare("two", &[(A, "second")]).await;
    let planned = scene.apply(&to_b).await;
    let read = scene.read(&planned, &[(A, "second")]).await;
    // The head is put back before the worker stores.
    let back = scene.compare("one", &[(A, "first")]).await;
    scene.apply(&back).await;
    assert!(scene.store.store_batch(scene.repository, &read).await.unwrap().is_none());
}

async fn of_two_planners_the_one_that_read_earlier_changes_nothing(config: DatabaseConfig) {
    let scene = Scene::open(&config).await;
    let early = scene.compare("one", &[(A, "first")]).await;
    scene.store.settle_debt(scene.repository, 0).await.unwrap();
    let late = scene.compare("two", &[(A, "second"), (B, "new")]).await;
    assert!(matches!(scene.apply(&late).await, Planned::Run { .. }));
    assert!(matches!(scene.apply(&early).await, Planned::Superseded));
}

async fn a_message_that_comes_twice_makes_one_version(config: DatabaseConfig) {
    let scene = Scene::open(&config).await;
    let comparison = scene.compare("one", &[(A, "first")]).await;
    let planned = scene.apply(&comparison).await;
    let read = scene.read(&planned, &[(A, "first")]).await;
    assert!(scene.store.store_batch(scene.repository, &read).await.unwrap().is_some());
    assert!(scene.store.store_batch(scene.repository, &read).await.unwrap().is_none());
    assert_eq!(scene.store.backlog().await.unwrap().0, 0);
}

async fn deliveries_of_one_batch_share_a_transaction(config: DatabaseConfig) {
    let scene = Scene::open(&config).await;
    let ping =
        |id: &str| Delivery { id: DeliveryId(id.into()), name: "ping".into(), action: None, event: Event::Nothing };
    let outcomes = scene.store.record(&[ping("1"), ping("2"), ping("1")]).await.unwrap();
    assert_eq!(outcomes, [Outcome::Recorded, Outcome::Recorded, Outcome::Recorded]);
    scene.store.record(&[ping("2")]).await.unwrap();
}

async fn many_files_are_stored_at_once(config: DatabaseConfig) {
    let scene = Scene::open(&config).await;
    let paths: Vec<String> = (0..3000).map(|n| format!(".cursor/rules/r{n}.mdc")).collect();
    let files: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), "text")).collect();
    scene.sync("one", &files).await;
    assert_eq!(scene.store.backlog().await.unwrap().0, 0);
    scene.sync("two", &files[..10]).await;
}

async fn migrations_go_up_down_and_up(config: DatabaseConfig) {
    let applied = |rows: Vec<dotcursor::store::migrate::Migration>| rows.iter().filter(|row| row.applied).count();
    let all = applied(migrate(&config, Direction::Up).await.unwrap());
    assert!(all > 0);
    for left in (0..all).rev() {
        assert_eq!(applied(migrate(&config, Direction::Down).await.unwrap()), left);
    }
    assert_eq!(applied(migrate(&config, Direction::Up).await.unwrap()), all);
}

mod sqlite {
    use super::*;
    fn config() -> (tempfile::TempDir, DatabaseConfig) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("registry.db");
        (folder, DatabaseConfig::Sqlite { path })
    }
    #[tokio::test]
    async fn all() {
        let (_f, c) = config();
        a_push_owes_and_a_doubled_delivery_looks_again(c).await;
        let (_f, c) = config();
        a_cancelled_task_stores_nothing(c).await;
        let (_f, c) = config();
        of_two_planners_the_one_that_read_earlier_changes_nothing(c).await;
        let (_f, c) = config();
        a_message_that_comes_twice_makes_one_version(c).await;
        let (_f, c) = config();
        deliveries_of_one_batch_share_a_transaction(c).await;
        let (_f, c) = config();
        many_files_are_stored_at_once(c).await;
        let (_f, c) = config();
        migrations_go_up_down_and_up(c).await;
    }
}
