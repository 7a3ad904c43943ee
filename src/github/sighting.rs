//! The two ways to ask for blobs: many texts in one query, one by itself.

use super::blobs::BlobRead;
use super::call::{Call, Endpoint, Form};
use super::entry::unreadable;
use super::error::GitHubError;
use super::graphql::{Query, Told};
use super::installation::InstallationClient;
use super::repository::RepositoryRef;
use crate::model::BlobSha;
use serde::Deserialize;
use serde_json::json;
use std::collections::HashMap;

const SHA1_DIGITS: usize = 40;

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
pub(super) enum Sighting {
    Read(BlobRead),
    /// To be read by itself.
    Unclear,
}

impl InstallationClient {
    /// One query for all of them.
    pub(super) async fn look_for<'s>(
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

    /// The bytes as they are.
    pub(super) async fn raw_blob(&self, repository: &RepositoryRef, sha: &BlobSha) -> Result<BlobRead, GitHubError> {
        let path = format!("{}/git/blobs/{sha}", repository.path()?);
        let call = Call::new(Endpoint::Blob, format!("blob {sha} of {repository}"), Form::GetRaw(path));
        let bytes = match self.ask(&call).await {
            Ok(answer) => answer.body,
            Err(GitHubError::NotFound { .. } | GitHubError::EmptyRepository { .. }) => return Ok(BlobRead::Missing),
            Err(error) => return Err(error),
        };
        if is_named(&bytes, sha) {
            Ok(BlobRead::Bytes(bytes))
        } else {
            Err(unreadable(&call.subject, "these bytes have another name"))
        }
    }
}

impl SeenBlob {
    fn sighting(self, sha: &BlobSha) -> Sighting {
        match (self.is_truncated, self.text) {
            (None, _) => Sighting::Read(BlobRead::Missing),
            (Some(false), Some(text)) if is_named(text.as_bytes(), sha) => {
                Sighting::Read(BlobRead::Bytes(text.into_bytes()))
            }
            _ => Sighting::Unclear,
        }
    }
}

/// Whether git would give the bytes this name, in the repository's own kind of hash.
pub(super) fn is_named(bytes: &[u8], sha: &BlobSha) -> bool {
    let name = if sha.as_str().len() == SHA1_DIGITS { BlobSha::of_bytes } else { BlobSha::of_bytes_sha256 };
    name(bytes) == *sha
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
