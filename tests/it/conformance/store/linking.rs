//! Repositories that share a workspace: moved with all that came from them, while workers store.

use super::scene::Scene;
use crate::support::Database;
use crate::support::wait::eventually;
use dotcursor::model::{Actor, RepositoryId, WorkspaceId};
use dotcursor::resolve::{Called, Node};
use dotcursor::store::catalog::Page;
use dotcursor::store::linking::{Clash, Destination, Moved};
use dotcursor::store::removal::Removed;
use dotcursor::store::runs::RunFilter;
use dotcursor::store::tokens::{NewToken, Role};
use std::collections::BTreeSet;
use std::sync::Arc;

const ONE: (RepositoryId, &str) = (RepositoryId::new(7), "octo/repo");
const TWO: (RepositoryId, &str) = (RepositoryId::new(8), "octo/other");
const STYLE: &str = ".cursor/rules/style.mdc";
const DEEP: &str = ".cursor/rules/deep/tabs.mdc";
const USES_STYLE: (&str, &str) = (".cursor/commands/tidy.md", "Follow @.cursor/rules/style.mdc");

impl Scene {
    async fn home(&self, repository: (RepositoryId, &str)) -> WorkspaceId {
        self.store.workspace_of(repository.0).await.unwrap().unwrap()
    }

    async fn link(&self, repository: (RepositoryId, &str), to: &WorkspaceId) -> Moved {
        let to = Destination::Workspace(to.clone());
        self.store.move_repository(repository.0, &to, &Actor::Administrator).await.unwrap()
    }

    async fn nodes(&self, workspace: &WorkspaceId) -> Vec<Node> {
        self.store.graph(workspace).await.unwrap().nodes
    }

    /// Repository and path of all that is in the workspace; marked if the name is another one's.
    async fn listed(&self, workspace: &WorkspaceId) -> BTreeSet<(Option<i64>, String, bool)> {
        let nodes = self.nodes(workspace).await;
        nodes
            .into_iter()
            .map(|node| (node.repository.map(|id| id.0), node.path, node.called == Called::ByPath))
            .collect()
    }
}

fn set<const N: usize>(rows: [(i64, &str, bool); N]) -> BTreeSet<(Option<i64>, String, bool)> {
    rows.into_iter().map(|(repository, path, nameless)| (Some(repository), path.to_owned(), nameless)).collect()
}

fn clashes(moved: Moved) -> Vec<Clash> {
    match moved {
        Moved::Done { clashes, .. } => clashes,
        other => panic!("{other:?}"),
    }
}

pub async fn a_moved_repository_takes_along_what_came_from_it(database: Database) {
    let scene = Scene::open(database).await;
    scene.sync_of(ONE, "one", &[(STYLE, "Tabs."), USES_STYLE]).await;
    scene.sync_of(TWO, "two", &[(DEEP, "Spaces.")]).await;
    let (from, to) = (scene.home(ONE).await, scene.home(TWO).await);
    let page = Page { number: 1, size: 9 };
    let runs_before = scene.store.runs(&from, &RunFilter::default(), page).await.unwrap().1;
    assert!(runs_before > 0);

    assert!(clashes(scene.link(ONE, &to).await).is_empty());
    assert_eq!(scene.listed(&from).await, set([]));
    assert_eq!(scene.listed(&to).await, set([(7, STYLE, false), (7, USES_STYLE.0, false), (8, DEEP, false)]));
    let material = scene.store.graph(&to).await.unwrap();
    assert_eq!(material.links.len(), 1, "the link is there again: {material:?}");
    assert_eq!(scene.store.runs(&from, &RunFilter::default(), page).await.unwrap().1, 0);
    assert_eq!(scene.store.runs(&to, &RunFilter::default(), page).await.unwrap().1, runs_before + 1);
    assert!(matches!(scene.link(ONE, &to).await, Moved::Already));
    assert!(matches!(scene.link((RepositoryId::new(99), ""), &to).await, Moved::NoRepository));
    let nowhere = WorkspaceId::generate();
    assert!(matches!(scene.link(ONE, &nowhere).await, Moved::NoWorkspace));
}

/// The files were planned while the repository was in the one workspace, and are stored when it is in the other.
pub async fn a_worker_stores_where_its_repository_is_by_then(database: Database) {
    let scene = Scene::open(database).await;
    scene.sync_of(TWO, "two", &[(DEEP, "Spaces.")]).await;
    let read = scene.begin(ONE, "one", &[(STYLE, "Tabs.")]).await;
    let (from, to) = (scene.home(ONE).await, scene.home(TWO).await);
    scene.link(ONE, &to).await;
    let (changed, stored) = scene.store.store_batch(ONE.0, &read).await.unwrap().unwrap();
    assert_eq!(stored.len(), 1);
    assert_eq!(changed.workspace, to);
    assert_eq!(scene.listed(&from).await, set([]));
    assert_eq!(scene.listed(&to).await, set([(7, STYLE, false), (8, DEEP, false)]));
}

