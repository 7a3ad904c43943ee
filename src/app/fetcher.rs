//! Brings blobs from GitHub into the table where workers find them: from the cache if they were here lately, else in batches.

use crate::cache::{Cache, CacheKey};
use crate::github::{BlobRead, GitHub, GitHubError, RepositoryRef, Urgency};
use crate::model::{BlobSha, InstallationId, RepositoryId};
use crate::parse::MAX_FILE_BYTES;
use crate::store::rows::repository::Repository;
use crate::store::{Store, StoreError};
use futures::future::join_all;
use std::collections::BTreeSet;

#[derive(Debug)]
pub struct Fetcher<'a> {
    pub store: &'a Store,
    pub github: &'a GitHub,
    pub cache: &'a Cache,
    pub urgency: Urgency,
}

#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    #[error(transparent)]
    GitHub(#[from] GitHubError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Fetcher<'_> {
    /// Sees to it that these blobs are in the table, as far as GitHub has them. Those known to be too large for a
    /// definition are left where they are: the parse stage says so from their size.
    pub async fn fetch(
        &self,
        repository: &Repository,
        blobs: impl IntoIterator<Item = (BlobSha, Option<u64>)>,
    ) -> Result<(), FetchError> {
        let id = RepositoryId::new(repository.id);
        let small = |size: Option<u64>| size.is_none_or(|size| size <= MAX_FILE_BYTES);
        let mut wanted: BTreeSet<BlobSha> =
            blobs.into_iter().filter(|(_, size)| small(*size)).map(|(sha, _)| sha).collect();
        for kept in self.store.kept_blobs(id, &wanted).await? {
            wanted.remove(&kept);
        }
        let mut found = Vec::new();
        let mut missing = Vec::new();
        // All at once: a Redis answers many questions in the time of one.
        let cached = join_all(wanted.into_iter().map(async |sha| (self.cache.get(&content(id, &sha)).await, sha)));
        for (bytes, sha) in cached.await {
            match bytes {
                Some(bytes) => found.push((sha, bytes.to_vec())),
                None => missing.push(sha),
            }
        }
        let refused = if missing.is_empty() { None } else { self.ask(repository, &missing, &mut found).await? };
        // What was read is kept, also if the quota ended in the middle.
        self.store.keep_blobs(id, &found).await?;
        refused.map_or(Ok(()), |error| Err(error.into()))
    }

    /// Adds to `found` what GitHub gives; returns why the first of the others was not to be had.
    async fn ask(
        &self,
        repository: &Repository,
        missing: &[BlobSha],
        found: &mut Vec<(BlobSha, Vec<u8>)>,
    ) -> Result<Option<GitHubError>, GitHubError> {
        let id = RepositoryId::new(repository.id);
        let client = self.github.installation(InstallationId::new(repository.installation_id)).with(self.urgency);
        let name = RepositoryRef { id, full_name: repository.full_name.clone() };
        let mut refused = None;
        let had = found.len();
        for (sha, read) in client.blobs(&name, missing).await? {
            match read {
                BlobRead::Bytes(bytes) => found.push((sha, bytes)),
                BlobRead::Missing => {}
                BlobRead::Failed(error) => drop(refused.get_or_insert(error)),
            }
        }
        let fresh = found.iter().skip(had);
        join_all(fresh.map(async |(sha, bytes)| self.cache.put(&content(id, sha), bytes.clone().into()).await)).await;
        Ok(refused)
    }
}

fn content(repository: RepositoryId, blob: &BlobSha) -> CacheKey {
    CacheKey::Content { repository, blob: blob.clone() }
}
