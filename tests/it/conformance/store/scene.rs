//! A repository in a fresh registry, whose pushes, comparisons and files a test hands to the store.

use crate::support::Database;
use dotcursor::model::{
    Account, BlobSha, CommitSha, Delivery, DeliveryId, Event, FileMode, InstallationId, Push, RepositoryFacts,
    RepositoryId, Touched,
};
use dotcursor::parse;
use dotcursor::plan::comparison::{Facts, Head, Reason};
use dotcursor::plan::{Comparison, Coverage, Planned, Survey, TreeEntry};
use dotcursor::settings::Layout;
use dotcursor::store::Store;
use dotcursor::store::batch::ReadFile;
use dotcursor::store::intake::Outcome;
use dotcursor::store::migrate::{Direction, migrate};
use std::sync::atomic::{AtomicU64, Ordering};

pub struct Scene {
    pub store: Store,
    pub repository: RepositoryId,
    database: Database,
    deliveries: AtomicU64,
}

impl Scene {
    pub async fn open(database: Database) -> Self {
        let config = database.config();
        migrate(&config, Direction::Up).await.unwrap();
        let store = Store::connect(&config).await.unwrap();
        Self { store, repository: RepositoryId::new(7), database, deliveries: AtomicU64::new(0) }
    }

    pub async fn push(&self, touched: &[&str]) -> Outcome {
        self.deliver(self.repository, "octo/repo", touched).await
    }

    /// A push on another repository, which is thereby known.
    pub async fn push_of(&self, repository: RepositoryId, full_name: &str) -> Outcome {
        self.deliver(repository, full_name, &[".cursor"]).await
    }

    async fn deliver(&self, repository: RepositoryId, full_name: &str, touched: &[&str]) -> Outcome {
        let number = self.deliveries.fetch_add(1, Ordering::Relaxed);
        let push = Push {
            installation: Some(Account { installation: InstallationId::new(1), login: "octo".into() }),
            repository: RepositoryFacts {
                id: repository,
                full_name: full_name.into(),
                private: false,
                default_branch: Some("main".into()),
            },
            git_ref: "refs/heads/main".into(),
            before: Some(commit(&format!("before {number}"))),
            after: Some(commit(&format!("after {number}"))),
            forced: false,
            touched: Touched::Folders(touched.iter().map(|&folder| folder.to_owned()).collect()),
            tools: std::collections::BTreeSet::new(),
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
    pub async fn compare(&self, name: &str, files: &[(&str, &str)]) -> Comparison {
        self.compare_of((self.repository, "octo/repo"), name, files).await
    }

    /// The same of another repository.
    pub async fn compare_of(
        &self,
        (repository, full_name): (RepositoryId, &str),
        name: &str,
        files: &[(&str, &str)],
    ) -> Comparison {
        self.push_of(repository, full_name).await;
        let debt = self.store.take_debt(repository).await.unwrap().unwrap();
        let entries = files.iter().map(|(path, text)| TreeEntry {
            path: (*path).to_owned(),
            mode: FileMode::File,
            sha: BlobSha::of_bytes(text.as_bytes()),
            size: Some(text.len() as u64),
        });
        Comparison {
            repository,
            wanted: debt.wanted,
            wanted_whole: debt.wanted_whole,
            head: Some(Head { commit: commit(name), branch: "main".into() }),
            facts: Some(Facts {
                full_name: full_name.into(),
                private: false,
                archived: false,
                default_branch: Some("main".into()),
            }),
            survey: Some(Survey::of(entries, Coverage::Whole, &Layout::default())),
            settings: None,
            reason: Reason::Push,
            delivery: None,
        }
    }

    pub async fn apply(&self, comparison: &Comparison) -> Planned {
        let planned = self.store.apply(comparison).await.unwrap();
        self.store.settle_debt(comparison.repository, comparison.wanted, None).await.unwrap();
        planned
    }

    /// What workers would read for the planned tasks.
    pub async fn read(&self, planned: &Planned, files: &[(&str, &str)]) -> Vec<ReadFile> {
        let Planned::Run { tasks, .. } = planned else {
            return vec![];
        };
        let ids: Vec<_> = tasks.iter().map(|task| task.task.clone()).collect();
        let rows = self.store.open_tasks(&ids).await.unwrap();
        rows.into_iter()
            .map(|task| {
                let text = files.iter().find(|(path, _)| *path == task.path).unwrap().1;
                let location = dotcursor::model::Location::from_seen(&task.path, Some(&task.seen)).unwrap();
                let parsed = parse::parse(&location, text.as_bytes(), &[]);
                ReadFile { task, location, parsed }
            })
            .collect()
    }

    /// A whole sync, as it goes when nothing comes in between.
    pub async fn sync(&self, name: &str, files: &[(&str, &str)]) {
        self.sync_of((self.repository, "octo/repo"), name, files).await;
    }

    pub async fn sync_of(&self, repository: (RepositoryId, &str), name: &str, files: &[(&str, &str)]) {
        let read = self.begin(repository, name, files).await;
        self.store.store_batch(repository.0, &read).await.unwrap();
    }

    /// A sync up to the files that a worker is about to store.
    pub async fn begin(&self, repository: (RepositoryId, &str), name: &str, files: &[(&str, &str)]) -> Vec<ReadFile> {
        let comparison = self.compare_of(repository, name, files).await;
        let planned = self.apply(&comparison).await;
        self.read(&planned, files).await
    }

    /// For what only the database itself can do.
    pub fn database(&self) -> &Database {
        &self.database
    }
}

fn commit(name: &str) -> CommitSha {
    CommitSha::new(BlobSha::of_bytes(name.as_bytes()).as_str()).unwrap()
}
