//! One query for the head of a branch and the `.cursor` folders at that very commit.

use super::call::Call;
use super::error::GitHubError;
use super::installation::{InstallationClient, RepositoryRef};
use crate::model::{BlobSha, CommitSha, FileMode, TreeSha};
use crate::plan::TreeEntry;
use serde_json::{Value, json};

/// How deep the query lists a folder; what lies deeper costs a call for each tree.
const DEPTH: usize = 6;

/// A repository as it stands now.
#[derive(Clone, Debug)]
pub struct Look {
    pub full_name: String,
    pub private: bool,
    pub archived: bool,
    pub default_branch: Option<String>,
    /// `None` if the branch does not exist, or the repository is empty.
    pub head: Option<LookHead>,
    pub folders: Vec<FolderListing>,
}

#[derive(Clone, Debug)]
pub struct LookHead {
    pub commit: CommitSha,
    pub tree: TreeSha,
    pub branch: String,
}

#[derive(Clone, Debug)]
pub struct FolderListing {
    pub folder: String,
    pub state: FolderState,
}

#[derive(Clone, Debug)]
pub enum FolderState {
    Missing,
    /// All that lies below, at any depth.
    Tree(Vec<TreeEntry>),
    /// A plain file, a symlink or a submodule is in its place.
    NotAFolder(TreeEntry),
}

impl InstallationClient {
    /// The head of `branch` (of the default branch if `None`) and what `folders` hold there.
    pub async fn look(
        &self,
        repository: &RepositoryRef,
        branch: Option<&str>,
        folders: &[String],
    ) -> Result<Look, GitHubError> {
        let data = match self.ask(repository, branch, folders).await {
            Err(GitHubError::NotFound(_)) => {
                // Renamed, perhaps: the number tells the name that it has now.
                let renamed = self.name_now(repository).await?;
                self.ask(&renamed, branch, folders).await?
            }
            answered => answered?,
        };
        self.read(repository, branch, folders, &data["repository"]).await
    }

    async fn ask(
        &self,
        repository: &RepositoryRef,
        branch: Option<&str>,
        folders: &[String],
    ) -> Result<Value, GitHubError> {
        let (owner, name) = repository.parts();
        let reference = branch.map(|branch| format!("refs/heads/{branch}"));
        let mut variables = json!({"owner": owner, "name": name, "ref": reference.unwrap_or_default()});
        for (index, folder) in folders.iter().enumerate() {
            variables[format!("f{index}")] = json!(folder);
        }
        self.graphql(&query(branch.is_some(), folders.len()), variables).await
    }

    async fn name_now(&self, repository: &RepositoryRef) -> Result<RepositoryRef, GitHubError> {
        let call = Call::get("repository", format!("/repositories/{}", repository.id));
        let answer = self.rest(&call).await?.json()?;
        let full_name = text(&answer["full_name"])?.to_owned();
        Ok(RepositoryRef { id: repository.id, full_name })
    }

    async fn read(
        &self,
        asked: &RepositoryRef,
        branch: Option<&str>,
        folders: &[String],
        found: &Value,
    ) -> Result<Look, GitHubError> {
        let full_name = text(&found["nameWithOwner"])?.to_owned();
        if found["databaseId"].as_i64() != Some(asked.id.0) {
            return Err(GitHubError::OtherRepository(full_name));
        }
        let default = &found["defaultBranchRef"];
        let reference = if branch.is_some() { &found["ref"] } else { default };
        let commit = &reference["target"];
        let head = if commit["oid"].is_string() {
            Some(LookHead {
                commit: sha(&commit["oid"])?,
                tree: sha(&commit["tree"]["oid"])?,
                branch: branch.or(default["name"].as_str()).unwrap_or_default().to_owned(),
            })
        } else {
            None
        };
        let now = RepositoryRef { id: asked.id, full_name: full_name.clone() };
        let mut listings = Vec::with_capacity(folders.len());
        for (index, folder) in folders.iter().enumerate() {
            let state = self.folder(&now, folder, &commit[format!("f{index}")]).await?;
            listings.push(FolderListing { folder: folder.clone(), state });
        }
        Ok(Look {
            full_name,
            private: found["isPrivate"].as_bool().unwrap_or(true),
            archived: found["isArchived"].as_bool().unwrap_or(false),
            default_branch: default["name"].as_str().map(str::to_owned),
            head,
            folders: listings,
        })
    }

