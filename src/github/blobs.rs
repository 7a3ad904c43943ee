//! The bytes of blobs: texts fifty at a time over GraphQL, the rest one by one over REST.
//!
//! What comes is held against the blob's name. GraphQL alters what is not clean UTF-8 and cuts what is long; such blobs,
//! binary ones, and those whose names are not SHA-1 are read by themselves.

use super::call::{Call, Endpoint, Form};
use super::entry::unreadable;
use super::error::GitHubError;
use super::graphql::{Query, Told};
use super::installation::InstallationClient;
use super::patience::Patience;
use super::repository::RepositoryRef;
use crate::model::BlobSha;
use serde::Deserialize;
use serde_json::json;
use std::collections::{BTreeSet, HashMap};

/// GitHub documents no bound; fifty texts stay well below what it answers in ten seconds.
const BLOBS_AT_ONCE: usize = 50;
const SHA1_DIGITS: usize = 40;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BlobRead {
    Bytes(Vec<u8>),
    /// GitHub has no such blob in this repository.
    Missing,
    /// This one was not to be had, others were.
    Failed(GitHubError),
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SeenObjects {
    database_id: Option<i64>,
    /// By the keys that [`query`] gave them.
    #[serde(flatten)]
    objects: HashMap<String, Option<SeenBlob>>,
}

/// Without any field if the object is no blob.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SeenBlob {
    is_truncated: Option<bool>,
    text: Option<String>,
}

/// What GraphQL made of one blob.
enum Sighting {
    Read(BlobRead),
    /// To be read by itself.
    Unclear,
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
        let distinct: BTreeSet<&BlobSha> = shas.iter().collect();
        let (checkable, others): (Vec<&BlobSha>, Vec<&BlobSha>) =
            distinct.into_iter().partition(|sha| sha.as_str().len() == SHA1_DIGITS);
        let mut reader =
            Reader { client: self, repository: repository.clone(), patience: Patience::default(), read: Vec::new() };
        for batch in checkable.chunks(BLOBS_AT_ONCE) {
            reader.read_batch(batch).await;
        }
        for sha in others {
            reader.read_one(sha).await;
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
            GitHubError::Unavailable { .. } | GitHubError::Unreadable { .. } => self.patience.try_with(error),
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

impl InstallationClient {
    async fn look_for<'s>(
        &self,
        repository: &RepositoryRef,
        batch: &[&'s BlobSha],
    ) -> Result<Vec<(&'s BlobSha, Sighting)>, GitHubError> {
        let Told { repository: mut seen, problems } = self.query::<SeenObjects>(query(repository, batch)?).await?;
        repository.must_be(seen.database_id)?;
        let sighting = |(number, sha): (usize, &&'s BlobSha)| {
            let key = key(number);
            let sighting = match seen.objects.remove(&key) {
                _ if problems.iter().any(|problem| problem.is_about(&key)) => Sighting::Unclear,
                Some(Some(blob)) => blob.sighting(sha),
                Some(None) => Sighting::Read(BlobRead::Missing),
                None => Sighting::Unclear,
            };
            (*sha, sighting)
        };
        Ok(batch.iter().enumerate().map(sighting).collect())
    }

    async fn raw_blob(&self, repository: &RepositoryRef, sha: &BlobSha) -> Result<BlobRead, GitHubError> {
        let path = format!("{}/git/blobs/{sha}", repository.path()?);
        let call = Call::new(Endpoint::Blob, format!("blob {sha} of {repository}"), Form::GetRaw(path));
        let bytes = match self.ask(&call).await {
            Ok(answer) => answer.body,
            Err(GitHubError::NotFound { .. } | GitHubError::EmptyRepository { .. }) => return Ok(BlobRead::Missing),
            Err(error) => return Err(error),
        };
        if sha.as_str().len() == SHA1_DIGITS && BlobSha::of_bytes(&bytes) != *sha {
            return Err(unreadable(&call.subject, "these bytes have another name"));
        }
        Ok(BlobRead::Bytes(bytes))
    }
}

impl SeenBlob {
    fn sighting(self, sha: &BlobSha) -> Sighting {
        match (self.is_truncated, self.text) {
            (None, _) => Sighting::Read(BlobRead::Missing),
            (Some(false), Some(text)) if BlobSha::of_bytes(text.as_bytes()) == *sha => {
                Sighting::Read(BlobRead::Bytes(text.into_bytes()))
            }
            _ => Sighting::Unclear,
        }
    }
}

/// The key under which the answer tells of a blob.
fn key(number: usize) -> String {
    format!("b{number}")
}

/// Names of objects are hexadecimal, so that they may stand in the query itself.
fn query(repository: &RepositoryRef, batch: &[&BlobSha]) -> Result<Query, GitHubError> {
    let (owner, name) = repository.parts()?;
    let object = |(number, sha): (usize, &&BlobSha)| {
        format!(" {}: object(oid: \"{sha}\") {{ ... on Blob {{ isTruncated text }} }}", key(number))
    };
    let objects: String = batch.iter().enumerate().map(object).collect();
    let text = format!(
        "query($owner: String!, $name: String!) {{ repository(owner: $owner, name: $name) {{ databaseId{objects} }} }}"
    );
    let subject = format!("{} blobs of {repository}", batch.len());
    Ok(Query { subject, text, variables: json!({"owner": owner, "name": name}) })
}
