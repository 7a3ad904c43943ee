//! Real repositories, replayed commit by commit: after every push the registry equals a clean import of that commit.

use super::compare;
use crate::support::{Repo, Setup, TestApp};
use dotcursor::model::{Location, Severity};
use dotcursor::parse;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// `scripts/replay-corpus` runs it and says where the repositories are: git bundles, or clones.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a folder of real repositories: scripts/replay-corpus"]
async fn corpus() {
    let sources = sources();
    for source in &sources {
        replay(source).await;
    }
}

/// What DOTCURSOR_CORPUS holds.
fn sources() -> Vec<PathBuf> {
    let folder = PathBuf::from(std::env::var_os("DOTCURSOR_CORPUS").expect("DOTCURSOR_CORPUS names a folder"));
    let mut sources: Vec<PathBuf> = std::fs::read_dir(&folder)
        .expect("DOTCURSOR_CORPUS can be read")
        .map(|entry| entry.expect("an entry of the folder").path())
        .filter(|path| path.is_dir() || path.extension().is_some_and(|extension| extension == "bundle"))
        .collect();
    sources.sort();
    assert!(!sources.is_empty(), "{} holds neither bundles nor clones", folder.display());
    sources
}

/// Every definition at every commit that a repository has, on whatever branch: none is lost, none makes the reader panic.
/// `scripts/read-corpus` runs it and shows which diagnostics there are.
#[test]
#[ignore = "needs a folder of real repositories: scripts/read-corpus"]
#[expect(clippy::print_stdout, reason = "the summary is what it is run for")]
fn reading_the_corpus() {
    let mut files: BTreeMap<(String, String), Vec<u8>> = BTreeMap::new();
    for source in sources() {
        let found = definitions(&source);
        println!("{}: {} texts of definitions", source.display(), found.len());
        files.extend(found);
    }
    let mut codes: BTreeMap<(Severity, String), usize> = BTreeMap::new();
    let mut broken = 0;
    for ((path, blob), bytes) in &files {
        let location = Location::of(path).expect("the path of a definition");
        let parsed = parse::parse(&location, bytes, &[]);
        assert_eq!(parsed.content, String::from_utf8_lossy(bytes), "{path} at {blob} lost its text");
        broken += usize::from(parsed.error().is_some());
        for found in parsed.diagnostics {
            *codes.entry((found.severity, found.code)).or_default() += 1;
        }
    }
    println!("\n{} texts, {broken} of them broken", files.len());
    for ((severity, code), number) in codes.iter().rev() {
        println!("{number:6}  {severity:?}  {code}");
    }
}

/// The bytes of each definition by path and blob.
fn definitions(source: &Path) -> BTreeMap<(String, String), Vec<u8>> {
    let repo = Repo::init();
    repo.git(&["fetch", "--quiet", &source.display().to_string(), "+refs/heads/*:refs/corpus/*", "HEAD"]);
    let mut seen: BTreeSet<(String, String)> = BTreeSet::new();
    for commit in repo.git(&["rev-list", "--all", "FETCH_HEAD"]).lines() {
        let tree = repo.git(&["ls-tree", "-r", "-z", commit]);
        let files = tree.split('\0').filter_map(|entry| entry.split_once('\t'));
        let regular = files.filter(|(facts, path)| facts.starts_with("100") && Location::of(path).is_some());
        seen.extend(
            regular.map(|(facts, path)| (path.to_owned(), facts.rsplit(' ').next().unwrap_or_default().to_owned())),
        );
    }
    let read = |(path, blob): (String, String)| {
        let bytes = repo.try_git(&["cat-file", "blob", &blob]).stdout;
        ((path, blob), bytes)
    };
    seen.into_iter().map(read).collect()
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
