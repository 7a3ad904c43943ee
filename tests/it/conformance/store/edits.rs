//! What people write, and git beside it: rule 9 of docs/PROTOCOL.md.

use super::scene::Scene;
use crate::support::Database;
use dotcursor::model::{Actor, BlobSha, Kind, Location, Preference, Side, TokenId, WorkspaceId};
use dotcursor::store::audit::AuditFilter;
use dotcursor::store::catalog::{Filter, Page, Sort, SortBy};
use dotcursor::store::edits::{At, Done, Edit, Expected, Refusal, Target};
use dotcursor::store::rows::listing::{Listed, Text};
use dotcursor::store::workspaces::WorkspaceChange;

const BY_NAME: Sort = Sort { by: SortBy::Name, descending: false };
const STYLE: &str = ".cursor/rules/style.mdc";
const PERSON: &str = "token:somebody";

fn person() -> Actor {
    Actor::Token(TokenId::from_text("somebody"))
}

/// A registry whose repository has one rule, and those who write to it.
struct Desk {
    scene: Scene,
    workspace: WorkspaceId,
}

impl Desk {
    async fn with(database: Database, text: &str) -> Self {
        let scene = Scene::open(database).await;
        scene.sync("one", &[(STYLE, text)]).await;
        let workspace = scene.store.workspace_of(scene.repository).await.unwrap().unwrap();
        Self { scene, workspace }
    }

    /// The head holds these texts of the rule, one after the other.
    async fn push(&self, name: &str, text: &str) {
        self.scene.sync(name, &[(STYLE, text)]).await;
    }

    async fn push_nothing(&self, name: &str) {
        self.scene.sync(name, &[]).await;
    }

    async fn try_edit(&self, edit: Edit) -> Result<Done, Refusal> {
        self.scene.store.edit(&self.workspace, &person(), &edit).await.unwrap().0
    }

    async fn edit(&self, edit: Edit) -> Done {
        self.try_edit(edit).await.unwrap()
    }

    async fn write(&self, content: &str) -> Done {
        self.edit(Edit::Update { target: style(), content: content.into() }).await
    }

    async fn resolve(&self, take: Side, blob: Option<String>) -> Result<Done, Refusal> {
        self.try_edit(Edit::Resolve { target: style(), take, blob }).await
    }

    async fn rule(&self) -> Option<(Listed, Text)> {
        let found = self.scene.store.definition(&self.workspace, Kind::Rule, "style").await.unwrap();
        found.map(|(shown, text)| (shown.row, text))
    }

    /// What is served, git's text where that is another one, and the status.
    async fn stands(&self) -> (String, Option<String>, String) {
        let (row, text) = self.rule().await.expect("the rule is served");
        (text.content, text.git.and_then(|git| git.git_content), row.status)
    }

    async fn prefer(&self, preference: Preference) {
        let change = WorkspaceChange { prefers: Some(preference), ..WorkspaceChange::default() };
        self.scene.store.change_workspace(&self.workspace, &change, &person()).await.unwrap().expect("a workspace");
    }

    /// Who made each version, and its text's blob, oldest first.
    async fn history(&self) -> Vec<(String, Option<String>)> {
        let id = self.scene.store.definition_id(&self.workspace, Kind::Rule, "style").await.unwrap().unwrap();
        let (rows, _) = self.scene.store.versions(&id, Page { number: 1, size: 100 }).await.unwrap();
        rows.into_iter().rev().map(|row| (row.changed_by, row.blob)).collect()
    }
}

fn style() -> Target {
    Target { kind: Kind::Rule, name_or_id: "style".into(), expected: None }
}

fn blob(text: &str) -> Option<String> {
    Some(BlobSha::of_bytes(text.as_bytes()).to_string())
}

fn told(content: &str, git: Option<&str>, status: &str) -> (String, Option<String>, String) {
    (content.into(), git.map(str::to_owned), status.into())
}