    async fn folder(
        &self,
        repository: &RepositoryRef,
        folder: &str,
        found: &Value,
    ) -> Result<FolderState, GitHubError> {
        if found.is_null() {
            return Ok(FolderState::Missing);
        }
        let mode = mode(&found["mode"])?;
        if mode != FileMode::Tree {
            return Ok(FolderState::NotAFolder(entry(folder.to_owned(), mode, found)?));
        }
        let mut entries = Vec::new();
        let mut deeper = Vec::new();
        list(folder, found, &mut entries, &mut deeper)?;
        for (path, tree) in deeper {
            entries.extend(self.below(repository, &path, &tree).await?);
        }
        Ok(FolderState::Tree(entries))
    }
}

fn query(named: bool, folders: usize) -> String {
    let declared: String = (0..folders).map(|index| format!(", $f{index}: String!")).collect();
    let listed: String =
        (0..folders).map(|index| format!(" f{index}: file(path: $f{index}) {{ {} }}", entry_fields(DEPTH))).collect();
    let head = format!("target {{ oid ... on Commit {{ tree {{ oid }}{listed} }} }}");
    let (declared_ref, reference, default) = if named {
        ("$ref: String!", format!("ref(qualifiedName: $ref) {{ {head} }}"), "name".to_owned())
    } else {
        ("", String::new(), format!("name {head}"))
    };
    let declared_ref = if named { format!(", {declared_ref}") } else { String::new() };
    format!(
        "query($owner: String!, $name: String!{declared_ref}{declared}) {{ repository(owner: $owner, name: $name) {{ \
         databaseId nameWithOwner isPrivate isArchived defaultBranchRef {{ {default} }} {reference} }} }}"
    )
}

/// An entry's fields, and those of what lies `depth` levels below.
fn entry_fields(depth: usize) -> String {
    let below = if depth == 0 {
        String::new()
    } else {
        format!(" object {{ ... on Tree {{ entries {{ {} }} }} }}", entry_fields(depth - 1))
    };
    format!("name type mode oid size{below}")
}

/// Gathers what lies below `found`; trees that the query did not open are put in `deeper`.
fn list(
    folder: &str,
    found: &Value,
    entries: &mut Vec<TreeEntry>,
    deeper: &mut Vec<(String, TreeSha)>,
) -> Result<(), GitHubError> {
    let Some(children) = found["object"]["entries"].as_array() else {
        deeper.push((folder.to_owned(), sha(&found["oid"])?));
        return Ok(());
    };
    for child in children {
        let path = format!("{folder}/{}", text(&child["name"])?);
        match mode(&child["mode"])? {
            FileMode::Tree => list(&path, child, entries, deeper)?,
            mode => entries.push(entry(path, mode, child)?),
        }
    }
    Ok(())
}

fn entry(path: String, mode: FileMode, found: &Value) -> Result<TreeEntry, GitHubError> {
    let sha: BlobSha = sha(&found["oid"])?;
    Ok(TreeEntry { path, mode, sha, size: found["size"].as_u64() })
}

fn mode(value: &Value) -> Result<FileMode, GitHubError> {
    let bits = value.as_u64().and_then(|bits| u32::try_from(bits).ok());
    bits.and_then(FileMode::from_bits).ok_or_else(|| GitHubError::Unreadable(format!("a tree entry's mode {value}")))
}

fn text(value: &Value) -> Result<&str, GitHubError> {
    value.as_str().ok_or_else(|| GitHubError::Unreadable(format!("{value} where a text is documented")))
}

pub(super) fn sha<T>(value: &Value) -> Result<crate::model::object::Sha<T>, GitHubError> {
    text(value)?.parse().map_err(|error: crate::model::ShaError| GitHubError::Unreadable(error.to_string()))
}
