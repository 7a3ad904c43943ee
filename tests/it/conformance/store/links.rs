//! What references mean, and who has a name: settled by what changed, the result is that of settling everything.

use super::scene::Scene;
use crate::support::Database;
use dotcursor::model::{Actor, Kind, RepositoryId, WorkspaceId};
use dotcursor::resolve::Called;
use dotcursor::store::edits::{Edit, Target};
use dotcursor::store::jobs::Subject;
use dotcursor::store::linking::Destination;
use std::collections::BTreeMap;

const BROKEN: &str = "---\nname: never-closed\n";
const ASKS: &str = ".cursor/agents/asks.md";

fn agent(name: &str) -> String {
    format!("---\nname: {name}\ndescription: Works.\n---\nWork.")
}

/// A command that needs the agent.
fn needs(name: &str) -> String {
    format!("---\ndepends_on: [{name}]\n---\nDo it.")
}

struct Meaning {
    scene: Scene,
    workspace: WorkspaceId,
}

impl Meaning {
    async fn of(database: Database, files: &[(&str, &str)]) -> Self {
        let scene = Scene::open(database).await;
        scene.sync("one", files).await;
        let workspace = scene.store.workspace_of(scene.repository).await.unwrap().unwrap();
        Self { scene, workspace }
    }

    /// Where each file's references lead, by path; what leads nowhere is not among them.
    async fn links(&self) -> BTreeMap<String, Vec<String>> {
        let material = self.scene.store.graph(&self.workspace).await.unwrap();
        let paths: BTreeMap<_, _> = material.nodes.into_iter().map(|node| (node.id, node.path)).collect();
        let mut links: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for link in material.links {
            links.entry(paths[&link.from].clone()).or_default().push(paths[&link.to].clone());
        }
        links
    }

    async fn missing(&self) -> Vec<String> {
        let material = self.scene.store.graph(&self.workspace).await.unwrap();
        material.missing.into_iter().map(|one| one.reference.target).collect()
    }

    async fn nameless(&self) -> Vec<String> {
        let nodes = self.scene.store.graph(&self.workspace).await.unwrap().nodes;
        nodes.into_iter().filter(|node| node.called == Called::ByPath).map(|node| node.path).collect()
    }

    async fn settle_everything(&self) {
        let subject = Subject { workspace: self.workspace.clone(), kind: None, definition: None };
        self.scene.store.settle_links(&subject, &Actor::Administrator).await.unwrap().unwrap();
    }

    async fn edit(&self, name: &str, content: &str) {
        let target = Target { kind: Kind::Agent, name_or_id: name.into(), expected: None };
        let edit = Edit::Update { target, content: content.into() };
        self.scene.store.edit(&self.workspace, &Actor::Administrator, &edit).await.unwrap().0.unwrap();
    }
}

pub async fn links_settled_in_the_middle_of_a_run_settle_names_too(database: Database) {
    let scene = Scene::open(database).await;
    let (deep, shallow, other) = ("x/.cursor/agents/a.md", ".cursor/agents/a.md", ".cursor/agents/b.md");
    let files = [(deep, "A."), (shallow, "A."), (other, "B.")];
    let all = scene.begin((scene.repository, "octo/repo"), "one", &files).await;
    let (last, first): (Vec<_>, Vec<_>) = all.into_iter().partition(|file| file.location.path == other);
    scene.store.store_batch(scene.repository, &first).await.unwrap();
    let workspace = scene.store.workspace_of(scene.repository).await.unwrap().unwrap();
    let meaning = Meaning { scene, workspace };
    meaning.settle_everything().await;
    meaning.scene.store.store_batch(meaning.scene.repository, &last).await.unwrap();
    assert_eq!(meaning.nameless().await, [deep]);
}

