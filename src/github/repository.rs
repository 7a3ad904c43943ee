//! How a repository is called when GitHub is asked about it.

use super::entry::unreadable;
use super::error::GitHubError;
use crate::model::RepositoryId;
use std::fmt;

/// The number stays, the name is the one that we knew last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepositoryRef {
    pub id: RepositoryId,
    /// `owner/name`
    pub full_name: String,
}

impl RepositoryRef {
    /// Owner and name, fit to stand in a path.
    pub(super) fn parts(&self) -> Result<(&str, &str), GitHubError> {
        match self.full_name.split_once('/') {
            Some((owner, name)) if is_part(owner) && is_part(name) => Ok((owner, name)),
            _ => Err(GitHubError::NotFound { subject: format!("repository with the name {:?}", self.full_name) }),
        }
    }

    /// Refuses what is said of another repository: names are given away after a rename.
    pub(super) fn must_be(&self, found: Option<i64>) -> Result<(), GitHubError> {
        match found.map(RepositoryId::new) {
            Some(found) if found == self.id => Ok(()),
            Some(found) => {
                Err(GitHubError::OtherRepository { full_name: self.full_name.clone(), asked: self.id, found })
            }
            None => Err(unreadable(&self.full_name, "the repository has no number")),
        }
    }

    /// The path below which REST has all that belongs to it.
    pub(super) fn path(&self) -> Result<String, GitHubError> {
        let (owner, name) = self.parts()?;
        Ok(format!("/repos/{owner}/{name}"))
    }
}

/// What GitHub lets a name consist of; `..` would climb out of its path.
fn is_part(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    !text.is_empty() && text != "." && text != ".." && text.chars().all(allowed)
}

impl fmt::Display for RepositoryRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.full_name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(full_name: &str) -> Option<String> {
        RepositoryRef { id: RepositoryId::new(1), full_name: full_name.to_owned() }.path().ok()
    }

    #[test]
    fn a_name_cannot_leave_its_place_in_a_path() {
        assert_eq!(path("octo/.github").as_deref(), Some("/repos/octo/.github"));
        for bad in ["octo", "octo/", "../x", "octo/..", "octo/a/b", "octo/a?b", "octo/a b", "octo/a%2f"] {
            assert_eq!(path(bad), None, "{bad}");
        }
    }
}
