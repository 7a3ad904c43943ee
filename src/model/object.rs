//! Names of git objects, and what a tree says of an entry.

use serde::{Deserialize, Serialize};
use sha1::{Digest, Sha1};
use std::fmt;
use std::io::{self, Read};
use std::marker::PhantomData;
use std::str::FromStr;

/// The name of a git object: 40 hexadecimal digits (SHA-1) or 64 (SHA-256), lower case. `T` says of what.
#[derive(Serialize, Deserialize)]
#[serde(try_from = "String", into = "String", bound = "")]
pub struct Sha<T>(String, PhantomData<T>);

#[derive(Debug)]
pub enum Blob {}
#[derive(Debug)]
pub enum Commit {}
#[derive(Debug)]
pub enum Tree {}

pub type BlobSha = Sha<Blob>;
pub type CommitSha = Sha<Commit>;
pub type TreeSha = Sha<Tree>;

/// A text that is not the name of a git object.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0:?} is not a git object name: 40 or 64 hexadecimal digits are expected")]
pub struct ShaError(String);

impl<T> Sha<T> {
    /// Checks `text` and makes it lower case.
    pub fn new(text: &str) -> Result<Self, ShaError> {
        let fits = matches!(text.len(), 40 | 64) && text.bytes().all(|b| b.is_ascii_hexdigit());
        if fits {
            Ok(Self(text.to_ascii_lowercase(), PhantomData))
        } else {
            Err(ShaError(text.chars().take(80).collect()))
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// GitHub writes 40 zeros for "no commit": before a branch is made, after it is deleted.
    pub fn is_zero(&self) -> bool {
        self.0.bytes().all(|b| b == b'0')
    }
}

impl BlobSha {
    /// The name git gives to a blob with these bytes (SHA-1), to check what GitHub sent.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        let mut hash = Sha1::new();
        hash.update(format!("blob {}\0", bytes.len()));
        hash.update(bytes);
        Self(hex::encode(hash.finalize()), PhantomData)
    }

    /// The same of `size` bytes that come piece by piece.
    pub fn of_reader(bytes: impl Read, size: u64) -> io::Result<Self> {
        let mut hash = Sha1::new();
        hash.update(format!("blob {size}\0"));
        let (mut bytes, mut piece) = (bytes.take(size), [0; 16 * 1024]);
        loop {
            match bytes.read(&mut piece)? {
                0 => return Ok(Self(hex::encode(hash.finalize()), PhantomData)),
                read => hash.update(&piece[..read]),
            }
        }
    }

    /// The same in a repository whose objects are named by SHA-256.
    pub fn of_bytes_sha256(bytes: &[u8]) -> Self {
        let mut hash = sha2::Sha256::new();
        hash.update(format!("blob {}\0", bytes.len()));
        hash.update(bytes);
        Self(hex::encode(hash.finalize()), PhantomData)
    }
}

/// What a tree entry is, from its mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileMode {
    /// 100644 or 100755
    File,
    /// 120000: never followed
    Symlink,
    /// 160000: never followed
    Submodule,
    /// 040000
    Tree,
}

impl FileMode {
    /// From git's octal text ("100644"); a leading zero may be missing. `None` for what git does not write.
    pub fn from_octal(text: &str) -> Option<Self> {
        u32::from_str_radix(text, 8).ok().and_then(Self::from_bits)
    }

    /// From the number, as GraphQL gives it (33188 is 0o100644).
    pub fn from_bits(bits: u32) -> Option<Self> {
        match bits & 0o170_000 {
            0o100_000 => Some(Self::File),
            0o120_000 => Some(Self::Symlink),
            0o160_000 => Some(Self::Submodule),
            0o040_000 => Some(Self::Tree),
            _ => None,
        }
    }
}

impl<T> Clone for Sha<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}
impl<T> PartialEq for Sha<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for Sha<T> {}
impl<T> PartialOrd for Sha<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Sha<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<T> std::hash::Hash for Sha<T> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<T> fmt::Debug for Sha<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl<T> fmt::Display for Sha<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl<T> FromStr for Sha<T> {
    type Err = ShaError;
    fn from_str(text: &str) -> Result<Self, ShaError> {
        Self::new(text)
    }
}
impl<T> TryFrom<String> for Sha<T> {
    type Error = ShaError;
    fn try_from(text: String) -> Result<Self, ShaError> {
        Self::new(&text)
    }
}
impl<T> From<Sha<T>> for String {
    fn from(sha: Sha<T>) -> Self {
        sha.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_empty_blob_has_the_name_git_gives_it() {
        assert_eq!(BlobSha::of_bytes(b"").as_str(), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
    }

    #[test]
    fn the_name_is_the_same_piece_by_piece() {
        let bytes = vec![b'x'; 100_000];
        assert_eq!(BlobSha::of_reader(&bytes[..], 100_000).unwrap(), BlobSha::of_bytes(&bytes));
    }

    #[test]
    fn what_is_not_hexadecimal_is_refused() {
        assert!(CommitSha::new("main").is_err());
        assert!(CommitSha::new(&"g".repeat(40)).is_err());
        assert!(CommitSha::new(&"0".repeat(40)).is_ok_and(|sha| sha.is_zero()));
    }

    #[test]
    fn modes_are_read_from_octal_and_from_numbers() {
        assert_eq!(FileMode::from_octal("100755"), Some(FileMode::File));
        assert_eq!(FileMode::from_bits(33188), Some(FileMode::File));
        assert_eq!(FileMode::from_octal("120000"), Some(FileMode::Symlink));
        assert_eq!(FileMode::from_octal("160000"), Some(FileMode::Submodule));
        assert_eq!(FileMode::from_octal("40000"), Some(FileMode::Tree));
        assert_eq!(FileMode::from_octal("7"), None);
    }
}