pub async fn a_file_beside_a_skill_that_is_a_folder_of_its_own_is_found(database: Database) {
    let skill = (".cursor/skills/SKILL.md", "---\nname: root\ndescription: All of it.\n---\nText.");
    let meaning = Meaning::of(database, &[skill]).await;
    meaning.scene.sync("two", &[skill, (".cursor/rules/a.mdc", "See [it](../skills/run.py).")]).await;
    assert_eq!(meaning.links().await[".cursor/rules/a.mdc"], [skill.0]);
    assert!(meaning.missing().await.is_empty());
}

/// The kept name of the broken file is nobody's.
pub async fn an_edit_before_a_broken_file_has_its_name(database: Database) {
    let (kept, edited) = (".cursor/agents/kept.md", "x/.cursor/agents/edited.md");
    let (named, command) = (agent("n"), needs("n"));
    let uses = (".cursor/commands/use.md", command.as_str());
    let meaning = Meaning::of(database, &[(kept, &named), (edited, &agent("e")), uses]).await;
    meaning.scene.sync("two", &[(kept, BROKEN), (edited, BROKEN), uses]).await;
    assert_eq!(meaning.missing().await, ["n"]);
    meaning.edit("e", &named).await;
    assert_eq!(meaning.links().await[uses.0], [edited]);
}

pub async fn nothing_leads_to_what_was_forgotten_with_its_repository(database: Database) {
    let other = RepositoryId::new(8);
    let (named, command) = (agent("n"), needs("n"));
    let meaning = Meaning::of(database, &[(".cursor/commands/use.md", &command)]).await;
    let theirs = ".cursor/agents/theirs.md";
    meaning.scene.sync_of((other, "octo/other"), "theirs", &[(theirs, &named)]).await;
    let to = Destination::Workspace(meaning.workspace.clone());
    meaning.scene.store.move_repository(other, &to, &Actor::Administrator).await.unwrap();
    meaning.edit("n", &format!("{named} Mine.")).await;
    assert_eq!(meaning.links().await[".cursor/commands/use.md"], [theirs]);
    let removed = "UPDATE repositories SET state = 'removed', removed_at = '2020-01-01 00:00:00' WHERE id = 8";
    meaning.scene.database().tamper(removed).await;
    meaning.scene.store.purge(chrono::TimeDelta::days(1)).await.unwrap();
    assert_eq!((meaning.missing().await, meaning.links().await), (vec!["n".to_owned()], BTreeMap::new()));
}

/// As a migration does that changes what references mean.
pub async fn links_are_settled_where_nothing_is_pushed(database: Database) {
    let (named, command) = (agent("n"), needs("n"));
    let there = ".cursor/agents/there.md";
    let meaning = Meaning::of(database, &[(there, &named), (".cursor/commands/use.md", &command)]).await;
    for statement in [
        "UPDATE definition_references SET resolved_id = NULL",
        "INSERT INTO unsettled_links SELECT id, workspace_id FROM definitions",
    ] {
        meaning.scene.database().tamper(statement).await;
    }
    assert_eq!(meaning.missing().await, ["n"]);
    meaning.scene.store.purge(chrono::TimeDelta::days(1)).await.unwrap();
    assert_eq!(meaning.links().await[".cursor/commands/use.md"], [there]);
}

/// It meant another one, before it was itself called so.
pub async fn what_is_called_as_it_says_means_nobody(database: Database) {
    let good = "---\nname: n\ndescription: Asks.\nskills: []\ndepends_on: [asks]\n---\nAsk.";
    let (w, there) = (".cursor/agents/w.md", agent("asks"));
    let meaning = Meaning::of(database, &[(ASKS, good), (w, &there)]).await;
    let before = meaning.links().await;
    meaning.scene.sync("two", &[(ASKS, BROKEN), (w, &there)]).await;
    assert_eq!(meaning.links().await, before, "the last good text says so still");
    meaning.scene.sync("three", &[(ASKS, BROKEN), (w, &agent("g"))]).await;
    assert_eq!(meaning.links().await, BTreeMap::new());
    let by_and_by = (meaning.links().await, meaning.missing().await);
    meaning.settle_everything().await;
    assert_eq!((meaning.links().await, meaning.missing().await), by_and_by);
}
