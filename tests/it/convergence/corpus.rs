//! Real repositories, replayed commit by commit: after every push the registry equals a clean import of that commit.

use super::compare;
use crate::support::{Repo, Setup, TestApp};
use std::path::{Path, PathBuf};

/// `scripts/replay-corpus` runs it and says where the repositories are: git bundles, or clones.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a folder of real repositories: scripts/replay-corpus"]
async fn corpus() {
    let folder = PathBuf::from(std::env::var_os("DOTCURSOR_CORPUS").expect("DOTCURSOR_CORPUS names a folder"));
    let mut sources: Vec<PathBuf> = std::fs::read_dir(&folder)
        .expect("DOTCURSOR_CORPUS can be read")
        .map(|entry| entry.expect("an entry of the folder").path())
        .filter(|path| path.is_dir() || path.extension().is_some_and(|extension| extension == "bundle"))
        .collect();
    sources.sort();
    assert!(!sources.is_empty(), "{} holds neither bundles nor clones", folder.display());
    for source in &sources {
        replay(source).await;
    }
}

#[expect(clippy::print_stdout, reason = "who runs it by hand wants to see how far it is")]
async fn replay(source: &Path) {
    let repo = Repo::init();
    repo.git(&["fetch", "--quiet", &source.display().to_string(), "HEAD"]);
    let commits = repo.git(&["rev-list", "--reverse", "--first-parent", "FETCH_HEAD"]);
    let commits: Vec<&str> = commits.lines().collect();
    repo.reset(commits[0]);
    let app = TestApp::start(Setup::Embedded).await;
    let (id, workspace) = app.install(&repo, "octo/real").await;
    for (number, commit) in commits.iter().enumerate() {
        repo.reset(commit);
        app.announce(id).await;
        app.caught_up(&workspace, commit).await;
        let told = format!("commit {} of {}, {commit} in {}", number + 1, commits.len(), source.display());
        compare::equals_a_clean_import(&app, &workspace, &repo, &told).await;
    }
    println!("{}: equal at each of {} commits", source.display(), commits.len());
}
