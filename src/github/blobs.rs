//! The bytes of blobs: texts fifty at a time over GraphQL, the rest one by one over REST.
//!
//! What comes is held against the blob's name. GraphQL alters what is not clean UTF-8 and cuts what is long; such blobs
//! and binary ones are read by themselves.

use super::error::GitHubError;
use super::installation::InstallationClient;
use super::patience::Patience;
use super::repository::RepositoryRef;
use super::sighting::Sighting;
use crate::model::BlobSha;
use std::collections::BTreeSet;

/// GitHub documents no bound; fifty texts stay well below what it answers in ten seconds.
const BLOBS_AT_ONCE: usize = 50;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BlobRead {
    Bytes(Vec<u8>),
    /// GitHub has no such blob in this repository.
    Missing,
    /// This one was not to be had, others were.
    Failed(GitHubError),
}

struct Reader<'a> {
    client: &'a InstallationClient,
    repository: RepositoryRef,
    patience: Patience,
    read: Vec<(BlobSha, BlobRead)>,
}

impl InstallationClient {
    /// Each of these blobs once. An error only if none could be read, then that of the first: else the failed ones say
    /// by themselves what happened.
    pub async fn blobs(
        &self,
        repository: &RepositoryRef,
        shas: &[BlobSha],
    ) -> Result<Vec<(BlobSha, BlobRead)>, GitHubError> {
        let distinct: Vec<&BlobSha> = shas.iter().collect::<BTreeSet<_>>().into_iter().collect();
        let mut reader =
            Reader { client: self, repository: repository.clone(), patience: Patience::default(), read: Vec::new() };
        for batch in distinct.chunks(BLOBS_AT_ONCE) {
            reader.read_batch(batch).await;
        }
        reader.finish()
    }
}

impl Reader<'_> {
    async fn read_batch(&mut self, batch: &[&BlobSha]) {
        let mut unclear = Vec::new();
        if self.patience.given_up().is_none() {
            match self.look(batch).await {
                Ok(seen) => {
                    for (sha, sighting) in seen {
                        match sighting {
                            Sighting::Read(read) => self.read.push((sha.clone(), read)),
                            Sighting::Unclear => unclear.push(sha),
                        }
                    }
                }
                Err(error) => {
                    self.note_batch(&error);
                    unclear.extend_from_slice(batch);
                }
            }
        } else {
            unclear.extend_from_slice(batch);
        }
        for sha in unclear {
            self.read_one(sha).await;
        }
    }

    /// Where the answer was too much for GitHub or for us, its parts may not be; anything else is about the repository.
    fn note_batch(&mut self, error: &GitHubError) {
        match error {
            GitHubError::Unavailable { .. } | GitHubError::Unreadable { .. } | GitHubError::Rejected { .. } => {
                self.patience.try_with(error);
            }
            _ => self.patience.give_up(error),
        }
    }

    async fn look<'s>(&mut self, batch: &[&'s BlobSha]) -> Result<Vec<(&'s BlobSha, Sighting)>, GitHubError> {
        let seen = self.client.look_for(&self.repository, batch).await;
        match self.client.renamed(&self.repository, &seen).await? {
            Some(renamed) => {
                self.repository = renamed;
                self.client.look_for(&self.repository, batch).await
            }
            None => seen,
        }
    }

    async fn read_one(&mut self, sha: &BlobSha) {
        if let Some(error) = self.patience.given_up() {
            self.read.push((sha.clone(), BlobRead::Failed(error.clone())));
            return;
        }
        let read = self.client.raw_blob(&self.repository, sha).await.unwrap_or_else(|error| {
            self.patience.try_with(&error);
            BlobRead::Failed(error)
        });
        self.read.push((sha.clone(), read));
    }

    fn finish(self) -> Result<Vec<(BlobSha, BlobRead)>, GitHubError> {
        let failed = |(_, read): &(BlobSha, BlobRead)| match read {
            BlobRead::Failed(error) => Some(error.clone()),
            _ => None,
        };
        let all_failed = self.read.iter().all(|one| failed(one).is_some());
        match self.read.first().and_then(failed).filter(|_| all_failed) {
            Some(error) => Err(error),
            None => Ok(self.read),
        }
    }
}
