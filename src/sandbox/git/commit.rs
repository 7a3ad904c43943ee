//! Git's own form of a commit.

use super::command::GitError;
use chrono::{DateTime, FixedOffset, SecondsFormat};

/// Who did it and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    pub name: String,
    pub email: String,
    seconds: i64,
    /// East of Greenwich.
    offset_seconds: i32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    pub oid: String,
    pub tree: String,
    pub parents: Vec<String>,
    pub author: Signature,
    pub committer: Signature,
    pub message: String,
}

impl Commit {
    pub(super) fn parse(oid: String, bytes: &[u8]) -> Result<Self, GitError> {
        let text = String::from_utf8_lossy(bytes);
        let (headers, message) = text.split_once("\n\n").unwrap_or((&text, ""));
        let all = |name: &'static str| {
            headers.lines().filter_map(move |line| line.strip_prefix(name)?.strip_prefix(' ')).map(str::to_owned)
        };
        let first = |name| all(name).next().ok_or_else(|| GitError::Unexpected(format!("commit {oid} has no {name}")));
        Ok(Self {
            tree: first("tree")?,
            parents: all("parent").collect(),
            author: Signature::parse(&first("author")?),
            committer: Signature::parse(&first("committer")?),
            message: message.trim_end_matches('\n').to_owned(),
            oid,
        })
    }
}

impl Signature {
    /// `Name <mail> 1700000000 +0200`. Old repositories hold odd ones, so that every part may be missing.
    fn parse(text: &str) -> Self {
        let (person, time) = text.rsplit_once('>').unwrap_or((text, ""));
        let (name, email) = person.split_once('<').unwrap_or((person, ""));
        let mut time = time.split_whitespace();
        let seconds = time.next().and_then(|word| word.parse().ok()).unwrap_or(0);
        let offset_seconds = time.next().map_or(0, offset_seconds);
        Self { name: name.trim().to_owned(), email: email.to_owned(), seconds, offset_seconds }
    }

    /// In the zone of who did it, as GitHub's webhooks have it.
    pub fn local_time(&self) -> String {
        let zone = FixedOffset::east_opt(self.offset_seconds);
        let time = DateTime::from_timestamp(self.seconds, 0).unwrap_or_default();
        zone.map_or_else(
            || time.to_rfc3339_opts(SecondsFormat::Secs, true),
            |zone| time.with_timezone(&zone).to_rfc3339_opts(SecondsFormat::Secs, false),
        )
    }

    /// As GitHub's API has it.
    pub fn utc_time(&self) -> String {
        DateTime::from_timestamp(self.seconds, 0).unwrap_or_default().to_rfc3339_opts(SecondsFormat::Secs, true)
    }
}

/// `+0130` is 5400.
fn offset_seconds(text: &str) -> i32 {
    let Ok(number) = text.parse::<i32>() else { return 0 };
    (number / 100) * 3600 + (number % 100) * 60
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_keep_the_zone_they_were_written_in() {
        let signature = Signature::parse("A B <a@b.c> 1700000000 -0130");
        assert_eq!(signature.local_time(), "2023-11-14T20:43:20-01:30");
        assert_eq!(signature.utc_time(), "2023-11-14T22:13:20Z");
        assert_eq!((signature.name.as_str(), signature.email.as_str()), ("A B", "a@b.c"));
    }

    #[test]
    fn an_odd_signature_is_read_as_far_as_it_goes() {
        let signature = Signature::parse("nobody");
        assert_eq!(signature.name, "nobody");
        assert_eq!(signature.utc_time(), "1970-01-01T00:00:00Z");
    }
}
