use super::scene::Scene;
use crate::github::GitHubError;
use crate::model::location::touched_cursor_folder;
use crate::model::{FileMode, TreeSha};
use crate::sandbox::fixture::Checkout;
use crate::sandbox::{Endpoint, Fault, Limits, Misbehaviour};
use std::sync::Arc;

/// What git itself lists of ours: path and name of the blob.
fn listed_by_git(scene: &Scene) -> Vec<(String, String)> {
    let listing = scene.checkout.git(&["ls-tree", "-r", "HEAD"]);
    let mut ours: Vec<(String, String)> = listing
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .filter(|(_, path)| touched_cursor_folder(path).is_some())
        .map(|(head, path)| (path.to_owned(), head.rsplit(' ').next().unwrap().to_owned()))
        .collect();
    ours.sort();
    ours
}

async fn listed(scene: &Scene) -> Result<Vec<(String, String)>, GitHubError> {
    let tree = TreeSha::new(&scene.oid("HEAD^{tree}")).unwrap();
    let entries = scene.client.tree(&scene.repository, &tree, &Arc::default()).await?;
    Ok(entries.into_iter().map(|entry| (entry.path, entry.sha.to_string())).collect())
}

fn many_folders() -> Checkout {
    let mut files = vec![(".cursor/rules/root.mdc".to_owned(), "root".to_owned())];
    for app in 0..6 {
        for file in 0..7 {
            files.push((format!("apps/a{app}/.cursor/rules/deep/r{file}.mdc"), format!("{app} {file}")));
            files.push((format!("apps/a{app}/src/inner/f{file}.rs"), format!("code {app} {file}")));
        }
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    Checkout::with(&files)
}

#[tokio::test]
async fn a_whole_tree_is_one_call_and_only_ours_is_kept() {
    let scene = Scene::of(many_folders());
    let ours = listed(&scene).await.unwrap();
    assert_eq!((ours.len(), ours), (43, listed_by_git(&scene)));
    assert_eq!(scene.stand_in.calls().of(Endpoint::Tree), 1);
}

#[tokio::test]
async fn a_link_in_the_place_of_a_folder_is_kept() {
    let checkout = Checkout::with(&[("real/rules/a.mdc", "a")]);
    std::os::unix::fs::symlink("real", checkout.path().join(".cursor")).unwrap();
    checkout.commit(&[], "link");
    let scene = Scene::of(checkout);
    let tree = TreeSha::new(&scene.oid("HEAD^{tree}")).unwrap();
    let entries = scene.client.tree(&scene.repository, &tree, &Arc::default()).await.unwrap();
    assert_eq!((entries[0].path.as_str(), entries[0].mode, entries.len()), (".cursor", FileMode::Symlink, 1));
}

#[tokio::test]
async fn a_truncated_tree_is_walked_and_nothing_is_lost() {
    for tree_entries in [8, 12, 20, 60] {
        let scene = Scene::limited(many_folders(), Limits { tree_entries, ..Limits::default() });
        assert_eq!(listed(&scene).await.unwrap(), listed_by_git(&scene), "{tree_entries} entries an answer");
        assert!(scene.stand_in.calls().of(Endpoint::Tree) > 2);
    }
}

#[tokio::test]
async fn a_tree_that_is_truncated_once_costs_its_first_level_and_a_call_for_each_folder_there() {
    let scene = Scene::of(many_folders());
    scene.misbehave(Misbehaviour::new(Fault::TruncateTree { entries: 1 }).on(Endpoint::Tree));
    assert_eq!(listed(&scene).await.unwrap(), listed_by_git(&scene));
    assert_eq!(scene.stand_in.calls().of(Endpoint::Tree), 1 + 1 + 2);
}

#[tokio::test]
async fn a_folder_too_wide_to_be_listed_is_an_error_and_not_a_deletion() {
    let scene = Scene::limited(many_folders(), Limits { tree_entries: 6, ..Limits::default() });
    assert!(matches!(listed(&scene).await, Err(GitHubError::Unreadable { .. })));
}

#[tokio::test]
async fn trees_of_a_renamed_repository_are_found_by_the_old_name() {
    let scene = Scene::of(many_folders());
    scene.stand_in.rename_repository(scene.repository.id.0, "octo/renamed").await.unwrap();
    assert_eq!(listed(&scene).await.unwrap(), listed_by_git(&scene));
}
