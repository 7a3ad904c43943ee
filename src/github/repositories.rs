//! What an installation may see.

use super::call::Call;
use super::error::GitHubError;
use super::installation::InstallationClient;
use crate::model::{RepositoryFacts, RepositoryId};

/// As listed for the installation.
pub type InstalledRepository = RepositoryFacts;

const PAGE: usize = 100;

impl InstallationClient {
    /// All repositories of the installation, page by page.
    pub async fn repositories(&self) -> Result<Vec<InstalledRepository>, GitHubError> {
        let mut all = Vec::new();
        for page in 1.. {
            let path = format!("/installation/repositories?per_page={PAGE}&page={page}");
            let answer = self.rest(&Call::get("installation_repositories", path)).await?.json()?;
            let listed = answer["repositories"].as_array().cloned().unwrap_or_default();
            let count = listed.len();
            all.extend(listed.iter().filter_map(|found| {
                Some(RepositoryFacts {
                    id: RepositoryId::new(found["id"].as_i64()?),
                    full_name: found["full_name"].as_str()?.to_owned(),
                    private: found["private"].as_bool().unwrap_or(true),
                    default_branch: found["default_branch"].as_str().map(str::to_owned),
                })
            }));
            if count < PAGE {
                break;
            }
        }
        Ok(all)
    }
}
