//! One `git cat-file --batch-command` that lives as long as its repository is served: an object costs a pipe's round trip,
//! not a process.

use super::command::{GitError, git};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectKind {
    Blob,
    Tree,
    Commit,
    Tag,
}

/// What an object is, without its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectInfo {
    pub oid: String,
    pub kind: ObjectKind,
    pub size: u64,
}

#[derive(Clone, Debug)]
pub struct Object {
    pub info: ObjectInfo,
    pub bytes: Vec<u8>,
}

#[derive(Debug)]
pub(super) struct ObjectReader {
    process: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
    /// The last one that was read, if it is not large: a query asks several things of one object.
    last: Option<Object>,
}

/// Bytes of an object that is kept.
const NOT_LARGE: u64 = 1 << 20;

impl ObjectReader {
    pub(super) fn start(path: &Path) -> Result<Self, GitError> {
        let mut process = git(path)
            .args(["cat-file", "--batch-command"])
            .stdin(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(GitError::Start)?;
        let (Some(questions), Some(answers)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(GitError::Unexpected("git cat-file has no pipes".to_owned()));
        };
        Ok(Self { process, questions, answers: BufReader::new(answers), last: None })
    }

    /// `None` if there is no such object. `name` is an object name or a ref, maybe with `^{tree}` behind it.
    pub(super) fn info(&mut self, name: &str) -> Result<Option<ObjectInfo>, GitError> {
        self.ask("info", name)
    }

    pub(super) fn read(&mut self, name: &str) -> Result<Option<Object>, GitError> {
        if let Some(last) = self.last.as_ref().filter(|last| last.info.oid == name) {
            return Ok(Some(last.clone()));
        }
        let Some(info) = self.ask("contents", name)? else { return Ok(None) };
        let mut bytes = Vec::new();
        let expected = info.size + 1; // a line feed follows the bytes
        (&mut self.answers).take(expected).read_to_end(&mut bytes).map_err(GitError::Broken)?;
        if bytes.len() as u64 != expected {
            return Err(ended());
        }
        bytes.pop();
        let read = Object { info, bytes };
        self.last = (read.info.size <= NOT_LARGE).then(|| read.clone());
        Ok(Some(read))
    }

    fn ask(&mut self, question: &str, name: &str) -> Result<Option<ObjectInfo>, GitError> {
        writeln!(self.questions, "{question} {name}").map_err(GitError::Broken)?;
        self.questions.flush().map_err(GitError::Broken)?;
        let mut line = String::new();
        if self.answers.read_line(&mut line).map_err(GitError::Broken)? == 0 {
            return Err(ended());
        }
        let line = line.trim_end_matches('\n');
        if line.ends_with(" missing") || line.ends_with(" ambiguous") {
            return Ok(None);
        }
        parse_info(line).map(Some).ok_or_else(|| GitError::Unexpected(line.to_owned()))
    }
}

impl Drop for ObjectReader {
    fn drop(&mut self) {
        // It only reads: nothing is lost by ending it, and waiting for it leaves no zombie.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn ended() -> GitError {
    GitError::Broken(std::io::Error::from(std::io::ErrorKind::UnexpectedEof))
}

fn parse_info(line: &str) -> Option<ObjectInfo> {
    let mut words = line.split(' ');
    let oid = words.next()?.to_owned();
    let kind = match words.next()? {
        "blob" => ObjectKind::Blob,
        "tree" => ObjectKind::Tree,
        "commit" => ObjectKind::Commit,
        "tag" => ObjectKind::Tag,
        _ => return None,
    };
    Some(ObjectInfo { oid, kind, size: words.next()?.parse().ok()? })
}