pub async fn clashes_are_told_before_and_after(database: Database) {
    let scene = Scene::open(database).await;
    let other = ".cursor/rules/sub/style.mdc";
    scene.sync_of(ONE, "one", &[(STYLE, "Tabs."), USES_STYLE]).await;
    scene.sync_of(TWO, "two", &[(STYLE, "Spaces."), (other, "More.")]).await;
    let (from, to) = (scene.home(ONE).await, scene.home(TWO).await);

    let before = scene.store.clashes(ONE.0, &to).await.unwrap().unwrap();
    assert_eq!(before.len(), 1, "{before:?}");
    assert_eq!((before[0].name.as_str(), before[0].winner.repository.as_deref()), ("style", Some("octo/repo")));
    assert_eq!(before[0].losers[0].repository.as_deref(), Some("octo/other"));
    assert_eq!(clashes(scene.link(ONE, &to).await), before);
    let both = set([(7, STYLE, false), (7, USES_STYLE.0, false), (8, STYLE, true), (8, other, false)]);
    assert_eq!(scene.listed(&to).await, both);

    // Apart again, each has its name.
    scene.link(ONE, &from).await;
    assert_eq!(scene.listed(&to).await, set([(8, STYLE, false), (8, other, false)]));
    assert_eq!(scene.listed(&from).await, set([(7, STYLE, false), (7, USES_STYLE.0, false)]));
    assert!(scene.store.clashes(RepositoryId::new(99), &to).await.unwrap().is_none());
}

/// Rule 7: two workers finish the last tasks of two linked repositories at once. On PostgreSQL both are let come as far as
/// they can before either commits.
pub async fn of_two_linked_repositories_one_has_the_name(database: Database) {
    let scene = Arc::new(Scene::open(database).await);
    scene.push_of(ONE.0, ONE.1).await;
    scene.push_of(TWO.0, TWO.1).await;
    let workspace = scene.home(TWO).await;
    scene.link(ONE, &workspace).await;
    let first = scene.begin(ONE, "one", &[(STYLE, "Tabs.")]).await;
    let second = scene.begin(TWO, "two", &[(STYLE, "Spaces.")]).await;

    let held = Held::workspace(&scene, &workspace).await;
    let stores = [(ONE, first), (TWO, second)].map(|(repository, read)| {
        let scene = scene.clone();
        tokio::spawn(async move { scene.store.store_batch(repository.0, &read).await.unwrap() })
    });
    if let Some(held) = held {
        held.until_waited_for_by(stores.len()).await;
    }
    for store in stores {
        store.await.unwrap().expect("a batch that is stored");
    }
    assert_eq!(scene.listed(&workspace).await, set([(7, STYLE, false), (8, STYLE, true)]));
}

pub async fn two_moves_at_once_do_not_wait_for_ever(database: Database) {
    let scene = Arc::new(Scene::open(database).await);
    scene.sync_of(ONE, "one", &[(STYLE, "Tabs.")]).await;
    scene.sync_of(TWO, "two", &[(STYLE, "Spaces.")]).await;
    let homes = [scene.home(ONE).await, scene.home(TWO).await];
    for round in 0..5 {
        let moves = [(ONE, homes[(round + 1) % 2].clone()), (TWO, homes[round % 2].clone())].map(|(repository, to)| {
            let scene = scene.clone();
            tokio::spawn(async move { scene.link(repository, &to).await })
        });
        for moved in moves {
            assert!(!matches!(moved.await.unwrap(), Moved::NoRepository | Moved::NoWorkspace));
        }
        assert_eq!(scene.listed(&homes[(round + 1) % 2]).await, set([(7, STYLE, false)]));
        assert_eq!(scene.listed(&homes[round % 2]).await, set([(8, STYLE, false)]));
    }
}

pub async fn what_is_unlinked_has_a_workspace_of_its_own(database: Database) {
    let scene = Scene::open(database).await;
    scene.sync_of(ONE, "one", &[(STYLE, "Tabs.")]).await;
    scene.sync_of(TWO, "two", &[(STYLE, "Spaces.")]).await;
    let shared = scene.home(TWO).await;
    scene.link(ONE, &shared).await;
    let out = Destination::OwnAgain { from: shared.clone() };
    let moved = scene.store.move_repository(ONE.0, &out, &Actor::Administrator).await.unwrap();
    assert!(clashes(moved).is_empty());
    let own = scene.home(ONE).await;
    assert_ne!(own, shared);
    assert_eq!(scene.store.workspace(&own).await.unwrap().unwrap().0.name, "octo/repo");
    assert_eq!(scene.listed(&own).await, set([(7, STYLE, false)]));
    assert_eq!(scene.listed(&shared).await, set([(8, STYLE, false)]));
    let again = scene.store.move_repository(ONE.0, &out, &Actor::Administrator).await.unwrap();
    assert!(matches!(again, Moved::NoRepository), "it is not in there any more");
}

