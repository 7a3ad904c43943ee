//! One query for the head of a branch, for folders as they are at that very commit, and for what the owner says on the default
//! branch.

use super::entry::{Listing, unreadable};
use super::error::GitHubError;
use super::folder::{FolderListing, FolderState, SeenEntry};
use super::graphql::{Problem, Query, Told};
use super::installation::InstallationClient;
use super::look_file::{LookFile, SeenFile};
use super::repository::RepositoryRef;
use crate::model::{CommitSha, FileMode, RepositoryId, TreeSha};
use crate::settings;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;

/// A repository as GitHub shows it now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// Another one than was asked for, if the repository was renamed.
    pub full_name: String,
    pub database_id: RepositoryId,
    pub private: bool,
    pub archived: bool,
    pub default_branch: Option<String>,
    /// `None` if there is no such branch, or nothing in the repository.
    pub head: Option<LookHead>,
    /// Of the default branch; `None` where nothing is in the repository.
    pub default_head: Option<LookHead>,
    /// The owner's settings, as the default branch has them.
    pub settings: Option<LookFile>,
    /// In the order in which they were asked for; empty without a head.
    pub folders: Vec<FolderListing>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookHead {
    pub commit: CommitSha,
    pub tree: TreeSha,
    pub branch: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Seen {
    database_id: Option<i64>,
    name_with_owner: String,
    is_private: bool,
    is_archived: bool,
    default_branch_ref: Option<SeenDefault>,
    tracked: Option<SeenBranch>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SeenAt {
    database_id: Option<i64>,
    commit: Option<SeenCommit>,
}

#[derive(Debug, Deserialize)]
struct SeenDefault {
    name: String,
    target: Option<SeenDefaultCommit>,
}

#[derive(Debug, Deserialize)]
struct SeenDefaultCommit {
    oid: CommitSha,
    tree: SeenTree,
    settings: Option<SeenFile>,
}

#[derive(Debug, Deserialize)]
struct SeenBranch {
    name: String,
    target: Option<SeenCommit>,
}

#[derive(Debug, Deserialize)]
struct SeenCommit {
    oid: CommitSha,
    tree: SeenTree,
    /// By the keys that [`query`] gave them.
    #[serde(flatten)]
    folders: HashMap<String, Option<SeenEntry>>,
}

#[derive(Debug, Deserialize)]
struct SeenTree {
    oid: TreeSha,
}

impl InstallationClient {
    /// The head of `branch` (of the default branch if `None`), and what lies in `folders` there. One call, one more for a
    /// name that is the repository's no longer (and the query again), and one for each tree that lies deeper than six levels.
    pub async fn look(
        &self,
        repository: &RepositoryRef,
        branch: Option<&str>,
        folders: &[String],
    ) -> Result<Look, GitHubError> {
        let found = self.look_at(repository, branch, folders).await;
        match self.renamed(repository, &found).await? {
            Some(renamed) => self.look_at(&renamed, branch, folders).await,
            None => found,
        }
    }

    async fn look_at(
        &self,
        repository: &RepositoryRef,
        branch: Option<&str>,
        folders: &[String],
    ) -> Result<Look, GitHubError> {
        let Told { repository: seen, problems } = self.query::<Seen>(query(repository, branch, folders)?).await?;
        repository.must_be(seen.database_id)?;
        if let Some(problem) = problems.iter().find(|problem| !tells_missing_folder(problem, folders.len())) {
            return Err(problem.error(&repository.full_name));
        }
        let named = RepositoryRef { id: repository.id, full_name: seen.name_with_owner };
        let (head, folders) = match seen.tracked {
            Some(branch) => {
                let (head, seen) = read_head(branch, &named)?;
                (Some(head), self.read_folders(&named, folders, seen).await?)
            }
            None => (None, Vec::new()),
        };
        let (default_branch, default_head, settings) = match seen.default_branch_ref {
            Some(SeenDefault { name, target: Some(commit) }) => {
                let settings = self.read_settings(&named, commit.settings).await?;
                let head = LookHead { commit: commit.oid, tree: commit.tree.oid, branch: name.clone() };
                (Some(name), Some(head), settings)
            }
            Some(SeenDefault { name, target: None }) => (Some(name), None, None),
            None => (None, None, None),
        };
        Ok(Look {
            full_name: named.full_name,
            database_id: named.id,
            private: seen.is_private,
            archived: seen.is_archived,
            default_branch,
            head,
            default_head,
            settings,
            folders,
        })
    }

    async fn read_settings(
        &self,
        repository: &RepositoryRef,
        seen: Option<SeenFile>,
    ) -> Result<Option<LookFile>, GitHubError> {
        match seen {
            Some(seen) => Ok(Some(self.look_file(repository, settings::FILE, seen, settings::MAX_BYTES).await?)),
            None => Ok(None),
        }
    }

    /// What lies in `folders` at a commit that any branch or pull request of the repository has. One call.
    pub async fn folders_at(
        &self,
        repository: &RepositoryRef,
        commit: &CommitSha,
        folders: &[String],
    ) -> Result<Vec<FolderListing>, GitHubError> {
        let found = self.folders_of(repository, commit, folders).await;
        match self.renamed(repository, &found).await? {
            Some(renamed) => self.folders_of(&renamed, commit, folders).await,
            None => found,
        }
    }

    async fn folders_of(
        &self,
        repository: &RepositoryRef,
        commit: &CommitSha,
        folders: &[String],
    ) -> Result<Vec<FolderListing>, GitHubError> {
        let query = query_at(repository, commit, folders)?;
        let subject = query.subject.clone();
        let Told { repository: seen, problems } = self.query::<SeenAt>(query).await?;
        repository.must_be(seen.database_id)?;
        if let Some(problem) = problems.iter().find(|problem| !tells_missing_folder(problem, folders.len())) {
            return Err(problem.error(&repository.full_name));
        }
        let commit = seen.commit.ok_or(GitHubError::NotFound { subject })?;
        self.read_folders(repository, folders, commit.folders).await
    }

    async fn read_folders(
        &self,
        repository: &RepositoryRef,
        folders: &[String],
        mut seen: HashMap<String, Option<SeenEntry>>,
    ) -> Result<Vec<FolderListing>, GitHubError> {
        let mut listings = Vec::with_capacity(folders.len());
        for (number, folder) in folders.iter().enumerate() {
            let entry = seen.remove(&key(number)).ok_or_else(|| unreadable(folder, "the answer leaves it out"))?;
            let state = match entry {
                None => FolderState::Missing,
                Some(entry) if entry.mode()? == FileMode::Tree => self.read_folder(repository, folder, entry).await?,
                Some(entry) => FolderState::NotAFolder(entry.into_entry(folder.clone())?),
            };
            listings.push(FolderListing { folder: folder.clone(), state });
        }
        Ok(listings)
    }

    async fn read_folder(
        &self,
        repository: &RepositoryRef,
        folder: &str,
        entry: SeenEntry,
    ) -> Result<FolderState, GitHubError> {
        let mut listing = Listing::default();
        entry.unfold(folder.to_owned(), &mut listing)?;
        let mut entries = listing.entries;
        entries.extend(self.walk(repository, listing.unlisted, &Arc::default()).await?);
        entries.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(FolderState::Tree(entries))
    }
}

/// A null that comes with any other problem is not an absence, and must not be taken for a deletion.
fn tells_missing_folder(problem: &Problem, folders: usize) -> bool {
    let is_asked_for = problem.is_about(SETTINGS) || (0..folders).any(|number| problem.is_about(&key(number)));
    problem.is_missing_file() && is_asked_for
}

fn read_head(
    branch: SeenBranch,
    repository: &RepositoryRef,
) -> Result<(LookHead, HashMap<String, Option<SeenEntry>>), GitHubError> {
    let commit = branch.target.ok_or_else(|| unreadable(&repository.full_name, "its branch has no commit"))?;
    Ok((LookHead { commit: commit.oid, tree: commit.tree.oid, branch: branch.name }, commit.folders))
}

/// The key under which the answer tells of the owner's settings.
const SETTINGS: &str = "settings";

/// The key under which the answer tells of a folder.
fn key(number: usize) -> String {
    format!("f{number}")
}

/// Names and paths go as variables: they may hold any character.
fn query(repository: &RepositoryRef, branch: Option<&str>, folders: &[String]) -> Result<Query, GitHubError> {
    let (owner, name) = repository.parts()?;
    let mut variables = json!({"owner": owner, "name": name});
    let mut declared = "$owner: String!, $name: String!".to_owned();
    let mut tracked = "defaultBranchRef".to_owned();
    if let Some(branch) = branch {
        variables["branch"] = Value::from(format!("refs/heads/{branch}"));
        declared.push_str(", $branch: String!");
        "ref(qualifiedName: $branch)".clone_into(&mut tracked);
    }
    let (files, fragment) = ask_for(folders, &mut declared, &mut variables);
    let settings = format!("{SETTINGS}: file(path: \"{}\") {{ {} }}", settings::FILE, SeenFile::FIELDS);
    let text = format!(
        "query({declared}) {{ repository(owner: $owner, name: $name) {{ \
         databaseId nameWithOwner isPrivate isArchived \
         defaultBranchRef {{ name target {{ ... on Commit {{ oid tree {{ oid }} {settings} }} }} }} \
         tracked: {tracked} {{ name target {{ ... on Commit {{ oid tree {{ oid }}{files} }} }} }} }} }} {fragment}"
    );
    Ok(Query { subject: format!("repository {repository}"), text, variables })
}

/// The same of a commit; an object's name is hexadecimal, so that it may stand in the query itself.
fn query_at(repository: &RepositoryRef, commit: &CommitSha, folders: &[String]) -> Result<Query, GitHubError> {
    let (owner, name) = repository.parts()?;
    let mut variables = json!({"owner": owner, "name": name});
    let mut declared = "$owner: String!, $name: String!".to_owned();
    let (files, fragment) = ask_for(folders, &mut declared, &mut variables);
    let text = format!(
        "query({declared}) {{ repository(owner: $owner, name: $name) {{ databaseId \
         commit: object(oid: \"{commit}\") {{ ... on Commit {{ oid tree {{ oid }}{files} }} }} }} }} {fragment}"
    );
    Ok(Query { subject: format!("commit {commit} of {repository}"), text, variables })
}

/// The fields for the folders, and the fragment that they need.
fn ask_for(folders: &[String], declared: &mut String, variables: &mut Value) -> (String, String) {
    let mut files = String::new();
    for (number, folder) in folders.iter().enumerate() {
        let key = key(number);
        declared.push_str(&format!(", ${key}: String!"));
        files.push_str(&format!(" {key}: file(path: ${key}) {{ ...entry }}"));
        variables[key] = Value::from(folder.as_str());
    }
    (files, if folders.is_empty() { String::new() } else { SeenEntry::fragment() })
}