pub async fn a_local_definition_is_made_changed_and_deleted(database: Database) {
    let desk = Desk::with(database, "Git's.").await;
    let create = |name: &str, content: &str| Edit::Create {
        kind: Kind::Rule,
        at: At::Name(name.into()),
        content: content.into(),
    };
    let made = desk.edit(create("house", "One.")).await;
    assert_eq!((made.name.as_str(), made.version), ("house", 1));
    let taken = desk.try_edit(create("house", "Another.")).await;
    assert!(matches!(taken, Err(Refusal::Taken { field: "name", by, .. }) if by == made.id));
    let broken = desk.try_edit(create("bad", "---\ndescription: never closed\n")).await;
    assert!(matches!(broken, Err(Refusal::Broken(found)) if found[0].code == "frontmatter-unclosed"));
    let house = || Target { kind: Kind::Rule, name_or_id: "house".into(), expected: None };
    assert_eq!(desk.edit(Edit::Update { target: house(), content: "Two.".into() }).await.version, 2);
    assert!(!desk.edit(Edit::Update { target: house(), content: "Two.".into() }).await.changed);
    assert_eq!(desk.edit(Edit::Revert { target: house(), version: 1 }).await.version, 3);
    desk.edit(Edit::Delete { target: house() }).await;
    assert_eq!(desk.try_edit(Edit::Delete { target: house() }).await, Err(Refusal::NoDefinition));
    assert_eq!(desk.try_edit(Edit::Revert { target: house(), version: 1 }).await, Err(Refusal::NoDefinition));
    desk.edit(create("house", "A new one.")).await;
}

pub async fn a_path_and_a_text_name_a_local_definition(database: Database) {
    let desk = Desk::with(database, "Git's.").await;
    let agent = |path: &str, name: &str| Edit::Create {
        kind: Kind::Agent,
        at: At::Path(Location::of(path).unwrap()),
        content: format!("---\nname: {name}\ndescription: Helps.\n---\nHelp."),
    };
    assert_eq!(desk.edit(agent(".cursor/agents/a.md", "helper")).await.name, "helper");
    let again = desk.try_edit(agent(".cursor/agents/a.md", "another")).await;
    assert!(matches!(again, Err(Refusal::Taken { field: "path", .. })));
    let otherwise = Edit::Create {
        kind: Kind::Agent,
        at: At::Name("given".into()),
        content: "---\nname: written\ndescription: Helps.\n---\nHelp.".into(),
    };
    let refused = desk.try_edit(otherwise).await;
    assert_eq!(refused, Err(Refusal::OtherName { given: "given".into(), read: "written".into() }));
}

pub async fn an_edit_stands_beside_git_until_git_changes(database: Database) {
    let desk = Desk::with(database, "A.").await;
    assert_eq!(desk.write("Mine.").await.version, 2);
    assert_eq!(desk.stands().await, told("Mine.", Some("A."), "synced"));
    desk.push("two", "B.").await;
    assert_eq!(desk.stands().await, told("Mine.", Some("B."), "conflict"));
    let (row, _) = desk.rule().await.unwrap();
    assert_eq!((row.blob, row.version), (blob("B."), 2));
    assert_eq!(desk.resolve(Side::GitHub, blob("A.")).await, Err(Refusal::MovedOn { blob: blob("B.") }));
    assert_eq!(desk.resolve(Side::GitHub, None).await, Err(Refusal::MovedOn { blob: blob("B.") }));
    assert_eq!(desk.resolve(Side::GitHub, blob("B.")).await.unwrap().version, 3);
    assert_eq!(desk.stands().await, told("B.", None, "synced"));
    assert_eq!(desk.resolve(Side::GitHub, blob("B.")).await, Err(Refusal::NoConflict));
    let by_sync = || "github_sync".to_owned();
    let by_person = || PERSON.to_owned();
    let by_people = AuditFilter { actor: Some(PERSON.to_owned()), ..AuditFilter::default() };
    let noted = desk.scene.store.audit(&by_people, Page { number: 1, size: 10 }).await.unwrap().0;
    let noted: Vec<_> = noted.iter().rev().map(|row| (row.actor.as_str(), row.action.as_str())).collect();
    assert_eq!(noted, [(PERSON, "definition.update"), (PERSON, "definition.resolve")]);
    let history = [(by_sync(), blob("A.")), (by_person(), blob("Mine.")), (by_person(), blob("B."))];
    assert_eq!(desk.history().await, history);
}