pub async fn a_deleted_workspace_leaves_nothing_and_its_repositories_begin_anew(database: Database) {
    let scene = Scene::open(database).await;
    scene.sync_of(ONE, "one", &[(STYLE, "Tabs."), USES_STYLE]).await;
    scene.sync_of(TWO, "two", &[(DEEP, "Spaces.")]).await;
    let workspace = scene.home(TWO).await;
    scene.link(ONE, &workspace).await;
    let under_way = scene.begin(TWO, "three", &[(DEEP, "Spaces, always.")]).await;
    let token = NewToken { name: "t".into(), workspace: Some(workspace.clone()), role: Role::Read, expires_at: None };
    scene.store.create_token(&token, &Actor::Cli).await.unwrap();

    let by = Actor::Administrator;
    let contents = scene.store.contents(&workspace).await.unwrap().unwrap();
    assert_eq!((contents.repositories.len(), contents.definitions, contents.tokens), (2, 3, 1));
    let unseen = scene.store.remove_workspace(&workspace, "something else", &by).await.unwrap();
    assert!(matches!(unseen, Removed::Changed(found) if found == contents));
    let removed = scene.store.remove_workspace(&workspace, &contents.digest(), &by).await.unwrap();
    assert!(matches!(&removed, Removed::Done(owed) if *owed == [ONE.0, TWO.0]), "{removed:?}");
    assert!(matches!(
        scene.store.remove_workspace(&workspace, &contents.digest(), &by).await.unwrap(),
        Removed::NoWorkspace
    ));

    assert!(scene.store.contents(&workspace).await.unwrap().is_none());
    assert!(scene.store.tokens().await.unwrap().is_empty());
    assert_eq!(scene.store.backlog().await.unwrap().0, 0);
    assert!(scene.store.store_batch(TWO.0, &under_way).await.unwrap().is_none(), "its task is gone");
    assert_eq!(scene.listed(&scene.home(ONE).await).await, set([]));
    // Each is owed a comparison of the whole tree, which finds everything anew.
    let due = scene.store.due_debts(10).await.unwrap();
    let mut due: Vec<_> = due.into_iter().map(|(id, _)| id).collect();
    due.sort_unstable_by_key(|id| id.0);
    assert_eq!(due, [ONE.0, TWO.0]);
    scene.sync_of(ONE, "one", &[(STYLE, "Tabs."), USES_STYLE]).await;
    let own = scene.home(ONE).await;
    assert_eq!(scene.listed(&own).await, set([(7, STYLE, false), (7, USES_STYLE.0, false)]));
}

pub async fn a_former_name_leads_to_the_same_repository(database: Database) {
    let scene = Scene::open(database).await;
    scene.sync_of(ONE, "one", &[(STYLE, "Tabs.")]).await;
    let named = async |name: &str| scene.store.repository_named(name).await.unwrap().map(|row| row.id);
    assert_eq!(named("Octo/Repo").await, Some(7));
    scene.sync_of((ONE.0, "octo/renamed"), "two", &[(STYLE, "Tabs!")]).await;
    assert_eq!(named("octo/renamed").await, Some(7));
    assert_eq!(named("octo/repo").await, Some(7));
    // Another one takes the name that is free by now.
    scene.sync_of((TWO.0, "octo/repo"), "one", &[(STYLE, "Spaces.")]).await;
    assert_eq!(named("octo/repo").await, Some(8));
    assert_eq!(named("octo/nobody").await, None);
}

/// A row of PostgreSQL that the test holds, so that others have to wait.
struct Held {
    client: tokio_postgres::Client,
    url: String,
}

impl Held {
    /// None on SQLite, where writers wait for each other from the start.
    async fn workspace(scene: &Scene, workspace: &WorkspaceId) -> Option<Self> {
        let Database::Postgres(database) = scene.database() else {
            return None;
        };
        let url = database.url();
        let client = connect(&url).await;
        let statement = format!("BEGIN; SELECT id FROM workspaces WHERE id = '{workspace}' FOR UPDATE");
        client.batch_execute(&statement).await.unwrap();
        Some(Self { client, url })
    }

    /// Lets go once so many wait for a lock.
    async fn until_waited_for_by(self, number: usize) {
        let watcher = connect(&self.url).await;
        eventually("all to wait for a lock", async || {
            let waiting = "SELECT count(*) FROM pg_stat_activity \
                           WHERE datname = current_database() AND wait_event_type = 'Lock'";
            let count: i64 = watcher.query_one(waiting, &[]).await.unwrap().get(0);
            if usize::try_from(count) == Ok(number) { Ok(()) } else { Err(format!("{count} wait")) }
        })
        .await;
        self.client.batch_execute("COMMIT").await.unwrap();
    }
}

async fn connect(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}
