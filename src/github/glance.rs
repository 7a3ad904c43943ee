//! The heads of many repositories in one query: enough to see that nothing has changed.

use super::error::GitHubError;
use super::graphql::{Problem, Query, ToldAll};
use super::installation::InstallationClient;
use super::repository::RepositoryRef;
use crate::model::{BlobSha, CommitSha};
use crate::settings;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// What came of glancing at one repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Glance {
    Seen(Glimpse),
    /// GitHub has none of this name, or does not let the installation see it.
    Missing,
    /// Another repository has the name, or there was something that only a closer look can tell.
    Unclear,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glimpse {
    pub full_name: String,
    pub private: bool,
    pub archived: bool,
    pub default_branch: Option<String>,
    /// `None` if there is no such branch, or nothing in the repository.
    pub head: Option<GlimpsedHead>,
    /// Where a branch is asked for: the default branch's head, and the blob of the owner's settings there.
    pub default_head: Option<GlimpsedHead>,
    pub settings: Option<BlobSha>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GlimpsedHead {
    pub branch: String,
    pub commit: CommitSha,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Seen {
    database_id: Option<i64>,
    name_with_owner: String,
    is_private: bool,
    is_archived: bool,
    default_branch_ref: Option<SeenBranch>,
    tracked: Option<SeenBranch>,
    settings: Option<SeenBlob>,
}

/// Without a name where something else than a file lies at the path.
#[derive(Debug, Deserialize)]
struct SeenBlob {
    oid: Option<BlobSha>,
}

#[derive(Debug, Deserialize)]
struct SeenBranch {
    name: String,
    target: Option<SeenTarget>,
}

#[derive(Debug, Deserialize)]
struct SeenTarget {
    oid: CommitSha,
}

impl InstallationClient {
    /// One call for all of them, each with the branch that is followed (the default branch if `None`); in their order.
    pub async fn glances(&self, asked: &[(RepositoryRef, Option<&str>)]) -> Result<Vec<Glance>, GitHubError> {
        let ToldAll { data, problems } = self.query_all::<HashMap<String, Option<Seen>>>(query(asked)).await?;
        let Some(mut seen) = data else {
            let subject = format!("the heads of {} repositories", asked.len());
            return Err(problems
                .first()
                .map_or(GitHubError::NotFound { subject: subject.clone() }, |problem| problem.error(&subject)));
        };
        let glance = |(number, (repository, _)): (usize, &(RepositoryRef, Option<&str>))| {
            let key = key(number);
            let problem = problems.iter().find(|problem| problem.is_about(&key));
            match (seen.remove(&key).flatten(), problem) {
                (Some(seen), None) => seen.glance(repository),
                (None, problem) if problem.is_none_or(Problem::is_not_found) => Glance::Missing,
                _ => Glance::Unclear,
            }
        };
        Ok(asked.iter().enumerate().map(glance).collect())
    }
}

impl Seen {
    fn glance(self, asked: &RepositoryRef) -> Glance {
        if asked.must_be(self.database_id).is_err() {
            return Glance::Unclear;
        }
        let head = match self.tracked {
            Some(SeenBranch { name, target: Some(target) }) => Some(GlimpsedHead { branch: name, commit: target.oid }),
            Some(_) => return Glance::Unclear,
            None => None,
        };
        Glance::Seen(Glimpse {
            full_name: self.name_with_owner,
            private: self.is_private,
            archived: self.is_archived,
            default_branch: self.default_branch_ref.as_ref().map(|branch| branch.name.clone()),
            head,
            default_head: self.default_branch_ref.and_then(|SeenBranch { name, target }| {
                target.map(|target| GlimpsedHead { branch: name, commit: target.oid })
            }),
            settings: self.settings.and_then(|blob| blob.oid),
        })
    }
}

/// The key under which the answer tells of a repository.
fn key(number: usize) -> String {
    format!("r{number}")
}

/// A repository whose name cannot be one is not asked for, and thereby missing.
fn query(asked: &[(RepositoryRef, Option<&str>)]) -> Query {
    let (mut declared, mut fields, mut variables) = (Vec::new(), String::new(), Map::new());
    let mut any_settings = false;
    for (number, (repository, branch)) in asked.iter().enumerate() {
        let Ok((owner, name)) = repository.parts() else { continue };
        let settings = match branch {
            // Another branch's head does not tell what the owner says on the default branch.
            Some(_) => format!(" settings: object(expression: \"HEAD:{}\") {{ ...blob }}", settings::FILE),
            None => String::new(),
        };
        any_settings |= !settings.is_empty();
        let tracked = match branch {
            Some(branch) => {
                declared.push(format!("$b{number}: String!"));
                variables.insert(format!("b{number}"), format!("refs/heads/{branch}").into());
                format!("ref(qualifiedName: $b{number})")
            }
            None => "defaultBranchRef".to_owned(),
        };
        // What a name may consist of stands in quotes as it is.
        fields.push_str(&format!(
            " {}: repository(owner: \"{owner}\", name: \"{name}\") {{ ...facts tracked: {tracked} {{ ...head }}{settings} }}",
            key(number)
        ));
    }
    let declared = if declared.is_empty() { String::new() } else { format!("({})", declared.join(", ")) };
    // GitHub refuses fragments that nothing refers to.
    let blob = if any_settings { " fragment blob on Blob { oid }" } else { "" };
    let text = format!(
        "query{declared} {{{fields} }} \
         fragment facts on Repository {{ databaseId nameWithOwner isPrivate isArchived defaultBranchRef {{ ...head }} }} \
         fragment head on Ref {{ name target {{ oid }} }}{blob}"
    );
    let subject = format!("the heads of {} repositories", asked.len());
    Query { subject, text, variables: Value::Object(variables) }
}
