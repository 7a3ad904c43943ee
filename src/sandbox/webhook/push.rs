//! The push event, from what really lies between two commits.

use super::event::Event;
use crate::sandbox::git::{
    ChangedFiles, Commit, GitError, GitRepository, Refs, Signature, changed_files, commits_between, distinct_commits,
    is_ancestor,
};
use crate::sandbox::options::Limits;
use crate::sandbox::state::{HostedRepository, Hub};
use chrono::Utc;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashSet};

/// GitHub tells nothing of a push of more tags or branches than this.
const MOST_TAGS: usize = 3;
const MOST_BRANCHES: usize = 5_000;

/// A ref that moved; no `before`: it was made, no `after`: it was deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    pub reference: String,
    pub before: Option<String>,
    pub after: Option<String>,
    /// What refs pointed to before: commits in their history are not new.
    pub known: Vec<String>,
}

/// What moved in the repository since it was last asked; from now on that is known.
pub fn moves_since_last_look(hub: &Hub, repository: i64) -> Result<Vec<Move>, GitError> {
    let _one_at_a_time = hub.announcing.lock();
    let Some((git, pushed)) =
        hub.state().repositories.get(&repository).map(|found| (found.git.clone(), found.pushed.clone()))
    else {
        return Ok(Vec::new());
    };
    let newer = Refs::read(&git)?;
    let changes = pushed.changes_to(&newer);
    let known: Vec<String> = pushed.0.into_values().collect::<HashSet<_>>().into_iter().collect();
    if let Some(found) = hub.state().repositories.get_mut(&repository) {
        found.pushed = newer;
    }
    let moves: Vec<Move> = changes
        .into_iter()
        .map(|(reference, before, after)| Move { reference, before, after, known: known.clone() })
        .collect();
    Ok(those_told(moves))
}

fn those_told(mut moves: Vec<Move>) -> Vec<Move> {
    let tags = moves.iter().filter(|moved| moved.reference.starts_with("refs/tags/")).count();
    if tags > MOST_TAGS {
        moves.retain(|moved| !moved.reference.starts_with("refs/tags/"));
    }
    if moves.len() > MOST_BRANCHES { Vec::new() } else { moves }
}

/// Asks git, so it belongs where waiting is allowed.
pub fn push_event(hub: &Hub, repository: &HostedRepository, moved: &Move) -> Result<Event, GitError> {
    let git = &repository.git;
    let html_url = format!("{}/{}", hub.url, repository.full_name);
    let zeros = "0".repeat(moved.before.as_ref().or(moved.after.as_ref()).map_or(40, String::len));
    let (before, after) = (moved.before.as_ref().unwrap_or(&zeros), moved.after.as_ref().unwrap_or(&zeros));
    let pushed = Pushed::read(git, moved, &hub.limits)?;
    let forced = match (&moved.before, &moved.after) {
        (Some(before), Some(after)) => !is_ancestor(git, before, after),
        _ => false,
    };
    let owner = repository.owner();
    let payload = json!({
        "ref": moved.reference, "before": before, "after": after,
        "created": moved.before.is_none(), "deleted": moved.after.is_none(), "forced": forced, "base_ref": null,
        "compare": format!("{html_url}/compare/{}...{}", short(before), short(after)),
        "commits": pushed.commits.iter().map(|commit| pushed.commit_json(&html_url, commit)).collect::<Vec<_>>(),
        "head_commit": pushed.head.as_ref().map(|commit| pushed.commit_json(&html_url, commit)),
        "pusher": {"name": owner, "email": format!("{owner}@users.noreply.github.invalid")},
    });
    let mut event = Event::of_repository(hub, "push", repository, payload);
    adapt_repository(&mut event.payload["repository"], owner);
    Ok(event)
}

/// The commits that a push brought, with all that a payload tells of them.
struct Pushed {
    commits: Vec<Commit>,
    head: Option<Commit>,
    changes: BTreeMap<String, ChangedFiles>,
    distinct: HashSet<String>,
    files: usize,
}

impl Pushed {
    fn read(git: &GitRepository, moved: &Move, limits: &Limits) -> Result<Self, GitError> {
        let none = Self {
            commits: Vec::new(),
            head: None,
            changes: BTreeMap::new(),
            distinct: HashSet::new(),
            files: limits.commit_files,
        };
        let Some(after) = &moved.after else { return Ok(none) };
        let Some(tip) = git.info(&format!("{after}^{{commit}}"))? else { return Ok(none) };
        let head = git.commit(&tip.oid)?;
        let without = moved.before.as_ref().map_or_else(|| moved.known.clone(), |before| vec![before.clone()]);
        let is_tag = moved.reference.starts_with("refs/tags/");
        let limit = if is_tag { 0 } else { limits.push_commits };
        let commits = commits_between(git, &tip.oid, &without, limit)?;
        let mut told = commits.clone();
        told.extend(head.clone().filter(|head| commits.iter().all(|commit| commit.oid != head.oid)));
        let changes = changed_files(git, &told)?;
        let distinct = distinct_commits(git, &tip.oid, &moved.known)?;
        Ok(Self { commits, head, changes, distinct, files: limits.commit_files })
    }

    fn commit_json(&self, html_url: &str, commit: &Commit) -> Value {
        let mut left = self.files;
        let mut take = |paths: Option<&Vec<String>>| {
            let paths: Vec<String> = paths.map_or_else(Vec::new, |paths| paths.iter().take(left).cloned().collect());
            left -= paths.len();
            paths
        };
        let changes = self.changes.get(&commit.oid);
        json!({
            "id": commit.oid, "tree_id": commit.tree, "distinct": self.distinct.contains(&commit.oid),
            "message": commit.message, "timestamp": commit.committer.local_time(),
            "url": format!("{html_url}/commit/{}", commit.oid),
            "author": person(&commit.author), "committer": person(&commit.committer),
            "added": take(changes.map(|changes| &changes.added)),
            "removed": take(changes.map(|changes| &changes.removed)),
            "modified": take(changes.map(|changes| &changes.modified)),
        })
    }
}

fn person(signature: &Signature) -> Value {
    json!({"name": signature.name, "email": signature.email, "date": signature.local_time()})
}

fn short(oid: &str) -> &str {
    oid.get(..12).unwrap_or(oid)
}

/// A push has the repository's times as numbers, and a name and mail of the owner.
fn adapt_repository(repository: &mut Value, owner: &str) {
    let created_at = repository["created_at"].as_str().and_then(|time| chrono::DateTime::parse_from_rfc3339(time).ok());
    repository["created_at"] = created_at.map_or(0, |time| time.timestamp()).into();
    repository["pushed_at"] = Utc::now().timestamp().into();
    repository["stargazers"] = 0.into();
    repository["master_branch"] = repository["default_branch"].clone();
    repository["owner"]["name"] = owner.into();
    repository["owner"]["email"] = Value::Null;
}