pub async fn an_edit_that_is_kept_is_based_on_what_was_seen(database: Database) {
    let desk = Desk::with(database, "A.").await;
    desk.write("Mine.").await;
    desk.push("two", "B.").await;
    assert_eq!(desk.resolve(Side::Local, blob("B.")).await.unwrap().version, 2);
    assert_eq!(desk.stands().await, told("Mine.", Some("B."), "synced"));
    desk.push("three", "C.").await;
    assert_eq!(desk.stands().await, told("Mine.", Some("C."), "conflict"));
    // Another text does not dismiss one of git that nobody may have seen.
    desk.write("Mine, longer.").await;
    assert_eq!(desk.stands().await, told("Mine, longer.", Some("C."), "conflict"));
    // Where git goes back to, there is no conflict any more.
    desk.push("two", "B.").await;
    assert_eq!(desk.stands().await, told("Mine, longer.", Some("B."), "synced"));
}

pub async fn the_order_of_edit_and_push_does_not_matter(database: Database) {
    let desk = Desk::with(database, "A.").await;
    desk.write("Mine.").await;
    desk.push("two", "B.").await;
    let edited_first = desk.stands().await;
    let seen = desk.resolve(Side::GitHub, blob("B.")).await;
    assert!(seen.is_ok());
    desk.push("one", "A.").await;
    // This time the push is under way when the edit comes: planned, read, and stored after it.
    let comparison = desk.scene.compare("two", &[(STYLE, "B.")]).await;
    let planned = desk.scene.apply(&comparison).await;
    let read = desk.scene.read(&planned, &[(STYLE, "B.")]).await;
    desk.write("Mine.").await;
    desk.scene.store.store_batch(desk.scene.repository, &read).await.unwrap();
    assert_eq!(desk.stands().await, edited_first);
}

pub async fn git_bringing_the_edit_itself_ends_it(database: Database) {
    let desk = Desk::with(database, "A.").await;
    desk.write("Mine.").await;
    desk.push("two", "Mine.").await;
    assert_eq!(desk.stands().await, told("Mine.", None, "synced"));
    assert_eq!(desk.history().await.len(), 2, "the same text is no new version");
    // Likewise the other way round: an edit back to what git says is none.
    desk.write("Yours.").await;
    desk.edit(Edit::Revert { target: style(), version: 2 }).await;
    assert_eq!(desk.stands().await, told("Mine.", None, "synced"));
}

pub async fn what_an_edit_said_that_went_with_its_file_is_no_new_version(database: Database) {
    let desk = Desk::with(database, "A.").await;
    desk.push("two", "B.").await;
    desk.write("A.").await;
    desk.push_nothing("three").await;
    desk.resolve(Side::GitHub, None).await.unwrap();
    assert!(desk.rule().await.is_none());
    desk.push("four", "A.").await;
    assert_eq!(desk.stands().await, told("A.", None, "synced"));
    assert_eq!(
        desk.history().await.into_iter().map(|(_, blob)| blob).collect::<Vec<_>>(),
        [blob("A."), blob("B."), blob("A.")]
    );
    desk.push("five", "C.").await;
    assert_eq!(desk.history().await.len(), 4);
}

pub async fn a_broken_text_behind_an_edit_is_told(database: Database) {
    let broken = "---\ndescription: never closed\nBad.";
    let desk = Desk::with(database, "A.").await;
    desk.write("Mine.").await;
    desk.push("two", broken).await;
    assert_eq!(desk.stands().await, told("Mine.", Some("A."), "error"));
    let (row, _) = desk.rule().await.unwrap();
    assert!(row.is_at_odds() && row.error.is_some());
    assert_eq!(row.diagnostics[0]["code"], "frontmatter-unclosed");
    // Git's side is then its last good text, with the error beside it.
    desk.resolve(Side::GitHub, blob(broken)).await.unwrap();
    assert_eq!(desk.stands().await, told("A.", None, "error"));
    desk.push("three", "C.").await;
    assert_eq!(desk.stands().await, told("C.", None, "synced"));
}

