//! The name that a repository has now, by the number that stays.

use super::call::{Answer, Call, Endpoint, Form};
use super::error::GitHubError;
use super::installation::InstallationClient;
use super::repository::RepositoryRef;
use serde::Deserialize;

#[derive(Deserialize)]
struct Named {
    full_name: String,
}

impl InstallationClient {
    /// Asks by the name that we knew last, and once more by the one that the repository has now.
    pub(super) async fn by_name(
        &self,
        repository: &RepositoryRef,
        call: impl Fn(&RepositoryRef) -> Result<Call, GitHubError>,
    ) -> Result<Answer, GitHubError> {
        let outcome = self.ask(&call(repository)?).await;
        match self.renamed(repository, &outcome).await? {
            Some(renamed) => self.ask(&call(&renamed)?).await,
            None => outcome,
        }
    }

    /// If `outcome` shows that the name is not (or no longer) the repository's: the repository by the name that it has now.
    /// `None` if the outcome stands.
    pub(super) async fn renamed<T>(
        &self,
        repository: &RepositoryRef,
        outcome: &Result<T, GitHubError>,
    ) -> Result<Option<RepositoryRef>, GitHubError> {
        if !matches!(outcome, Err(GitHubError::NotFound { .. } | GitHubError::OtherRepository { .. })) {
            return Ok(None);
        }
        let path = format!("/repositories/{}", repository.id);
        let call = Call::new(Endpoint::Repository, format!("repository {}", repository.id), Form::Get(path));
        let named: Named = match self.ask(&call).await {
            Ok(answer) => answer.json(&call.subject)?,
            Err(GitHubError::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        let is_new = !named.full_name.eq_ignore_ascii_case(&repository.full_name);
        Ok(is_new.then_some(RepositoryRef { id: repository.id, full_name: named.full_name }))
    }
}
