//! A blob as GraphQL tells of it: text as far as it is text, and only so much of it.

use crate::sandbox::git::GitError;
use crate::sandbox::state::HostedRepository;
use serde_json::Value;

/// Git's own guess: a NUL in the first bytes.
const LOOKED_AT: usize = 8_000;

pub fn field(repository: &HostedRepository, oid: &str, limit: usize, name: &str) -> Result<Value, GitError> {
    let bytes = repository.git.read(oid)?.map(|object| object.bytes).unwrap_or_default();
    let is_binary = bytes.iter().take(LOOKED_AT).any(|byte| *byte == 0);
    Ok(match name {
        "byteSize" => bytes.len().into(),
        "isBinary" => is_binary.into(),
        "isTruncated" => (bytes.len() > limit).into(),
        _ if is_binary => Value::Null,
        // What is not UTF-8 comes out altered, as it does from GitHub: the blob's name tells.
        _ => String::from_utf8_lossy(&bytes[..bytes.len().min(limit)]).into(),
    })
}