pub async fn what_never_was_good_can_be_edited(database: Database) {
    let broken = "---\ndescription: never closed\nBad.";
    let desk = Desk::with(database, broken).await;
    assert_eq!(desk.write("Mine.").await.version, 1);
    assert_eq!(desk.stands().await, told("Mine.", Some(broken), "error"));
    desk.push("two", "Good.").await;
    assert_eq!(desk.stands().await, told("Mine.", Some("Good."), "conflict"));
}

pub async fn a_deleted_definition_is_hidden_until_git_changes_it(database: Database) {
    let desk = Desk::with(database, "A.").await;
    desk.write("Mine.").await;
    desk.edit(Edit::Delete { target: style() }).await;
    let rules = async || {
        let all = Page { number: 1, size: 10 };
        desk.scene.store.definitions((&desk.workspace, Kind::Rule), &Filter::default(), BY_NAME, all).await.unwrap().1
    };
    assert_eq!(rules().await, 0);
    assert!(desk.rule().await.is_none());
    // Another commit that leaves the file as it is.
    desk.scene.sync("two", &[(STYLE, "A."), (".cursor/rules/other.mdc", "Other.")]).await;
    assert!(desk.rule().await.is_none());
    desk.push("three", "B.").await;
    assert_eq!(desk.stands().await, told("B.", None, "synced"));
    let by: Vec<String> = desk.history().await.into_iter().map(|(by, _)| by).collect();
    assert_eq!(by, ["github_sync", PERSON, PERSON, "github_sync"]);
}

pub async fn what_is_hidden_can_be_put_back_or_go_for_good(database: Database) {
    let desk = Desk::with(database, "A.").await;
    desk.edit(Edit::Delete { target: style() }).await;
    assert_eq!(desk.edit(Edit::Revert { target: style(), version: 1 }).await.version, 1);
    assert_eq!(desk.stands().await, told("A.", None, "synced"));
    desk.edit(Edit::Delete { target: style() }).await;
    desk.push_nothing("two").await;
    assert_eq!(desk.try_edit(Edit::Revert { target: style(), version: 1 }).await, Err(Refusal::NoDefinition));
    // Not hidden, but gone: the same text coming back is a change.
    desk.push("three", "A.").await;
    assert_eq!(desk.stands().await, told("A.", None, "synced"));
}

pub async fn git_deleting_an_edited_file_asks(database: Database) {
    let desk = Desk::with(database, "A.").await;
    desk.write("Mine.").await;
    desk.push_nothing("two").await;
    assert_eq!(desk.stands().await, told("Mine.", None, "conflict"));
    assert_eq!(desk.rule().await.unwrap().0.blob, None);
    // Nothing is to be done in git for that.
    desk.push_nothing("three").await;
    assert_eq!(desk.stands().await, told("Mine.", None, "conflict"));
    assert_eq!(desk.resolve(Side::Local, blob("A.")).await, Err(Refusal::MovedOn { blob: None }));
    desk.push("four", "A.").await;
    assert_eq!(desk.stands().await, told("Mine.", Some("A."), "synced"));
    desk.push_nothing("five").await;
    desk.resolve(Side::GitHub, None).await.unwrap();
    assert!(desk.rule().await.is_none());
    desk.push("six", "A.").await;
    assert_eq!(desk.stands().await, told("A.", None, "synced"));
}

pub async fn an_edit_outlives_its_file_as_a_local_definition(database: Database) {
    let desk = Desk::with(database, "A.").await;
    desk.write("Mine.").await;
    desk.push_nothing("two").await;
    desk.resolve(Side::Local, None).await.unwrap();
    let (row, _) = desk.rule().await.unwrap();
    assert_eq!((row.source.as_str(), row.status.as_str(), row.blob), ("local", "synced", blob("Mine.")));
    // Git's file, when it comes back, is another definition, and has the name.
    desk.push("three", "B.").await;
    assert_eq!(desk.stands().await, told("B.", None, "synced"));
}

