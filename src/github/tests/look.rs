use super::scene::Scene;
use crate::github::{FolderState, GitHubError, Look, RepositoryRef, TreeEntry};
use crate::model::{FileMode, RepositoryId};
use crate::sandbox::Endpoint;
use crate::sandbox::fixture::Checkout;
use std::os::unix::fs::symlink;

fn folders(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn paths(look: &Look, number: usize) -> Vec<&str> {
    match &look.folders[number].state {
        FolderState::Tree(entries) => entries.iter().map(|entry| entry.path.as_str()).collect(),
        other => panic!("{other:?}"),
    }
}

fn in_its_place(look: &Look, number: usize) -> &TreeEntry {
    match &look.folders[number].state {
        FolderState::NotAFolder(entry) => entry,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn one_call_tells_the_head_and_its_folders() {
    let scene = Scene::with(&[
        ("README.md", "hello"),
        (".cursor/rules/style.mdc", "style"),
        (".cursor/skills/ship/land/SKILL.md", "land"),
        ("apps/web/.cursor/agents/reviewer.md", "review"),
    ]);
    let asked = folders(&[".cursor", "apps/web/.cursor", "gone/.cursor", "README.md/.cursor"]);
    let look = scene.client.look(&scene.repository, None, &asked).await.unwrap();
    let head = look.head.clone().unwrap();
    assert_eq!(
        (head.commit.as_str(), head.tree.as_str()),
        (scene.oid("HEAD").as_str(), scene.oid("HEAD^{tree}").as_str())
    );
    assert_eq!((head.branch.as_str(), look.default_branch.as_deref()), ("main", Some("main")));
    assert_eq!((look.full_name.as_str(), look.database_id), ("octo/demo", scene.repository.id));
    assert_eq!(paths(&look, 0), [".cursor/rules/style.mdc", ".cursor/skills/ship/land/SKILL.md"]);
    assert_eq!(paths(&look, 1), ["apps/web/.cursor/agents/reviewer.md"]);
    assert_eq!((&look.folders[2].state, &look.folders[3].state), (&FolderState::Missing, &FolderState::Missing));
    let FolderState::Tree(entries) = &look.folders[1].state else { panic!() };
    assert_eq!(entries[0].sha.as_str(), scene.oid("HEAD:apps/web/.cursor/agents/reviewer.md"));
    assert_eq!((entries[0].mode, entries[0].size), (FileMode::File, Some(6)));
    assert_eq!((scene.stand_in.calls().of(Endpoint::GraphQl), scene.stand_in.calls().reads()), (1, 1));
}

#[tokio::test]
async fn the_settings_of_the_default_branch_come_with_the_head() {
    let settings = ".cursor/dotcursor.yaml";
    let scene = Scene::with(&[(settings, "branch: release"), (".cursor/rules/a.mdc", "a")]);
    scene.checkout.git(&["branch", "release"]);
    let look = async |branch| scene.client.look(&scene.repository, branch, &[]).await.unwrap();
    let seen = look(Some("release")).await;
    let file = seen.settings.unwrap();
    assert_eq!(file.bytes.as_deref(), Some(&b"branch: release"[..]));
    assert_eq!(file.entry.sha.as_str(), scene.oid(&format!("HEAD:{settings}")));
    assert_eq!((seen.head.unwrap().branch.as_str(), seen.default_head.unwrap().branch.as_str()), ("release", "main"));
    assert_eq!(scene.stand_in.calls().reads(), 1);

    // What GraphQL alters is read by itself; what is too large, or no file, is not read.
    let path = scene.checkout.path().join(settings);
    let commit = || {
        scene.checkout.git(&["add", "--all"]);
        scene.checkout.git(&["commit", "--quiet", "-m", "Other settings"]);
    };
    std::fs::write(&path, b"\xff").unwrap();
    commit();
    assert_eq!(look(None).await.settings.unwrap().bytes.as_deref(), Some(&b"\xff"[..]));
    assert_eq!(scene.stand_in.calls().reads(), 3);
    std::fs::write(&path, "#".repeat(100_000)).unwrap();
    commit();
    let large = look(None).await.settings.unwrap();
    assert_eq!((large.bytes, large.entry.size), (None, Some(100_000)));
    std::fs::remove_file(&path).unwrap();
    symlink("../elsewhere", &path).unwrap();
    commit();
    let link = look(None).await.settings.unwrap();
    assert_eq!((link.bytes, link.entry.mode), (None, FileMode::Symlink));
    assert_eq!(scene.stand_in.calls().reads(), 5);
}

#[tokio::test]
async fn what_stands_in_the_place_of_a_folder_is_told() {
    let checkout =
        Checkout::with(&[("real/rules/a.mdc", "a"), ("b/.cursor", "a plain file"), ("e/.cursor/rules/x.mdc", "x")]);
    let head = checkout.head();
    symlink("real", checkout.path().join(".cursor")).unwrap();
    symlink("x.mdc", checkout.path().join("e/.cursor/rules/link.mdc")).unwrap();
    checkout.git(&["add", "--all"]);
    checkout.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{head},c/.cursor")]);
    checkout.git(&["commit", "--quiet", "-m", "odd ones"]);
    let scene = Scene::of(checkout);
    let asked = folders(&[".cursor", "b/.cursor", "c/.cursor", "e/.cursor"]);
    let look = scene.client.look(&scene.repository, None, &asked).await.unwrap();
    let modes = [0, 1, 2].map(|number| in_its_place(&look, number).mode);
    assert_eq!(modes, [FileMode::Symlink, FileMode::File, FileMode::Submodule]);
    assert_eq!((in_its_place(&look, 2).sha.as_str(), in_its_place(&look, 2).size), (head.as_str(), None));
    let FolderState::Tree(entries) = &look.folders[3].state else { panic!() };
    let modes: Vec<_> = entries.iter().map(|entry| (entry.path.as_str(), entry.mode)).collect();
    assert_eq!(modes, [("e/.cursor/rules/link.mdc", FileMode::Symlink), ("e/.cursor/rules/x.mdc", FileMode::File)]);
}

#[tokio::test]
async fn a_folder_deeper_than_the_query_costs_a_call_for_its_depths() {
    let deep = ".cursor/skills/1/2/3/4/5/6/7/8/SKILL.md";
    let scene = Scene::with(&[(deep, "deep"), (".cursor/skills/1/2/3/4/flat.md", "flat"), (".cursor/a.md", "a")]);
    let look = scene.client.look(&scene.repository, None, &folders(&[".cursor"])).await.unwrap();
    assert_eq!(paths(&look, 0), [".cursor/a.md", deep, ".cursor/skills/1/2/3/4/flat.md"]);
    assert_eq!((scene.stand_in.calls().of(Endpoint::GraphQl), scene.stand_in.calls().of(Endpoint::Tree)), (1, 1));
}

#[tokio::test]
async fn a_branch_is_found_by_its_name_and_a_tag_is_not() {
    let scene = Scene::with(&[(".cursor/rules/a.mdc", "a")]);
    scene.checkout.git(&["branch", "feature/x"]);
    scene.checkout.git(&["tag", "v1"]);
    let look = scene.client.look(&scene.repository, Some("feature/x"), &[]).await.unwrap();
    assert_eq!(look.head.unwrap().branch, "feature/x");
    for absent in ["v1", "nothing", "we\"ird {name}"] {
        let look = scene.client.look(&scene.repository, Some(absent), &folders(&[".cursor"])).await.unwrap();
        assert_eq!((look.head, look.folders), (None, vec![]), "{absent}");
    }
}

#[tokio::test]
async fn an_empty_repository_has_no_head() {
    let scene = Scene::of(Checkout::empty());
    let look = scene.client.look(&scene.repository, None, &folders(&[".cursor"])).await.unwrap();
    assert_eq!((look.head, look.default_branch), (None, None));
}

#[tokio::test]
async fn a_name_that_nobody_has_leads_to_the_new_one_by_the_number() {
    let scene = Scene::with(&[(".cursor/rules/a.mdc", "a")]);
    let wrong = RepositoryRef { full_name: "octo/never".to_owned(), ..scene.repository.clone() };
    let look = scene.client.look(&wrong, None, &folders(&[".cursor"])).await.unwrap();
    assert_eq!((look.full_name.as_str(), paths(&look, 0).len()), ("octo/demo", 1));
    scene.stand_in.rename_repository(scene.repository.id.0, "octo/renamed").await.unwrap();
    let look = scene.client.look(&scene.repository, None, &[]).await.unwrap();
    assert_eq!(look.full_name, "octo/renamed");
}

#[tokio::test]
async fn a_name_that_was_given_away_does_not_mix_repositories() {
    let scene = Scene::with(&[("a", "a")]);
    let squatter = scene.repository.clone();
    let ours = RepositoryRef { full_name: squatter.full_name.clone(), ..scene.add("octo/renamed") };
    let look = scene.client.look(&ours, None, &[]).await.unwrap();
    assert_eq!((look.full_name.as_str(), look.database_id), ("octo/renamed", ours.id));
    let gone = RepositoryRef { id: RepositoryId::new(999_999), ..squatter.clone() };
    let refused = scene.client.look(&gone, None, &[]).await.unwrap_err();
    assert_eq!(
        refused,
        GitHubError::OtherRepository { full_name: squatter.full_name, asked: gone.id, found: squatter.id }
    );
}
