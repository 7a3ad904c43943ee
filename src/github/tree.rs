//! A whole tree, as far as it is ours: what lies in a `.cursor` folder, or stands in the place of one, and what else the owner's
//! settings reach.

use super::call::{Answer, Call, Endpoint, Form};
use super::entry::{Listing, TreeEntry, Unlisted, join, unreadable};
use super::error::GitHubError;
use super::installation::InstallationClient;
use super::repository::RepositoryRef;
use crate::model::location::touched_cursor_folder;
use crate::model::{BlobSha, FileMode, TreeSha};
use crate::settings::Layout;
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use serde::Deserialize;
use std::borrow::Cow;
use std::sync::Arc;

/// GitHub allows a hundred calls at once, for all of an installation's work together.
const FOLDERS_AT_ONCE: usize = 4;
/// More of ours is in no repository that anybody works with, and would have to be held in memory.
const MOST_ENTRIES: usize = 200_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Depth {
    OneLevel,
    Everything,
}

/// Borrows from the answer: of its 100,000 entries few are kept.
#[derive(Deserialize)]
struct SeenTree<'a> {
    #[serde(borrow)]
    tree: Vec<SeenNode<'a>>,
    truncated: bool,
}

#[derive(Deserialize)]
struct SeenNode<'a> {
    #[serde(borrow)]
    path: Cow<'a, str>,
    #[serde(borrow)]
    mode: Cow<'a, str>,
    #[serde(borrow)]
    sha: Cow<'a, str>,
    size: Option<u64>,
}

impl InstallationClient {
    /// All entries of the tree that are in a `.cursor` folder or in its place, or that `layout` reaches, by path. One call, unless GitHub cuts the
    /// answer (beyond 100,000 entries or 7 MB). A cut answer is not used, as it does not tell what it leaves out: its tree
    /// costs one more call for its first level, and one for each folder there, which may be cut again.
    pub async fn tree(
        &self,
        repository: &RepositoryRef,
        tree: &TreeSha,
        layout: &Arc<Layout>,
    ) -> Result<Vec<TreeEntry>, GitHubError> {
        let root = Unlisted { path: String::new(), tree: tree.clone() };
        let mut entries = self.walk(repository, vec![root], layout).await?;
        entries.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(entries)
    }

    /// What lies below these folders, in no order, a few calls at a time.
    pub(super) async fn walk(
        &self,
        repository: &RepositoryRef,
        mut pending: Vec<Unlisted>,
        layout: &Arc<Layout>,
    ) -> Result<Vec<TreeEntry>, GitHubError> {
        // Trees that refer to the same trees over and over are endless to walk.
        let most = self.urgency().most_folders();
        let too_much = |what: &str| unreadable(&format!("the tree of {repository}"), what);
        let mut entries = Vec::new();
        let mut under_way = FuturesUnordered::new();
        let mut walked = 0;
        loop {
            while under_way.len() < FOLDERS_AT_ONCE {
                let Some(folder) = pending.pop() else { break };
                under_way.push(self.list(repository, folder, layout));
            }
            let Some(listed) = under_way.next().await else { return Ok(entries) };
            let listing = listed?;
            walked += 1;
            if walked > most {
                return Err(too_much(&format!("more than {most} folders would have to be listed one by one")));
            }
            entries.extend(listing.entries);
            if entries.len() > MOST_ENTRIES {
                return Err(too_much(&format!("more than {MOST_ENTRIES} files are below .cursor folders")));
            }
            pending.extend(listing.unlisted);
        }
    }

    async fn list(
        &self,
        repository: &RepositoryRef,
        folder: Unlisted,
        layout: &Arc<Layout>,
    ) -> Result<Listing, GitHubError> {
        if let Some(whole) = self.read_tree(repository, (&folder, Depth::Everything), layout).await? {
            // Its folders have been listed by the same answer.
            return Ok(Listing { unlisted: Vec::new(), ..whole });
        }
        let level = self.read_tree(repository, (&folder, Depth::OneLevel), layout).await?;
        let subject = format!("folder {:?} of {repository}", folder.path);
        level.ok_or_else(|| unreadable(&subject, "GitHub does not list all of its entries"))
    }

    /// `None` if GitHub left something out.
    async fn read_tree(
        &self,
        repository: &RepositoryRef,
        (folder, depth): (&Unlisted, Depth),
        layout: &Arc<Layout>,
    ) -> Result<Option<Listing>, GitHubError> {
        let recursive = if depth == Depth::Everything { "?recursive=1" } else { "" };
        let path = format!("{}/git/trees/{}{recursive}", repository.path()?, folder.tree);
        let call = Call::new(Endpoint::Tree, format!("tree {} of {repository}", folder.tree), Form::Get(path));
        let answer = self.ask(&call).await?;
        let (subject, folder, layout) = (call.subject.clone(), folder.path.clone(), layout.clone());
        // Seven megabytes take some time: not on a thread that others wait for.
        let reading = tokio::task::spawn_blocking(move || listing(&answer, (&folder, &layout), &subject));
        reading.await.unwrap_or_else(|error| Err(unreadable(&call.subject, &error)))
    }
}

fn listing(answer: &Answer, (folder, layout): (&str, &Layout), subject: &str) -> Result<Option<Listing>, GitHubError> {
    let seen: SeenTree<'_> = answer.json(subject)?;
    if seen.truncated {
        return Ok(None);
    }
    let mut listing = Listing::default();
    for node in seen.tree {
        let path = join(folder, &node.path);
        let mode = FileMode::from_octal(&node.mode).ok_or_else(|| unreadable(&path, &format!("mode {}", node.mode)))?;
        if mode == FileMode::Tree {
            let tree = TreeSha::new(&node.sha).map_err(|error| unreadable(&path, &error))?;
            listing.unlisted.push(Unlisted { path, tree });
        } else if touched_cursor_folder(&path).is_some() || layout.reaches(&path) {
            let sha = BlobSha::new(&node.sha).map_err(|error| unreadable(&path, &error))?;
            listing.entries.push(TreeEntry { path, mode, sha, size: node.size });
        }
    }
    Ok(Some(listing))
}