pub async fn a_preference_settles_conflicts_by_itself(database: Database) {
    let desk = Desk::with(database, "A.").await;
    desk.prefer(Preference::Take(Side::GitHub)).await;
    desk.write("Mine.").await;
    assert_eq!(desk.stands().await, told("Mine.", Some("A."), "synced"));
    desk.push("two", "B.").await;
    assert_eq!(desk.stands().await, told("B.", None, "synced"));
    desk.prefer(Preference::Take(Side::Local)).await;
    desk.write("Mine.").await;
    desk.push("three", "C.").await;
    assert_eq!(desk.stands().await, told("Mine.", Some("C."), "synced"));
    // What stands in conflict is settled with the new preference.
    desk.prefer(Preference::Ask).await;
    desk.push("four", "D.").await;
    assert_eq!(desk.stands().await, told("Mine.", Some("D."), "conflict"));
    desk.prefer(Preference::Take(Side::GitHub)).await;
    assert_eq!(desk.stands().await, told("D.", None, "synced"));
}

pub async fn a_preference_settles_what_git_deletes(database: Database) {
    let desk = Desk::with(database, "A.").await;
    desk.prefer(Preference::Take(Side::Local)).await;
    desk.write("Mine.").await;
    desk.push_nothing("two").await;
    assert_eq!(desk.rule().await.unwrap().0.source, "local");
    desk.edit(Edit::Delete { target: style() }).await;
    desk.push("three", "A.").await;
    desk.prefer(Preference::Take(Side::GitHub)).await;
    desk.write("Mine.").await;
    desk.push_nothing("four").await;
    assert!(desk.rule().await.is_none());
}

pub async fn of_two_who_saw_the_same_one_writes(database: Database) {
    let desk = Desk::with(database, "A.").await;
    let (row, _) = desk.rule().await.unwrap();
    let seen = Expected { version: row.version, updated_at: Some(row.updated_at) };
    let update = |content: &str| Edit::Update {
        target: Target { expected: Some(seen.clone()), ..style() },
        content: content.into(),
    };
    let (one, two) = (update("One."), update("Two."));
    let (first, second) = tokio::join!(desk.try_edit(one), desk.try_edit(two));
    let outcomes = [&first, &second];
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    assert!(outcomes.contains(&&Err(Refusal::Stale)), "{outcomes:?}");
    assert_eq!(desk.history().await.len(), 2);
    // Whatever git changes meanwhile has not been seen either.
    let (row, _) = desk.rule().await.unwrap();
    let seen = Expected { version: row.version, updated_at: Some(row.updated_at) };
    desk.push("two", "B.").await;
    let target = Target { expected: Some(seen), ..style() };
    assert_eq!(desk.try_edit(Edit::Delete { target }).await, Err(Refusal::Stale));
}

pub async fn names_and_links_follow_what_is_written(database: Database) {
    let desk = Desk::with(database, "See `house`.").await;
    let links = async || {
        let graph = desk.scene.store.graph(&desk.workspace).await.unwrap();
        let served = |id| graph.nodes.iter().any(|node| &node.id == id);
        graph.links.iter().filter(|link| served(&link.from) && served(&link.to)).count()
    };
    assert_eq!(links().await, 0);
    let house = Edit::Create { kind: Kind::Rule, at: At::Name("house".into()), content: "Lay `style`.".into() };
    desk.edit(house).await;
    assert_eq!(links().await, 2);
    desk.edit(Edit::Delete { target: style() }).await;
    assert_eq!(links().await, 0, "what is hidden is no target");
    // A local definition never takes a name from what git has.
    let same = Edit::Create { kind: Kind::Rule, at: At::Name("style".into()), content: "Mine.".into() };
    desk.edit(same).await;
    assert_eq!(desk.stands().await, told("Mine.", None, "synced"));
    desk.push("two", "Git's.").await;
    assert_eq!(desk.stands().await, told("Git's.", None, "synced"));
}
